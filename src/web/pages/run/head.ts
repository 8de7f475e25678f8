/** The top of a run's page: what it was, how it ended, where it stands in its conversation, and what can be done with it. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { RunRecord, RunSummary } from '../../../model/run.ts'
import { formatCount, formatDuration, formatTime, formatUsd, plural, UNKNOWN, visible } from '../format.ts'
import { conversationPath, newNotePath, runPath, runsPath } from '../paths.ts'
import type { Site } from '../site.ts'
import { tempoLink } from '../tempo-link.ts'
import { failureWords } from '../words.ts'
import { keepForm } from './transcript-section.ts'

/** The runs of the conversation that are listed, oldest first, and how many there are in all. */
export interface ConversationPlace {
  readonly id: string
  readonly runs: readonly RunSummary[]
  readonly all: number
}

export interface HeadView {
  readonly site: Site
  readonly run: RunRecord
  readonly isSettled: boolean
  /** The first words of the user; null = not known. */
  readonly title: string | null
  readonly conversation: ConversationPlace | null
  /** Whether it can be picked by this visitor; null = not, or it is kept. */
  readonly keep: { readonly csrfToken: string | null } | null
}

export function runHead(view: HeadView): SafeHtml {
  const { site, run, isSettled, title, keep } = view
  const tempo = tempoLink(site, run)
  const agent = visible(run.agent === '' ? 'Run' : run.agent)
  return html`<header class="run">
      <div>
        <h1>${title === null ? agent : html`<q>${visible(title)}</q>`} ${outcome(run, isSettled)}</h1>
        <p class="links">${title === null ? '' : html`${agent} · `}${place(view)}</p>
      </div>
      <div class="actions">
        ${tempo === null ? '' : html`<a href="${tempo}" rel="noopener">open in Tempo</a>`}
        <a href="${site.href(newNotePath(run.traceId))}" data-press="a">add note</a>
        <a href="${site.href(`/api/runs/${run.traceId}`)}">as JSON</a>
        ${keep === null ? '' : keepForm(site, run.traceId, keep.csrfToken)}
      </div>
    </header>
    ${facts(site, run, isSettled)}`
}

function outcome({ outcome: verdict, failures: found }: RunRecord, isSettled: boolean): SafeHtml {
  if (!isSettled) return html`<span class="badge">still open</span>`
  if (verdict === 'ok') return html`<span class="badge">ok</span>`
  const fatal = found.find(({ impact }) => impact === 'fatal')
  return html`<span class="badge bad">failed${fatal === undefined ? '' : `: ${failureWords(fatal.kind)}`}</span>`
}

/** `conversation 3 of 4`, with links to the runs before and after. */
function place({ site, run, conversation }: HeadView): SafeHtml {
  if (conversation === null) return html`<span class="empty">in no conversation</span>`
  const { id, runs, all } = conversation
  const at = runs.findIndex(({ traceId }) => traceId === run.traceId)
  const link = (to: RunSummary | undefined, rel: 'prev' | 'next', text: string): SafeHtml =>
    to === undefined ? html`` : html` · <a rel="${rel}" href="${site.href(runPath(to.traceId))}">${text}</a>`
  const words =
    at < 0
      ? `in a conversation of ${plural(all, 'run')}`
      : `conversation ${at + 1 + Math.max(0, all - runs.length)} of ${Math.max(all, runs.length)}`
  return html`<a href="${site.href(conversationPath(id))}">${words}</a
    >${at < 0 ? '' : html`${link(runs[at - 1], 'prev', 'previous')}${link(runs[at + 1], 'next', 'next')}`}`
}

const notSent = html`<span class="empty">not sent</span>`

/** What may be long. */
const wide: ReadonlySet<string> = new Set(['user', 'conversation', 'trace'])

function facts(site: Site, run: RunRecord, isSettled: boolean): SafeHtml {
  const rows: readonly (readonly [name: string, value: SafeHtml | string])[] = [
    ['started', formatTime(run.startedAtUs / 1_000)],
    ['duration', `${formatDuration(run.durationUs)}${isSettled ? '' : ' so far'}`],
    ['calls', `${plural(run.llmCalls, 'model call')}, ${plural(run.toolCalls, 'tool call')}`],
    ['tokens', tokensOf(run)],
    ['cost', cost(run)],
    ['user', filterLink(site, run.userId, (user) => ({ user }))],
    ['conversation', filterLink(site, run.conversationId, (conversation) => ({ conversation }))],
    ['release', filterLink(site, run.release, (release) => ({ release, service: run.service }))],
    ['service', filterLink(site, run.service, (service) => ({ service }))],
    ['environment', run.environment === '' ? notSent : visible(run.environment)],
    ...(run.tags.length > 0
      ? [['tags', html`${run.tags.map((tag) => html`${filterLink(site, tag, () => ({ tag }))} `)}`] as const]
      : []),
    ['trace', html`<code>${run.traceId}</code>`],
    ...(run.sampleRate < 1 ? [['sampled', `stands for about ${formatCount(1 / run.sampleRate)} runs like it`] as const] : []),
  ]
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div class="${wide.has(name) && value !== notSent ? 'wide' : ''}">
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

function tokensOf({ usage, costNanoUsd, unpricedCalls, llmCalls }: RunRecord): string {
  const { input, cacheRead, output, reasoning } = usage
  const isUnknown = input === null && output === null
  if (isUnknown && llmCalls === 0 && costNanoUsd === null && unpricedCalls === 0) return 'no model call'
  return `${tokens(input)} in${part(cacheRead, 'cached')}, ${tokens(output)} out${part(reasoning, 'reasoning')}`
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
  if (value === null || value === '') return notSent
  return html`<a href="${site.href(runsPath(filter(value)))}">${visible(value)}</a>`
}
