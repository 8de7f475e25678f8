/** The list of runs for people: where alerts and all numbers lead. Its address holds the filters, with the names of /api/runs. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { ratings } from '../../model/feedback.ts'
import { failureKinds } from '../../model/failure.ts'
import type { RunSummary } from '../../model/run.ts'
import type { Store } from '../../records/store.ts'
import { logoutTokenOf, personOf } from '../auth.ts'
import type { Route } from '../route.ts'
import { filterOf, listRuns, runsFilters } from '../runs.ts'
import { pageLinks, type Query, select, sinceSelect, textField, withoutEmpty } from './filters.ts'
import { formatUsd, plural } from './format.ts'
import { ratingWords } from './rating.ts'
import { runsTable } from './runs-table.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'
import { failureWords } from './words.ts'

interface RunsPageOptions {
  readonly site: Site
  readonly store: Store
  readonly nowMs: () => number
}

export function runsPageRoute({ site, store, nowMs }: RunsPageOptions): Route {
  return {
    path: '/runs',
    summary: 'Runs, newest first, for people: the filters are those of /api/runs.',
    query: runsFilters,
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    problems: [422],
    handle: async (request, response) => {
      const isForm = Object.keys(texts).every((name) => name in request.query)
      // In a link an empty environment means runs that state none.
      const query = withoutEmpty(request.query, (name) => name === 'environment' && !isForm)
      const { runs, next } = await listRuns(store, filterOf(query, nowMs()))
      const ids = runs.map(({ traceId }) => traceId)
      const feedback = await store.feedbackOfRuns(ids)
      const text = page(site, {
        title: 'runs',
        current: 'runs',
        person: personOf(request),
        csrfToken: logoutTokenOf(request),
        body: html`<h1>Runs</h1>
          ${filterForm(site, query, runs)}
          <p class="count">${summary(runs, next !== null)}</p>
          ${runs.length === 0 ? empty(site, query) : runsTable(site, runs, { label: 'Runs', time: 'started', feedback })}
          ${pageLinks((other) => site.href(`/runs?${new URLSearchParams(other).toString()}`), query, next, 'earlier runs')}`,
      })
      sendPage(response, text)
    },
  }
}

/** The filters that are texts, and what a run has there. */
const texts: Readonly<Record<string, (run: RunSummary) => readonly (string | null)[]>> = {
  service: (run) => [run.service],
  environment: (run) => [run.environment],
  agent: (run) => [run.agent],
  release: (run) => [run.release],
  conversation: (run) => [run.conversationId],
  user: (run) => [run.userId],
  tag: (run) => run.tags,
}

function filterForm(site: Site, query: Query, runs: readonly RunSummary[]): SafeHtml {
  const kinds = failureKinds.map((kind) => [kind, `${kind}: ${failureWords(kind)}`] as const)
  const outcomes = [
    ['', 'any'],
    ['failed', 'failed'],
    ['ok', 'ok'],
  ] as const
  const rated = [['', 'any'], ...ratings.map((rating) => [rating, ratingWords(rating)] as const)] as const
  return html`<form class="filters" method="get" action="${site.href('/runs')}" role="search">
    ${sinceSelect('started', query['since'] ?? '')} ${select('outcome', 'outcome', outcomes, query['outcome'] ?? '')}
    ${select('kind', 'failure', [['', 'any'], ...kinds], query['kind'] ?? '')}
    ${select('rating', 'feedback', rated, query['rating'] ?? '')}
    ${Object.entries(texts).map(([name, textsOf]) => textField(name, query[name] ?? '', runs.flatMap(textsOf)))}
    ${query['until'] === undefined ? '' : html`<label>until <input name="until" value="${query['until']}" /></label>`}
    <button>filter</button>
    ${Object.keys(query).length === 0 ? '' : html`<a href="${site.href('/runs')}">clear</a>`}
  </form>`
}

/** How many, and what they cost: of this page, since only that was read. */
function summary(runs: readonly RunSummary[], hasMore: boolean): string {
  if (runs.length === 0) return 'No runs.'
  const failed = runs.filter(({ outcome }) => outcome === 'failed').length
  const users = new Set(runs.flatMap(({ userId }) => (userId === null ? [] : [userId]))).size
  const priced = runs.filter(({ costNanoUsd }) => costNanoUsd !== null)
  const cost = priced.reduce((sum, { costNanoUsd }) => sum + (costNanoUsd ?? 0), 0)
  const parts = [
    plural(runs.length, 'run'),
    `${failed} failed`,
    ...(users > 0 ? [plural(users, 'user')] : []),
    priced.length === 0 ? 'cost unknown' : formatUsd(cost),
  ]
  return `${hasMore ? 'The newest ' : ''}${parts.join(' · ')}${hasMore ? ', more below' : ''}`
}

function empty(site: Site, query: Query): SafeHtml {
  if (Object.keys(query).length === 0) {
    return html`<p class="empty">
      A run is listed here a few seconds after it has ended. <a href="${site.href('/instrument')}">How to send runs</a>.
    </p>`
  }
  return html`<p class="empty">
    No run fits all of these filters. Ok runs above the rate of <code>FLYWHEEL_RUN_ROWS_PER_SECOND</code> are counted but not
    listed, and runs are kept for <code>FLYWHEEL_RETENTION</code>.
  </p>`
}
