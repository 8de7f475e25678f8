/** One run: what it was, why it failed with the evidence, and its steps as a tree with time bars. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { z } from 'zod'
import type { RunFailure, RunRecord } from '../../model/run.ts'
import { logoutTokenOf, personOf } from '../auth.ts'
import { invalidQuery } from '../problem.ts'
import { pathParameter, type Route } from '../route.ts'
import { findRun, type RunsOptions } from '../runs.ts'
import { formatCount, formatDuration, formatTime, formatUsd, plural, UNKNOWN, visible } from './format.ts'
import { runPath, runsPath, stepPath } from './paths.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'
import { stepTree } from './step-tree.ts'
import { tempoLink } from './tempo-link.ts'
import { failureWords } from './words.ts'

const query = z.strictObject({
  step: z.string({ error: 'one span id' }).optional().describe('Span id of the step that is open.'),
  all: z.literal('1', { error: '1, or nothing' }).optional().describe('1 shows all steps of a long run.'),
})

/** Steps shown at once; more make a page that no browser scrolls with ease. */
const MAX_STEPS = 2_000

export function runPageRoute(site: Site, source: Pick<RunsOptions, 'store' | 'openRun'>): Route {
  return {
    path: '/runs/:traceId',
    summary: 'One run, for people.',
    pathParameters: { traceId: '32 hexadecimal digits.' },
    query: query.shape,
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    problems: [404, 422],
    handle: async (request, response) => {
      const parsed = query.safeParse(request.query)
      if (!parsed.success) throw invalidQuery(parsed.error, request.query, new Set())
      const { run, isSettled } = await findRun(source, pathParameter(request, 'traceId'))
      const text = page(site, {
        title: `run ${run.traceId.slice(0, 8)}`,
        current: 'runs',
        person: personOf(request),
        csrfToken: logoutTokenOf(request),
        body: runBody(site, run, isSettled, parsed.data.step ?? null, parsed.data.all === '1'),
      })
      sendPage(response, text)
    },
  }
}

function runBody(site: Site, run: RunRecord, isSettled: boolean, openStep: string | null, showsAll: boolean): SafeHtml {
  const tempo = tempoLink(site, run)
  const most = showsAll ? Infinity : MAX_STEPS
  return html`<header class="run">
      <h1>${visible(run.agent === '' ? 'Run' : run.agent)} ${outcome(run, isSettled)}</h1>
      <p class="links">
        ${tempo === null ? '' : html`<a href="${tempo}" rel="noopener">open in Tempo</a>`}
        <a href="${site.href(`/api/runs/${run.traceId}`)}">as JSON</a>
      </p>
    </header>
    ${facts(site, run, isSettled)} ${failures(site, run)}
    <h2>
      Steps
      <small>${plural(run.steps.length, 'span')}${run.steps.length > most ? `, ${formatCount(most)} shown` : ''}</small>
    </h2>
    ${stepTree(site, run, { openStep, most })}
    ${run.steps.length > most ? html`<p><a href="${site.href(`${runPath(run.traceId)}?all=1`)}">all steps</a></p>` : ''}`
}

function outcome({ outcome: verdict, failures: found }: RunRecord, isSettled: boolean): SafeHtml {
  if (!isSettled) return html`<span class="badge">still open</span>`
  if (verdict === 'ok') return html`<span class="badge">ok</span>`
  const fatal = found.find(({ impact }) => impact === 'fatal')
  return html`<span class="badge bad">failed${fatal === undefined ? '' : `: ${failureWords(fatal.kind)}`}</span>`
}

function facts(site: Site, run: RunRecord, isSettled: boolean): SafeHtml {
  const { usage } = run
  const rows: readonly (readonly [name: string, value: SafeHtml | string])[] = [
    ['started', formatTime(run.startedAtUs / 1_000)],
    ['duration', `${formatDuration(run.durationUs)}${isSettled ? '' : ' so far'}`],
    ['cost', cost(run)],
    ['calls', `${plural(run.llmCalls, 'model call')}, ${plural(run.toolCalls, 'tool call')}`],
    [
      'tokens',
      `${tokens(usage.input)} in${part(usage.cacheRead, 'cached')}, ${tokens(usage.output)} out${part(usage.reasoning, 'reasoning')}`,
    ],
    ['conversation', filterLink(site, run.conversationId, (conversation) => ({ conversation }))],
    ['user', filterLink(site, run.userId, (user) => ({ user }))],
    ...(run.tags.length > 0
      ? [['tags', html`${run.tags.map((tag) => html`${filterLink(site, tag, () => ({ tag }))} `)}`] as const]
      : []),
    ['release', filterLink(site, run.release, (release) => ({ release, service: run.service }))],
    ['service', filterLink(site, run.service, (service) => ({ service }))],
    ['environment', run.environment === '' ? 'not set' : visible(run.environment)],
    ['trace', html`<code>${run.traceId}</code>`],
    ...(run.sampleRate < 1 ? [['sampled', `stands for about ${formatCount(1 / run.sampleRate)} runs like it`] as const] : []),
  ]
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

function tokens(count: number | null): string {
  return count === null ? UNKNOWN : formatCount(count)
}

function part(count: number | null, what: string): string {
  return count === null || count === 0 ? '' : ` (${formatCount(count)} ${what})`
}

function cost({ costNanoUsd, unpricedCalls, steps }: RunRecord): string {
  if (costNanoUsd === null && unpricedCalls === 0) return 'no model call'
  const failed = steps.filter((step) => step.isCounted && step.costNanoUsd === null && step.error !== null).length
  const answered = Math.max(0, unpricedCalls - failed)
  return [
    formatUsd(costNanoUsd),
    ...(answered > 0 ? [`without ${plural(answered, 'call')} of unknown price`] : []),
    ...(failed > 0 ? [`${plural(failed, 'failed call')}, most likely not billed`] : []),
  ].join(', ')
}

function filterLink(site: Site, value: string | null, filter: (value: string) => Parameters<typeof runsPath>[0]): SafeHtml {
  if (value === null || value === '') return html`<span class="empty">not sent</span>`
  return html`<a href="${site.href(runsPath(filter(value)))}">${visible(value)}</a>`
}

function failures(site: Site, run: RunRecord): SafeHtml {
  if (run.failures.length === 0) return html``
  return html`<h2>What went wrong</h2>
    <ol class="failures">
      ${run.failures.map((failure) => failureItem(site, run, failure))}
    </ol>`
}

function failureItem(site: Site, run: RunRecord, { kind, impact, spanId, detail, stepName, step }: RunFailure): SafeHtml {
  return html`<li class="${impact}">
    <a data-failure href="${site.href(stepPath(run.traceId, spanId))}">${failureWords(kind)}</a> <code>${kind}</code>
    <span class="${impact === 'fatal' ? 'bad' : ''}"
      >${impact === 'fatal' ? 'the run failed because of it' : 'the run got over it'}</span
    >
    <p class="evidence">${detail === '' ? 'The text is not stored (FLYWHEEL_CONTENT).' : visible(detail)}</p>
    <p class="links">
      at ${visible(stepName)}${step === '' || step === stepName ? '' : ` in ${visible(step)}`} ·
      <a href="${site.href(runsPath({ kind, since: '7d', service: run.service }))}">runs with the same failure</a>
      ${run.release === '' ? '' : html`· <a href="${site.href(runsPath({ kind, service: run.service, release: run.release }))}">in this release</a>`}
    </p>
  </li>`
}
