/**
 * The part of Langfuse's API by which its clients send scores, so that a chat that has them needs another address and nothing else. What else its clients
 * send in batches (traces, observations) is refused item by item: whoever is told that it was stored would look for it. Spans come in by OpenTelemetry.
 */
import { randomUUID } from 'node:crypto'
import type { Response } from 'express'
import { z } from 'zod'
import { FEEDBACK_LIMITS, type Feedback, type FeedbackDesk } from '../model/feedback.ts'
import { jsonOf } from './json-body.ts'
import { feedbackOf, scoreSchema } from './langfuse-score.ts'
import { Problem } from './problem.ts'
import { pathParameter, type Route, sendJson } from './route.ts'

export interface LangfuseOptions {
  readonly desk: FeedbackDesk
  readonly version: string
}

/** What their clients put into one request, and some more. */
const MAX_BATCH_BYTES = 5 * 1_048_576
const MAX_ITEMS = 10_000
/** Of wrong fields named in one message. */
const MAX_ISSUES = 10

const eventSchema = z.object(
  { id: z.string({ error: 'an id' }), type: z.string({ error: 'a type' }), timestamp: z.string().nullish(), body: z.unknown() },
  { error: 'an event' },
)
type IngestionEvent = z.output<typeof eventSchema>

const batchExpected = `a list of at most ${MAX_ITEMS} events`
const batchSchema = z.object(
  { batch: z.array(eventSchema, { error: batchExpected }).max(MAX_ITEMS, { error: batchExpected }) },
  { error: 'an object with a batch' },
)

const listExpected = `a score, or a list of at most ${MAX_ITEMS}`
const listSchema = z.array(z.unknown(), { error: listExpected }).max(MAX_ITEMS, { error: listExpected })

const idSchema = z.object({ id: z.string() })
const acceptedSchema = z.object({ message: z.literal('Accepted') })
const countsSchema = z.object({
  accepted: z.number(),
  rejected: z.number(),
  errors: z.array(z.object({ message: z.string() })),
})
const ingestionSchema = z.object({
  successes: z.array(z.object({ id: z.string(), status: z.number() })),
  errors: z.array(z.object({ id: z.string(), status: z.number(), message: z.string(), error: z.string() })),
})

const contentType = 'application/json'

/** Whoever registers them puts a lock before them that knows `secretIn`: their clients send the token as the password of Basic. */
export function langfuseRoutes({ desk, version }: LangfuseOptions): Route[] {
  return [...scoreRoutes(desk), ingestionRoute(desk), ...askedAtStart(version)]
}

function scoreRoutes(desk: FeedbackDesk): Route[] {
  return [
    {
      path: '/api/public/scores',
      method: 'post',
      takes: 'json',
      isFromAnywhere: true,
      maxBytes: MAX_BATCH_BYTES,
      summary: 'Takes a score of a client of Langfuse, or a list: feedback like that of /v1/feedback.',
      body: z.union([scoreSchema, z.array(scoreSchema)]),
      answers: {
        200: { description: 'Taken.', contentType, schema: idSchema },
        202: { description: 'The whole list was taken.', contentType, schema: acceptedSchema },
        207: { description: 'Some of the list were taken; why the others were not.', contentType, schema: countsSchema },
      },
      problems: [400, 413, 415, 422, 503],
      handle: async (request, response) => {
        if (Array.isArray(request.body)) return takeList(desk, jsonOf(request, listSchema), response)
        const score = jsonOf(request, scoreSchema)
        const feedback = feedbackOf(score, idOf(score.id) ?? randomUUID())
        await desk.take([{ type: 'given', feedback }])
        sendJson(response, { id: feedback.id })
      },
    },
    {
      path: '/api/public/scores/:id',
      method: 'delete',
      takes: 'json',
      isFromAnywhere: true,
      summary: 'Withdraws a score of a client of Langfuse.',
      pathParameters: { id: 'Id of the score, percent-encoded.' },
      answers: { 202: { description: 'Withdrawn, now or before.', contentType, schema: idSchema } },
      problems: [404, 503],
      handle: async (request, response) => {
        const id = pathParameter(request, 'id')
        const [receipt] = await desk.take([{ type: 'withdrawn', id }])
        if (receipt === undefined || receipt.outcome === 'unknown')
          throw new Problem(404, `No score has the id ${JSON.stringify(id)}.`)
        sendJson(response, { id }, 202)
      },
    },
  ]
}

/** As clients for Python send them since version 5, which send what is refused with 207 only once. */
async function takeList(desk: FeedbackDesk, items: readonly unknown[], response: Response): Promise<void> {
  const read = items.map((item) => readScore(item, null))
  const given = read.filter((score) => typeof score !== 'string')
  await take(desk, given)
  const errors = read.flatMap((score) => (typeof score === 'string' ? [{ message: score }] : []))
  if (errors.length === 0) sendJson(response, { message: 'Accepted' } satisfies z.input<typeof acceptedSchema>, 202)
  else sendJson(response, { accepted: given.length, rejected: errors.length, errors } satisfies z.input<typeof countsSchema>, 207)
}

async function take(desk: FeedbackDesk, given: readonly Feedback[]): Promise<void> {
  if (given.length > 0) await desk.take(given.map((feedback) => ({ type: 'given', feedback })))
}

function ingestionRoute(desk: FeedbackDesk): Route {
  return {
    path: '/api/public/ingestion',
    method: 'post',
    takes: 'json',
    isFromAnywhere: true,
    maxBytes: MAX_BATCH_BYTES,
    summary: 'Takes a batch of a client of Langfuse: its scores, and nothing else.',
    body: batchSchema,
    answers: {
      207: { description: 'Which events were taken, and why the others were not.', contentType, schema: ingestionSchema },
    },
    problems: [400, 413, 415, 422, 503],
    handle: async (request, response) => {
      const read = jsonOf(request, batchSchema).batch.map((event) => ({ event, score: readEvent(event) }))
      await take(
        desk,
        read.flatMap(({ score }) => (typeof score === 'string' ? [] : [score])),
      )
      sendJson(
        response,
        {
          successes: read.flatMap(({ event: { id }, score }) => (typeof score === 'string' ? [] : [{ id, status: 201 }])),
          errors: read.flatMap(({ event: { id }, score }) =>
            typeof score === 'string' ? [{ id, status: 400, message: score, error: 'InvalidRequestError' }] : [],
          ),
        } satisfies z.input<typeof ingestionSchema>,
        207,
      )
    },
  }
}

/** A text says why the event is not taken. */
function readEvent({ id, type, timestamp, body }: IngestionEvent): Feedback | string {
  if (type !== 'score-create')
    return `${JSON.stringify(type.slice(0, 64))} is not taken here, only score-create: send spans with OpenTelemetry to /v1/traces, as Langfuse's clients do since version 4 (3 for Python).`
  // Clients keep the id of an event when they send it again.
  return readScore(body, id, timestamp)
}

/** A text says what is wrong with the score. */
function readScore(body: unknown, otherId: string | null, ofEvent?: string | null): Feedback | string {
  const parsed = scoreSchema.safeParse(body)
  if (parsed.success) return feedbackOf(parsed.data, idOf(parsed.data.id) ?? idOf(otherId) ?? randomUUID(), ofEvent)
  const wrong = parsed.error.issues.slice(0, MAX_ISSUES)
  return wrong.map(({ path, message }) => `${path.join('.') || 'body'}: expected ${message}`).join('; ')
}

function idOf(id: string | null | undefined): string | null {
  return id === undefined || id === null || id.trim() === '' || id.length > FEEDBACK_LIMITS.id ? null : id
}

const named = { id: z.string(), name: z.string() }
const projectsSchema = z.object({
  data: z.array(z.object({ ...named, organization: z.object(named), metadata: z.object({}) })),
})
const us = { id: 'flywheel', name: 'Agent Flywheel' }

/** What clients ask before they send: whether somebody is there, and for which project their keys are. */
function askedAtStart(version: string): Route[] {
  return [
    {
      path: '/api/public/health',
      summary: 'For clients of Langfuse: that scores are taken here.',
      answers: { 200: { description: 'They are.', contentType, schema: z.object({ status: z.string(), version: z.string() }) } },
      handle: (_request, response) => sendJson(response, { status: 'OK', version }),
    },
    {
      path: '/api/public/projects',
      summary: 'For clients of Langfuse: the one project there is.',
      answers: { 200: { description: 'The project.', contentType, schema: projectsSchema } },
      handle: (_request, response) => sendJson(response, { data: [{ ...us, organization: us, metadata: {} }] }),
    },
  ]
}
