/** Runs: the list with its filters, and one run with its steps. */
import { z } from 'zod'
import { failureKinds } from '../model/failure.ts'
import { ratings } from '../model/feedback.ts'
import type { RunRecord } from '../model/run.ts'
import type { RunFilter, RunPage, Store } from '../records/store.ts'
import { withKnownCursor } from './feedback-list.ts'
import { Problem, invalidQuery } from './problem.ts'
import { pathParameter, sendJson } from './route.ts'
import type { Route } from './route.ts'
import { runDetailJson, runJson } from './run-json.ts'
import { runDetailSchema, runPageSchema } from './schemas.ts'
import { isTime, parseTime } from './times.ts'

const timeExpected = 'an RFC 3339 time such as 2026-01-31T12:00:00Z, or a duration back from now such as 30m, 1h or 7d'
const time = z.string({ error: timeExpected }).refine(isTime, { error: timeExpected })
const text = z.string({ error: 'one text' }).min(1, { error: 'a text that is not empty' })
const limitExpected = 'a whole number from 1 to 200'

const runsQuery = z.strictObject({
  since: time.optional().describe(`Runs that started then or later: ${timeExpected}.`),
  until: time.optional().describe('Runs that started before then; same spelling.'),
  service: text.optional(),
  environment: z.string({ error: 'one text' }).optional().describe('Empty: runs that state none.'),
  agent: text.optional(),
  outcome: z.enum(['ok', 'failed'], { error: 'ok or failed' }).optional(),
  kind: z
    .enum(failureKinds, { error: `one of ${failureKinds.join(', ')}` })
    .optional()
    .describe('Runs with a failure of this kind.'),
  conversation: text.optional().describe('Conversation id.'),
  user: text.optional().describe('User id.'),
  release: text.optional(),
  tag: text.optional().describe('Runs with this tag.'),
  rating: z
    .enum(ratings, { error: `one of ${ratings.join(', ')}` })
    .optional()
    .describe('Runs with feedback of this rating.'),
  limit: z
    .string({ error: limitExpected })
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: limitExpected })
    .default('50')
    .describe('Runs on a page, 1 to 200.'),
  cursor: text.optional().describe('`next` of the page before.'),
})

/** The filters by name, for the documentation of every route that takes them. */
export const runsFilters: Readonly<Record<string, z.ZodType>> = runsQuery.shape

/** Filters of the contract that nothing feeds yet: refused rather than silently ignored. */
const notYet: ReadonlySet<string> = new Set(['task'])

export interface RunsOptions {
  readonly store: Store
  /** A run that has not settled yet, as far as it is known; null = there is none. */
  readonly openRun?: ((traceId: string) => RunRecord | null) | undefined
  /** A run that settled a moment ago and is not in the store yet; null = there is none. */
  readonly unsavedRun?: ((traceId: string) => RunRecord | null) | undefined
  readonly nowMs: () => number
}

export function runRoutes({ store, openRun, unsavedRun, nowMs }: RunsOptions): Route[] {
  return [
    {
      path: '/api/runs',
      summary: 'Runs, newest first.',
      query: runsFilters,
      answers: { 200: { description: 'A page of runs.', contentType: 'application/json', schema: runPageSchema } },
      problems: [422],
      handle: async (request, response) => {
        const { runs, next } = await listRuns(store, filterOf(request.query, nowMs()))
        const said = await store.feedbackOfRuns(runs.map(({ traceId }) => traceId))
        sendJson(response, { runs: runs.map((run) => runJson(run, said)), next })
      },
    },
    {
      path: '/api/runs/:traceId',
      summary: 'One run with its steps.',
      pathParameters: { traceId: '32 hexadecimal digits.' },
      answers: { 200: { description: 'The run.', contentType: 'application/json', schema: runDetailSchema } },
      problems: [404],
      handle: async (request, response) => {
        const { run, isSettled } = await findRun({ store, openRun, unsavedRun }, pathParameter(request, 'traceId'))
        const [said, transcript] = await Promise.all([store.feedbackOfRuns([run.traceId]), store.transcripts.find(run.traceId)])
        sendJson(response, runDetailJson(run, said, transcript, isSettled))
      },
    },
  ]
}

/** A run that settled, else one that is still open. @throws Problem 404. */
export async function findRun(
  { store, openRun, unsavedRun }: Pick<RunsOptions, 'store' | 'openRun' | 'unsavedRun'>,
  id: string,
): Promise<{ readonly run: RunRecord; readonly isSettled: boolean }> {
  const traceId = id.toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(traceId)) throw new Problem(404, 'A trace id has 32 hexadecimal digits.')
  // Asked first: between the two questions it may get into the store, never out of it.
  const unsaved = unsavedRun?.(traceId) ?? null
  const settled = unsaved ?? (await store.findRun(traceId))
  const run = settled ?? openRun?.(traceId) ?? null
  if (run === null)
    throw new Problem(404, `No run with trace id ${traceId}: unknown, not settled yet, sampled away or past its retention.`)
  return { run, isSettled: settled !== null }
}

/** The filters of a query. @throws Problem 422 that names every field that is wrong. */
export function filterOf(query: Readonly<Record<string, unknown>>, nowMs: number): RunFilter {
  const parsed = runsQuery.safeParse(query)
  if (!parsed.success) throw invalidQuery(parsed.error, query, notYet)
  const { since, until, service, environment, agent, outcome, kind, conversation, user, release, tag, rating, limit, cursor } =
    parsed.data
  return {
    sinceMs: toMs(since, nowMs),
    untilMs: toMs(until, nowMs),
    service,
    environment,
    agent,
    outcome,
    kind,
    conversationId: conversation,
    userId: user,
    release,
    tag,
    rating,
    limit: Number(limit),
    cursor,
  }
}

function toMs(timeText: string | undefined, nowMs: number): number | undefined {
  return timeText === undefined ? undefined : (parseTime(timeText, nowMs) ?? undefined)
}

/** A page of runs. @throws Problem 422 for a cursor that is none of ours. */
export function listRuns(store: Store, filter: RunFilter): Promise<RunPage> {
  return withKnownCursor(filter.cursor, () => store.listRuns(filter))
}
