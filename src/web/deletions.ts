/** Deletion of all that is known of a user or a conversation, and how far it got. */
import type { Request } from 'express'
import { z } from 'zod'
import type { DeletionJob } from '../records/deletions.ts'
import type { Deletion } from '../model/tombstone.ts'
import { auditNameOf } from './audit.ts'
import { personOf } from './auth.ts'
import { jsonOf } from './json-body.ts'
import { Problem } from './problem.ts'
import { pathParameter, type Route, sendJson } from './route.ts'
import { formatTimeUs } from './times.ts'

/** Whoever deletes. */
export interface DeletionDesk {
  /** Resolves once the request is kept. */
  request(deletion: Deletion, who: string): Promise<DeletionJob>
  find(id: string): Promise<DeletionJob | null>
}

const MAX_ID = 256
const idExpected = `an id of 1 to ${MAX_ID} characters`
const id = z.string({ error: idExpected }).min(1, { error: idExpected }).max(MAX_ID, { error: idExpected })

const bodyExpected = 'an object with either userId or conversationId'
const bodySchema = z
  .strictObject(
    {
      userId: id.optional().describe('The user, as spans and feedback name them.'),
      conversationId: id.optional().describe('The conversation, as spans name it.'),
      service: id.optional().describe('With conversationId: only the conversation of this service. Absent: of all.'),
      environment: z.string({ error: 'a text' }).optional().describe('With service: only of this environment. Empty = of none.'),
    },
    { error: bodyExpected },
  )
  .check(({ value, issues }) => {
    const { userId, conversationId, service, environment } = value
    const expect = (path: keyof typeof value, message: string): void => {
      issues.push({ code: 'custom', path: [path], message, input: value[path] })
    }
    if ((userId === undefined) === (conversationId === undefined)) expect('userId', bodyExpected)
    if (service !== undefined && conversationId === undefined) expect('service', 'nothing, or a conversationId beside it')
    if (environment !== undefined && service === undefined) expect('environment', 'nothing, or a service beside it')
  })

interface DeletionJson {
  readonly id: string
  readonly state: DeletionJob['state']
  readonly kind: DeletionJob['kind']
  readonly subject: string
  readonly who: string
  readonly askedAt: string
  readonly counts: DeletionJob['counts']
}

export const deletionSchema: z.ZodType<DeletionJson> = z.strictObject({
  id: z.string(),
  state: z
    .enum(['asked', 'erased', 'wiped'])
    .describe('asked = under way, erased = gone from records and log, wiped = gone from the files on disk as well: done.'),
  kind: z.enum(['user', 'conversation', 'late']).describe('late = spans of somebody deleted before that came only afterwards.'),
  subject: z.string().describe('Salted hash of the id, as the audit log names it.'),
  who: z.string(),
  askedAt: z.iso.datetime(),
  counts: z.record(z.string(), z.number()).describe('How much of what was erased.'),
})

export function deletionRoutes(desk: DeletionDesk): Route[] {
  const answer = { contentType: 'application/json', schema: deletionSchema }
  return [
    {
      path: '/api/deletions',
      method: 'post',
      takes: 'json',
      summary: 'Deletes what was said by or to a user, or in a conversation, from records and log. Counts stay. For reviewers.',
      body: bodySchema,
      answers: { 202: { description: 'Under way: GET /api/deletions/{id} says how far it got.', ...answer } },
      problems: [400, 403, 413, 415, 422],
      handle: async (request, response) => {
        requireReviewer(request)
        const job = await desk.request(deletionOf(jsonOf(request, bodySchema)), auditNameOf(request))
        sendJson(response, deletionJson(job), 202)
      },
    },
    {
      path: '/api/deletions/:id',
      summary: 'How far a deletion got.',
      pathParameters: { id: 'As the request was answered with.' },
      answers: { 200: { description: 'The deletion.', ...answer } },
      problems: [404],
      handle: async (request, response) => {
        const job = await desk.find(pathParameter(request, 'id'))
        if (job === null) throw new Problem(404, 'No deletion with this id.')
        sendJson(response, deletionJson(job))
      },
    },
  ]
}

/** Where people have names, those who only read do not delete. */
function requireReviewer(request: Request): void {
  if (personOf(request)?.role === 'viewer') throw new Problem(403, 'Reviewers delete; you can read only.')
}

function deletionOf({ userId, conversationId = '', service, environment }: z.output<typeof bodySchema>): Deletion {
  if (userId !== undefined) return { kind: 'user', userId }
  return { kind: 'conversation', conversationId, service: service ?? null, environment: environment ?? null }
}

function deletionJson({ id: jobId, state, kind, subject, who, deletedAtMs, counts }: DeletionJob): DeletionJson {
  return { id: jobId, state, kind, subject, who, askedAt: formatTimeUs(deletedAtMs * 1_000), counts }
}
