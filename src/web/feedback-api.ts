/** The way in for feedback from programs: one or many, replaced by their id, withdrawn by it. */
import { randomUUID } from 'node:crypto'
import type { Request } from 'express'
import { z } from 'zod'
import {
  FEEDBACK_LIMITS,
  type Feedback,
  type FeedbackDesk,
  type FeedbackReceipt,
  type FeedbackSource,
  feedbackSources,
  type Judge,
  judges,
  ratings,
} from '../model/feedback.ts'
import { jsonOf } from './json-body.ts'
import { Problem } from './problem.ts'
import { pathParameter, type Route, sendJson } from './route.ts'
import { isTime, parseTime } from './times.ts'

/** Feedback taken by one request. */
const MAX_ITEMS = 1_000

const oneOf = (values: readonly string[]): string => `one of ${values.join(', ')}`

/** A text of at most so many characters; empty counts as absent. */
function text(max: number, what: string): z.ZodType<string | null, string | null | undefined> {
  const expected = `${what} of at most ${max} characters`
  return z
    .string({ error: expected })
    .max(max, { error: expected })
    .nullish()
    .transform((value) => (value === undefined || value === null || value.trim() === '' ? null : value))
}

function hex(digits: number): z.ZodType<string | null, string | null | undefined> {
  const expected = `${digits} hexadecimal digits, not all 0`
  return z
    .string({ error: expected })
    .toLowerCase()
    .regex(new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`), { error: expected })
    .nullish()
    .transform((value) => value ?? null)
}

const joinKey = (): z.ZodType<string | null, string | null | undefined> => text(FEEDBACK_LIMITS.key, 'an id')
const timeExpected = 'an RFC 3339 time such as 2026-01-31T12:00:00Z'

const target = z.strictObject(
  {
    traceId: hex(32).describe('Trace id of the run, 32 hexadecimal digits.'),
    spanId: hex(16).describe('Span id of a step, 16 hexadecimal digits.'),
    conversationId: joinKey().describe('Conversation id: its latest run at that time is meant.'),
    responseId: joinKey().describe("The provider's id of a model's answer."),
    messageId: joinKey().describe("The application's own id of a message in its chat, where spans carry it."),
  },
  { error: 'an object with traceId, spanId, conversationId, responseId or messageId' },
)

const feedbackSchema = z
  .strictObject(
    {
      id: text(FEEDBACK_LIMITS.id, 'an id')
        .optional()
        .describe('Makes it idempotent: the same id with another value replaces the first. Absent: a new rating each time.'),
      target,
      name: text(FEEDBACK_LIMITS.name, 'a name').optional().describe('What was asked. Default: user_rating.'),
      score: z
        .number({ error: 'a number' })
        .nullish()
        .describe('On a scale that flywheel.yaml knows by the name; 0 to 1 without.'),
      label: text(FEEDBACK_LIMITS.label, 'a word').optional().describe('A word of yours, such as thumbs_up.'),
      rating: z
        .enum(ratings, { error: oneOf(ratings) })
        .nullish()
        .describe('On the one scale; absent: from score or label.'),
      comment: text(FEEDBACK_LIMITS.text, 'a text').optional().describe('What the user wrote.'),
      correction: text(FEEDBACK_LIMITS.text, 'a text').optional().describe('What the answer should have been.'),
      userId: text(FEEDBACK_LIMITS.key, 'an id').optional(),
      source: z
        .enum(feedbackSources, { error: oneOf(feedbackSources) })
        .nullish()
        .describe('Default: api.'),
      judge: z
        .enum(judges, { error: oneOf(judges) })
        .nullish()
        .describe('Who judges. Default: user.'),
      at: z
        .string({ error: timeExpected })
        .refine((value) => isTime(value) && /\d-\d/.test(value), { error: timeExpected })
        .nullish()
        .describe('When it was said, RFC 3339. Default: now.'),
    },
    { error: 'feedback: an object with a target and a score, label, rating or comment' },
  )
  .check(({ value, issues }) => {
    if (Object.values(value.target).every((id) => id === null)) {
      const message = 'at least one of traceId, spanId, conversationId, responseId, messageId'
      issues.push({ code: 'custom', path: ['target'], message, input: value.target })
    }
    const { score, label, rating, comment, correction } = value
    if ([score, label, rating, comment, correction].every((said) => said === undefined || said === null)) {
      issues.push({ code: 'custom', path: ['rating'], message: 'at least one of score, label, rating, comment', input: rating })
    }
  })

type Given = z.output<typeof feedbackSchema>

const listExpected = `one feedback, or a list of 1 to ${MAX_ITEMS}`
const listSchema = z
  .array(feedbackSchema, { error: listExpected })
  .min(1, { error: listExpected })
  .max(MAX_ITEMS, { error: listExpected })

const receiptSchema = z.strictObject({
  id: z.string().describe('By which it can be replaced or withdrawn.'),
  outcome: z.enum(['new', 'replaced', 'repeated', 'withdrawn']),
})

export function feedbackApiRoutes({ desk }: { readonly desk: FeedbackDesk }): Route[] {
  return [
    {
      path: '/v1/feedback',
      method: 'post',
      takes: 'json',
      isFromAnywhere: true,
      summary: 'Takes feedback: one, or a list.',
      body: z.union([feedbackSchema, listSchema]),
      answers: {
        201: {
          description: 'Taken, at least one of it new. A list is answered with a list.',
          contentType: 'application/json',
          schema: receiptSchema,
        },
        200: {
          description: 'Taken: all of it repeats or replaces what was there.',
          contentType: 'application/json',
          schema: receiptSchema,
        },
      },
      problems: [400, 413, 415, 422, 503],
      handle: async (request, response) => {
        const isList = Array.isArray(request.body)
        if (isList && idempotencyKey(request) !== null)
          throw new Problem(422, 'Idempotency-Key: expected for one feedback only; give each of a list an id of its own.')
        const given = isList ? jsonOf(request, listSchema) : [jsonOf(request, feedbackSchema)]
        const feedback = given.map((item) => toFeedback(item, isList ? null : idempotencyKey(request)))
        const receipts = await desk.take(feedback.map((item) => ({ type: 'given', feedback: item })))
        const isNew = receipts.some(({ outcome }) => outcome === 'new')
        sendJson(response, isList ? receipts : (receipts[0] ?? {}), isNew ? 201 : 200)
      },
    },
    {
      path: '/v1/feedback/:id',
      method: 'delete',
      takes: 'json',
      isFromAnywhere: true,
      summary: 'Withdraws feedback: it counts no longer, and its words are deleted.',
      pathParameters: { id: 'Id of the feedback, percent-encoded.' },
      answers: { 200: { description: 'Withdrawn, now or before.', contentType: 'application/json', schema: receiptSchema } },
      problems: [404, 503],
      handle: async (request, response) => {
        const id = pathParameter(request, 'id')
        const [receipt] = await desk.take([{ type: 'withdrawn', id }])
        if (receipt === undefined || receipt.outcome === 'unknown')
          throw new Problem(404, `No feedback has the id ${JSON.stringify(id)}.`)
        sendJson(response, receipt satisfies FeedbackReceipt)
      },
    },
  ]
}

/** As a header, for one feedback; an id in the body goes before it. */
function idempotencyKey(request: Request): string | null {
  const sent = request.get('Idempotency-Key')?.trim() ?? ''
  // The draft standard has it as a quoted string, most senders do not.
  const bare = sent.replace(/^"(.*)"$/, '$1')
  if (bare.length > FEEDBACK_LIMITS.id)
    throw new Problem(422, `Idempotency-Key: expected at most ${FEEDBACK_LIMITS.id} characters, got ${bare.length}.`)
  return bare === '' ? null : bare
}

function toFeedback(given: Given, key: string | null): Feedback {
  const source: FeedbackSource = given.source ?? 'api'
  const judge: Judge = given.judge ?? 'user'
  return {
    id: given.id ?? key ?? randomUUID(),
    target: given.target,
    name: given.name ?? 'user_rating',
    score: given.score ?? null,
    scale: null,
    label: given.label ?? null,
    rating: given.rating ?? null,
    comment: given.comment ?? null,
    correction: given.correction ?? null,
    userId: given.userId ?? null,
    source,
    judge,
    atMs: given.at === undefined || given.at === null ? null : parseTime(given.at, 0),
  }
}
