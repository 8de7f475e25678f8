/** The inbox: what people said, newest first, also where no run was found for it. Its address holds the filters, with the names of /api/feedback. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { feedbackSources, type FeedbackRecord, judges, ratings } from '../../../model/feedback.ts'
import type { FeedbackCounts } from '../../../records/feedback.ts'
import type { Store } from '../../../records/store.ts'
import { logoutTokenOf, personOf } from '../../auth.ts'
import { feedbackFilterOf, feedbackFilters, withKnownCursor } from '../../feedback-list.ts'
import type { Route } from '../../route.ts'
import { pageLinks, type Query, select, sinceSelect, textField, withoutEmpty } from '../filters.ts'
import { formatCount, formatTime, plural, visible } from '../format.ts'
import { runPath, stepPath } from '../paths.ts'
import { judgeWords, ratingWords, sourceWords } from '../rating.ts'
import { page, sendPage } from '../shell.ts'
import type { Site } from '../site.ts'
import { emptyInbox, feedbackWays } from './empty.ts'
import { feedbackItem } from './item.ts'

export interface InboxOptions {
  readonly site: Site
  readonly store: Pick<Store, 'listFeedback' | 'countFeedback'>
  readonly nowMs: () => number
  /** How long feedback waits for its run. */
  readonly waitMs: number
  /** How long it has to stand before it counts. */
  readonly holdMs: number
}

export function inboxRoute({ site, store, nowMs, waitMs, holdMs }: InboxOptions): Route {
  return {
    path: '/feedback',
    summary: 'Feedback, newest first, for people: the filters are those of /api/feedback.',
    query: feedbackFilters,
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    problems: [422],
    handle: async (request, response) => {
      const query = withoutEmpty(request.query)
      const { limit, cursor, ...filter } = feedbackFilterOf(query, nowMs())
      const [{ feedback, next }, counts] = await Promise.all([
        withKnownCursor(cursor, () => store.listFeedback({ ...filter, limit, cursor })),
        store.countFeedback(filter),
      ])
      const isBlank = counts.all === 0 && Object.keys(query).length === 0
      const text = page(site, {
        title: 'feedback',
        current: 'feedback',
        person: personOf(request),
        csrfToken: logoutTokenOf(request),
        body: html`<h1>Feedback</h1>
          ${isBlank ? emptyInbox(site) : list(site, query, feedback, { counts, next, nowMs: nowMs(), waitMs, holdMs })}`,
      })
      sendPage(response, text)
    },
  }
}

interface ListFacts {
  readonly counts: FeedbackCounts
  readonly next: string | null
  readonly nowMs: number
  readonly waitMs: number
  readonly holdMs: number
}

function list(
  site: Site,
  query: Query,
  feedback: readonly FeedbackRecord[],
  { counts, next, nowMs, waitMs, holdMs }: ListFacts,
): SafeHtml {
  return html`${filterForm(site, query, feedback)}
    <p class="count">${totals(counts)}</p>
    ${
      feedback.length === 0
        ? html`<p class="empty">No feedback fits all of these filters.</p>`
        : html`<ul class="said-about inbox">
            ${feedback.map((record) => feedbackItem(site, record, { run: runLine(site, record, { nowMs, waitMs, holdMs }) }))}
          </ul>`
    }
    <details class="ways-in">
      <summary>How feedback comes in</summary>
      <div class="welcome">${feedbackWays(site)}</div>
    </details>
    ${pageLinks((other) => site.href(`/feedback?${new URLSearchParams(other).toString()}`), query, next, 'earlier feedback')}`
}

function filterForm(site: Site, query: Query, feedback: readonly FeedbackRecord[]): SafeHtml {
  const any = ['', 'any'] as const
  const chosen = (name: string): string => query[name] ?? ''
  const matched = [any, ['yes', 'joined to a run'], ['no', 'no run yet']] as const
  return html`<form class="filters" method="get" action="${site.href('/feedback')}" role="search">
    ${sinceSelect('came', chosen('since'))}
    ${select('rating', 'rating', [any, ...ratings.map((value) => [value, ratingWords(value)] as const)], chosen('rating'))}
    ${select('judge', 'who judged', [any, ...judges.map((value) => [value, judgeWords(value)] as const)], chosen('judge'))}
    ${select('source', 'came by', [any, ...feedbackSources.map((value) => [value, sourceWords(value)] as const)], chosen('source'))}
    ${select('matched', 'run', matched, chosen('matched'))}
    ${select('text', 'words', [any, ['yes', 'with a comment']], chosen('text'))}
    ${textField(
      'name',
      chosen('name'),
      feedback.map(({ name }) => name),
    )}
    ${textField(
      'user',
      chosen('user'),
      feedback.map(({ userId }) => userId),
    )}
    ${textField('service', chosen('service'), [])}
    ${query['until'] === undefined ? '' : html`<label>until <input name="until" value="${query['until']}" /></label>`}
    <button>filter</button>
    ${Object.keys(query).length === 0 ? '' : html`<a href="${site.href('/feedback')}">clear</a>`}
  </form>`
}

function totals({ all, positive, neutral, negative, unmatched }: FeedbackCounts): string {
  if (all === 0) return 'No feedback.'
  const unrated = all - positive - neutral - negative
  return [
    plural(all, 'item'),
    ...(negative > 0 ? [`${formatCount(negative)} negative`] : []),
    ...(positive > 0 ? [`${formatCount(positive)} positive`] : []),
    ...(neutral > 0 ? [plural(neutral, 'neutral', 'neutral')] : []),
    ...(unrated > 0 ? [plural(unrated, 'without a rating', 'without a rating')] : []),
    ...(unmatched > 0 ? [plural(unmatched, 'without a run', 'without a run')] : []),
  ].join(' · ')
}

interface Waiting {
  readonly nowMs: number
  /** How long feedback waits for its run. */
  readonly waitMs: number
  /** How long it has to stand before its run is looked for, where it names a conversation. */
  readonly holdMs: number
}

/** A tick, and a checkpoint after it. */
const LOOK_MS = 5_000

/** Where it leads, or why it leads nowhere. */
function runLine(
  site: Site,
  { runId, target, receivedAtMs, changedAtMs, isWithdrawn }: FeedbackRecord,
  { nowMs, waitMs, holdMs }: Waiting,
): SafeHtml {
  if (runId !== null) {
    const path = target.spanId === null ? runPath(runId) : stepPath(runId, target.spanId)
    const words = `run ${runId.slice(0, 8)}${target.spanId === null ? '' : ' at its step'}`
    return html`· <a data-row="feedback ${runId}" href="${site.href(path)}">${words}</a>`
  }
  if (isWithdrawn) return html``
  if (nowMs < changedAtMs + holdMs + LOOK_MS) return html`<span class="unmatched">Its run is being looked for.</span>`
  const untilMs = receivedAtMs + waitMs
  const waits = nowMs < untilMs ? html`It waits until ${formatTime(untilMs)}.` : html`It waited until ${formatTime(untilMs)}.`
  return html`<span class="unmatched">No run with this ${targetWords(target)} has come. ${waits}</span>`
}

const keyWords = [
  ['traceId', 'trace id'],
  ['spanId', 'span id'],
  ['responseId', 'response id'],
  ['messageId', 'message id'],
  ['conversationId', 'conversation id'],
] as const

function targetWords(target: FeedbackRecord['target']): SafeHtml {
  const given = keyWords.flatMap(([key, words]) =>
    target[key] === null ? [] : [html`${words} <code>${visible(target[key])}</code>`],
  )
  return html`${given.flatMap((words, index) => (index === 0 ? [words] : [' or ', words]))}`
}
