/** One run: what it was, why it failed with the evidence, what people said, its steps as a tree beside its transcript. */
import { html } from '@remix-run/html-template'
import type { Request } from 'express'
import { z } from 'zod'
import type { FeedbackRecord } from '../../model/feedback.ts'
import type { RunRecord, RunStep } from '../../model/run.ts'
import type { Transcript } from '../../model/transcript.ts'
import type { Store } from '../../records/store.ts'
import { createAuditor } from '../audit.ts'
import { csrfTokenOf, logoutTokenOf, personOf } from '../auth.ts'
import { invalidQuery, Problem } from '../problem.ts'
import { pathParameter, type Route } from '../route.ts'
import { findRun, type RunsOptions } from '../runs.ts'
import { titleOf } from './exchange.ts'
import { formatCount, plural, visible } from './format.ts'
import { runPath } from './paths.ts'
import type { ReviewDesk } from './review-desk.ts'
import { cards } from './run/cards.ts'
import { findings } from './run/findings.ts'
import { type ConversationPlace, runHead } from './run/head.ts'
import { around, placeSteps } from './run/place.ts'
import { repeatsOf } from './run/repeats.ts'
import { type TextsView, transcriptSection } from './run/transcript-section.ts'
import { stepTree } from './run/tree.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'

const query = z.strictObject({
  step: z.string({ error: 'one span id' }).optional().describe('Span id of the step that is open.'),
  all: z.literal('1', { error: '1, or nothing' }).optional().describe('1 shows all steps of a long run.'),
})

/** Steps shown at once; more make a page that no browser scrolls with ease. */
const MAX_STEPS = 2_000
/** Runs of a conversation among which the one before and the one after are looked for. */
const MAX_CONVERSATION_RUNS = 200

export interface RunPageOptions {
  readonly site: Site
  readonly store: Store
  readonly openRun?: RunsOptions['openRun']
  readonly unsavedRun?: RunsOptions['unsavedRun']
  readonly nowMs: () => number
  readonly desk?: ReviewDesk | undefined
}

export function runPageRoutes(options: RunPageOptions): Route[] {
  const { site, store, nowMs } = options
  const pathParameters = { traceId: '32 hexadecimal digits.' }
  return [
    {
      path: '/runs/:traceId',
      summary: 'One run, for people.',
      pathParameters,
      query: query.shape,
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      problems: [404, 422],
      handle: async (request, response) => sendPage(response, await runPage(options, request)),
    },
    {
      path: '/runs/:traceId/keep',
      method: 'post',
      summary: 'Picks a run whose transcript is kept: the form of its page.',
      pathParameters,
      answers: { 303: { description: 'Back to the run.', contentType: 'text/html' } },
      problems: [403, 404],
      handle: async (request, response) => {
        if (!mayKeep(request)) throw new Problem(403, 'Runs are picked by reviewers; you can read only.')
        const { run } = await findRun(options, pathParameter(request, 'traceId'))
        await store.transcripts.request({ traceId: run.traceId, reason: 'picked', askedAtMs: nowMs() })
        await createAuditor(store.audit, nowMs)(request, 'keep_transcript', run.traceId)
        response.redirect(303, site.href(runPath(run.traceId)))
      },
    },
  ]
}

function mayKeep(request: Request): boolean {
  return personOf(request)?.role !== 'viewer'
}

async function runPage(options: RunPageOptions, request: Request): Promise<string> {
  const parsed = query.safeParse(request.query)
  if (!parsed.success) throw invalidQuery(parsed.error, request.query, new Set())
  const { run, isSettled } = await findRun(options, pathParameter(request, 'traceId'))
  const { site, store, desk = {} } = options
  const { traceId } = run
  const [kept, known, said, notes = [], conversation] = await Promise.all([
    store.transcripts.find(traceId),
    store.transcripts.state(traceId),
    store.feedbackOfRuns([traceId]),
    desk.notesOfRun?.(traceId),
    placeInConversation(store, run.conversationId),
  ])
  const isGone = known === 'none' && options.nowMs() - run.settledAtMs > (desk.logRetentionMs ?? Infinity)
  const isInLog = known === 'none' && !isGone && isSettled && hasTexts(run) && desk.readTranscripts !== undefined
  const transcript = isInLog ? ((await desk.readTranscripts?.([run]))?.[0] ?? null) : kept
  const state: TextsView['state'] = isGone ? 'expired' : isInLog ? 'in_log' : known
  const feedback = said.get(traceId) ?? []
  const keep = mayKeep(request) ? { csrfToken: csrfTokenOf(request) } : null
  const openStep = parsed.data.step ?? null
  const most = parsed.data.all === '1' ? Infinity : MAX_STEPS
  const placed = around(placeSteps(run.steps), openStep, most)
  const failures = Map.groupBy(run.failures, ({ spanId }) => spanId)
  const title = titleOf(transcript)
  const view = { site, run, isSettled, title, state, transcript, keep, conversation }
  const texts = transcript === null ? null : new Map(transcript.steps.map((step) => [step.spanId, step]))
  const body = html`${runHead({ ...view, keep: isInLog ? keep : null })} ${findings(site, run, feedback, notes)}
    <div class="review">
      <nav class="steps" aria-labelledby="steps-title">
        <h2 id="steps-title">Steps <small>${stepsWords(run, most)}</small></h2>
        ${stepTree(run, placed, failures)}
        ${run.steps.length > most ? html`<p><a href="${site.href(`${runPath(run.traceId)}?all=1`)}">all steps</a></p>` : ''}
      </nav>
      ${transcriptSection(
        { ...view, waysToCapture: waysToCapture(run, transcript, desk) },
        cards({ site, run, placed, failures, texts, feedback: atSteps(run, feedback), repeats: repeatsOf(run.steps), openStep }),
      )}
    </div>`
  return page(site, {
    title: `${title === null ? 'run' : visible(title)} ${run.traceId.slice(0, 8)}`,
    current: 'runs',
    person: personOf(request),
    csrfToken: logoutTokenOf(request),
    body,
  })
}

function hasTexts({ steps }: RunRecord): boolean {
  return steps.some(({ hasContent }) => hasContent)
}

/** What would bring the texts that are missing, each way once. */
function waysToCapture({ steps }: RunRecord, transcript: Transcript | null, desk: ReviewDesk): readonly string[] {
  const silent = new Set(transcript?.steps.flatMap(({ spanId, missing }) => (missing === 'not_sent' ? [spanId] : [])))
  const isSilent = ({ spanId, kind, hasContent }: RunStep): boolean =>
    transcript === null ? !hasContent && (kind === 'llm' || kind === 'tool') : silent.has(spanId)
  const ways = steps.filter(isSilent).flatMap(({ scope }) => desk.howToCapture?.(scope) ?? [])
  return [...new Set(ways)]
}

function stepsWords({ steps }: RunRecord, most: number): string {
  return `${plural(steps.length, 'span')}${steps.length > most ? `, ${formatCount(most)} shown` : ''}`
}

/** Feedback about one answer stands at its step as well, by span id or by the provider's id of the answer. */
function atSteps({ steps }: RunRecord, feedback: readonly FeedbackRecord[]): ReadonlyMap<string, readonly FeedbackRecord[]> {
  const ids = new Set(steps.map(({ spanId }) => spanId))
  const byResponse = new Map(
    steps.flatMap(({ responseId, spanId }) => (responseId === null ? [] : [[responseId, spanId] as const])),
  )
  const stepOf = ({ target: { spanId, responseId } }: FeedbackRecord): string | null => {
    if (spanId !== null && ids.has(spanId)) return spanId
    return responseId === null ? null : (byResponse.get(responseId) ?? null)
  }
  const placed = feedback.flatMap((item) => {
    const spanId = stepOf(item)
    return spanId === null ? [] : [{ spanId, item }]
  })
  return new Map(
    [...Map.groupBy(placed, ({ spanId }) => spanId)].map(([spanId, found]) => [spanId, found.map(({ item }) => item)]),
  )
}

async function placeInConversation(store: Store, id: string | null): Promise<ConversationPlace | null> {
  if (id === null) return null
  const [{ runs }, conversation] = await Promise.all([
    store.listRuns({ conversationId: id, limit: MAX_CONVERSATION_RUNS }),
    store.findConversation(id),
  ])
  return { id, runs: runs.toReversed(), all: Math.max(runs.length, conversation?.runs ?? 0) }
}
