/** A table of runs: the same on the live page and in the list. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { type FeedbackRecord, ratings } from '../../model/feedback.ts'
import type { RunSummary } from '../../model/run.ts'
import { formatCount, formatDuration, formatTime, UNKNOWN, usdDigits, visible } from './format.ts'
import { conversationPath, runPath } from './paths.ts'
import { ratingSign } from './rating.ts'
import type { Site } from './site.ts'
import { failureWords, withoutOperation } from './words.ts'

export interface RunsTableOptions {
  /** What the table is, for those who do not see it. */
  readonly label: string
  /** Which time is shown: the list is in the order of starts, the live page in that of ends. */
  readonly time: 'started' | 'ended'
  /** By trace id. Default: there is no such column. */
  readonly feedback?: ReadonlyMap<string, readonly FeedbackRecord[]> | undefined
}

export function runsTable(site: Site, runs: readonly RunSummary[], options: RunsTableOptions): SafeHtml {
  const { label, time, feedback } = options
  const hasTitles = runs.some(({ title: words }) => words !== null && words !== '')
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="runs stacked">
      <thead>
        <tr>
          <th>${time === 'started' ? 'Started' : 'Ended'}</th>
          <th>Agent</th>
          ${hasTitles ? html`<th>First words</th>` : ''}
          <th>Outcome</th>
          <th class="n">Calls</th>
          <th class="n">Tokens</th>
          <th class="n">USD</th>
          <th class="n">Duration</th>
          ${feedback !== undefined && feedback.size > 0 ? html`<th>Feedback</th>` : ''}
          <th>Conversation</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map((run) => row(site, run, options, hasTitles))}
      </tbody>
    </table>
  </div>`
}

function row(site: Site, run: RunSummary, { time, feedback }: RunsTableOptions, hasTitles: boolean): SafeHtml {
  const atUs = time === 'started' ? run.startedAtUs : run.startedAtUs + run.durationUs
  return html`<tr class="${run.outcome}">
    <td class="when">
      <a data-row="run ${run.traceId}" href="${site.href(runPath(run.traceId))}">${formatTime(atUs / 1_000)}</a>
    </td>
    <td class="agent">${visible(run.agent)}${run.release === '' ? '' : html` <small>${visible(run.release)}</small>`}</td>
    ${hasTitles ? html`<td class="title">${title(run.title)}</td>` : ''}
    <td class="outcome">${outcome(run)}</td>
    <td class="n" data-label="calls">${formatCount(run.llmCalls)}</td>
    <td class="n" data-label="tokens">${tokens(run)}</td>
    <td class="n" data-label="USD">${usd(run)}${unpriced(run)}</td>
    <td class="n" data-label="took">${formatDuration(run.durationUs)}</td>
    ${feedback !== undefined && feedback.size > 0 ? html`<td class="ratings">${signs(feedback.get(run.traceId) ?? [])}</td>` : ''}
    <td class="id" data-label="conversation">${conversation(site, run)}</td>
  </tr>`
}

function title(words: string | null): SafeHtml {
  return words === null || words === '' ? html`<small>not sent</small>` : html`${visible(words)}`
}

function signs(said: readonly FeedbackRecord[]): SafeHtml {
  return html`${ratings.map((rating) => {
    const count = said.filter(({ countedRating }) => countedRating === rating).length
    return count === 0 ? '' : ratingSign(rating, count)
  })}`
}

function outcome(run: RunSummary): SafeHtml {
  const fatal = run.failures.find(({ impact }) => impact === 'fatal')
  if (run.outcome === 'failed') {
    if (fatal === undefined) return html`<b class="bad">failed</b>`
    return html`<b class="bad">failed</b> ${failureWords(fatal.kind)} <small>${visible(withoutOperation(fatal.stepName))}</small>`
  }
  const [first, ...others] = new Set(run.failures.map(({ kind }) => kind))
  if (first === undefined) return html`ok`
  return html`ok <small>after: ${failureWords(first)}${others.length > 0 ? `, ${others.length} more` : ''}</small>`
}

function tokens({ usage: { input, output }, llmCalls, costNanoUsd, unpricedCalls }: RunSummary): string {
  if (input !== null || output !== null) return formatCount((input ?? 0) + (output ?? 0))
  return llmCalls === 0 && unpricedCalls === 0 && costNanoUsd === null ? '0' : UNKNOWN
}

function usd({ costNanoUsd, unpricedCalls }: RunSummary): string {
  if (costNanoUsd !== null) return usdDigits(costNanoUsd)
  return unpricedCalls === 0 ? '0' : UNKNOWN
}

function unpriced({ costNanoUsd, unpricedCalls }: RunSummary): SafeHtml {
  return costNanoUsd === null || unpricedCalls === 0
    ? html``
    : html` <small title="calls without a price: they failed, or their model or usage is not known"
        >+ ${formatCount(unpricedCalls)} unpriced</small
      >`
}

function conversation(site: Site, { conversationId }: RunSummary): SafeHtml {
  if (conversationId === null) return html`<small>none</small>`
  return html`<a href="${site.href(conversationPath(conversationId))}">${visible(conversationId)}</a>`
}
