/** The list of runs for people: where alerts and all numbers lead. Its address holds the filters, with the names of /api/runs. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Request } from 'express'
import { failureKinds } from '../../model/failure.ts'
import type { RunSummary } from '../../model/run.ts'
import type { Store } from '../../records/store.ts'
import { logoutTokenOf, personOf } from '../auth.ts'
import type { Route } from '../route.ts'
import { filterOf, listRuns, runsFilters } from '../runs.ts'
import { formatUsd, plural } from './format.ts'
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
      const query = withoutEmpty(request.query)
      const { runs, next } = await listRuns(store, filterOf(query, nowMs()))
      const text = page(site, {
        title: 'runs',
        current: 'runs',
        person: personOf(request),
        csrfToken: logoutTokenOf(request),
        body: html`<h1>Runs</h1>
          ${filterForm(site, query, runs)}
          <p class="count">${summary(runs, next !== null)}</p>
          ${runs.length === 0 ? empty(site, query) : runsTable(site, runs, { label: 'Runs', time: 'started' })}
          ${pages(site, query, next)}`,
      })
      sendPage(response, text)
    },
  }
}

type Query = Readonly<Record<string, string>>

/** A form without script sends all its fields, also those that nobody filled in. In a link an empty environment means runs that state none. */
function withoutEmpty(query: Request['query']): Query {
  const isForm = Object.keys(texts).every((name) => name in query)
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value
      if (typeof last !== 'string') return []
      return last !== '' || (name === 'environment' && !isForm) ? [[name, last]] : []
    }),
  )
}

/** The filters that are texts, and what a run has there. */
const texts: Readonly<Record<string, (run: RunSummary) => string | readonly string[] | null>> = {
  service: (run) => run.service,
  environment: (run) => run.environment,
  agent: (run) => run.agent,
  release: (run) => run.release,
  conversation: (run) => run.conversationId,
  user: (run) => run.userId,
  tag: (run) => run.tags,
}

const times: readonly (readonly [value: string, label: string])[] = [
  ['', 'any time'],
  ['15m', 'last 15 min'],
  ['1h', 'last hour'],
  ['24h', 'last 24 h'],
  ['7d', 'last 7 days'],
]

function filterForm(site: Site, query: Query, runs: readonly RunSummary[]): SafeHtml {
  const kinds = failureKinds.map((kind) => [kind, `${kind}: ${failureWords(kind)}`] as const)
  const since = query['since'] ?? ''
  const knownTimes = times.some(([value]) => value === since) ? times : [...times, [since, `since ${since}`] as const]
  return html`<form class="filters" method="get" action="${site.href('/runs')}" role="search">
    ${select('since', 'started', knownTimes, since)}
    ${select(
      'outcome',
      'outcome',
      [
        ['', 'any'],
        ['failed', 'failed'],
        ['ok', 'ok'],
      ],
      query['outcome'] ?? '',
    )}
    ${select('kind', 'failure', [['', 'any'], ...kinds], query['kind'] ?? '')}
    ${Object.entries(texts).map(([name, textOf]) => field(name, query[name] ?? '', runs.map(textOf)))}
    ${query['until'] === undefined ? '' : html`<label>until <input name="until" value="${query['until']}" /></label>`}
    <button>filter</button>
    ${Object.keys(query).length === 0 ? '' : html`<a href="${site.href('/runs')}">clear</a>`}
  </form>`
}

/** A text to filter by; what the runs of this page have is offered. */
function field(name: string, value: string, known: readonly (string | readonly string[] | null)[]): SafeHtml {
  const offered = [...new Set(known.flat())].filter((text) => text !== null && text !== '')
  return html`<label
    >${name} <input name="${name}" value="${value}" list="known-${name}" autocomplete="off" /><datalist id="known-${name}">
      ${offered.map((text) => html`<option value="${text}"></option>`)}
    </datalist></label
  >`
}

function select(
  name: string,
  label: string,
  options: readonly (readonly [value: string, label: string])[],
  chosen: string,
): SafeHtml {
  return html`<label
    >${label}
    <select name="${name}" data-filter>
      ${options.map(([value, text]) =>
        value === chosen
          ? html`<option value="${value}" selected>${text}</option>`
          : html`<option value="${value}">${text}</option>`,
      )}
    </select></label
  >`
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

function pages(site: Site, query: Query, next: string | null): SafeHtml {
  const { cursor, ...first } = query
  const link = (changed: Query, label: string): SafeHtml =>
    html`<a href="${site.href(`/runs?${new URLSearchParams(changed).toString()}`)}">${label}</a>`
  return html`<p class="pages">
    ${cursor === undefined ? '' : link(first, 'newest')} ${next === null ? '' : link({ ...first, cursor: next }, 'earlier runs')}
  </p>`
}
