/** Feedback as programs read it: the list with its filters. */
import { z } from 'zod'
import { feedbackSources, judges, ratings } from '../model/feedback.ts'
import type { FeedbackFilter } from '../records/feedback.ts'
import { InvalidCursorError } from '../records/store.ts'
import type { Store } from '../records/store.ts'
import { Problem, invalidQuery } from './problem.ts'
import { type Route, sendJson } from './route.ts'
import { feedbackJson } from './run-json.ts'
import { feedbackPageSchema } from './schemas.ts'
import { isTime, parseTime } from './times.ts'

const timeExpected = 'an RFC 3339 time such as 2026-01-31T12:00:00Z, or a duration back from now such as 30m, 1h or 7d'
const time = z.string({ error: timeExpected }).refine(isTime, { error: timeExpected })
const text = z.string({ error: 'one text' }).min(1, { error: 'a text that is not empty' })
const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values): z.ZodEnum<z.util.ToEnum<Values[number]>> =>
  z.enum(values, { error: `one of ${values.join(', ')}` })
const yesNo = z.enum(['yes', 'no'], { error: 'yes or no' })
const limitExpected = 'a whole number from 1 to 200'

const feedbackQuery = z.strictObject({
  since: time.optional().describe(`What came then or later: ${timeExpected}.`),
  until: time.optional().describe('What came before then; same spelling.'),
  rating: oneOf(ratings).optional(),
  source: oneOf(feedbackSources).optional().describe('The way it came.'),
  judge: oneOf(judges).optional().describe('Who judged.'),
  name: text.optional().describe('What was asked.'),
  user: text.optional().describe('User id.'),
  service: text.optional().describe('Service of the run it was joined to.'),
  matched: yesNo.optional().describe('yes = joined to a run, no = no run has come.'),
  text: z.literal('yes', { error: 'yes' }).optional().describe('yes = with a comment or a correction.'),
  limit: z
    .string({ error: limitExpected })
    .regex(/^([1-9]\d?|1\d\d|200)$/, { error: limitExpected })
    .default('50')
    .describe('Items on a page, 1 to 200.'),
  cursor: text.optional().describe('`next` of the page before.'),
})

/** The filters by name, for the documentation of every route that takes them. */
export const feedbackFilters: Readonly<Record<string, z.ZodType>> = feedbackQuery.shape

export function feedbackListRoute(store: Pick<Store, 'listFeedback'>, nowMs: () => number): Route {
  return {
    path: '/api/feedback',
    summary: 'Feedback, newest first.',
    query: feedbackFilters,
    answers: { 200: { description: 'A page of feedback.', contentType: 'application/json', schema: feedbackPageSchema } },
    problems: [422],
    handle: async (request, response) => {
      const { feedback, next } = await withKnownCursor(request.query['cursor'], () =>
        store.listFeedback(feedbackFilterOf(request.query, nowMs())),
      )
      sendJson(response, { feedback: feedback.map(feedbackJson), next })
    },
  }
}

/** The filters of a query. @throws Problem 422 that names every field that is wrong. */
export function feedbackFilterOf(query: Readonly<Record<string, unknown>>, nowMs: number): FeedbackFilter {
  const parsed = feedbackQuery.safeParse(query)
  if (!parsed.success) throw invalidQuery(parsed.error, query, new Set())
  const { since, until, rating, source, judge, name, user, service, matched, text: hasText, limit, cursor } = parsed.data
  const toMs = (value: string | undefined): number | undefined =>
    value === undefined ? undefined : (parseTime(value, nowMs) ?? undefined)
  return {
    sinceMs: toMs(since),
    untilMs: toMs(until),
    rating,
    source,
    judge,
    name,
    userId: user,
    service,
    isMatched: matched === undefined ? undefined : matched === 'yes',
    hasText: hasText === 'yes' ? true : undefined,
    limit: Number(limit),
    cursor,
  }
}

/** @throws Problem 422 for a cursor that is none of ours. */
export async function withKnownCursor<T>(cursor: unknown, list: () => Promise<T>): Promise<T> {
  try {
    return await list()
  } catch (error) {
    if (!(error instanceof InvalidCursorError)) throw error
    const received = typeof cursor === 'string' ? cursor.slice(0, 100) : null
    throw new Problem(422, 'Wrong query parameters: cursor.', [
      { field: 'cursor', expected: '`next` of the page before', received },
    ])
  }
}
