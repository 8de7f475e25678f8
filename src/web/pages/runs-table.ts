/** A table of runs: the same on the live page and in the list. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { RunSummary } from '../../model/run.ts'
import { formatCount, formatDuration, formatTime, UNKNOWN, usdDigits, visible } from './format.ts'
import { runPath, runsPath } from './paths.ts'
import type { Site } from './site.ts'
import { failureWords } from './words.ts'

export interface RunsTableOptions {
  /** What the table is, for those who do not see it. */
  readonly label: string
  /** Which time is shown: the list is in the order of starts, the live page in that of ends. */
  readonly time: 'started' | 'ended'
}

export function runsTable(site: Site, runs: readonly RunSummary[], { label, time }: RunsTableOptions): SafeHtml {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table class="runs stacked">
      <thead>
        <tr>
          <th>${time === 'started' ? 'Started' : 'Ended'}</th>
          <th>Agent</th>
          <th>Outcome</th>
          <th class="n">Calls</th>
          <th class="n">Tokens</th>
          <th class="n">USD</th>
          <th class="n">Duration</th>
          <th>Conversation</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map((run) => row(site, run, time))}
      </tbody>
    </table>
  </div>`
}

function row(site: Site, run: RunSummary, time: RunsTableOptions['time']): SafeHtml {
  const atUs = time === 'started' ? run.startedAtUs : run.startedAtUs + run.durationUs
  return html`<tr>
    <td class="when">
      <a data-row="run ${run.traceId}" href="${site.href(runPath(run.traceId))}">${formatTime(atUs / 1_000)}</a>
    </td>
    <td>${visible(run.agent)}${run.release === '' ? '' : html` <small>${visible(run.release)}</small>`}</td>
    <td class="outcome">${outcome(run)}</td>
    <td class="n" data-label="calls">${formatCount(run.llmCalls)}</td>
    <td class="n" data-label="tokens">${tokens(run)}</td>
    <td class="n" data-label="USD">${usd(run)}${unpriced(run)}</td>
    <td class="n" data-label="took">${formatDuration(run.durationUs)}</td>
    <td class="id">${conversation(site, run)}</td>
  </tr>`
}

function outcome(run: RunSummary): SafeHtml {
  const fatal = run.failures.find(({ impact }) => impact === 'fatal')
  if (run.outcome === 'failed') {
    if (fatal === undefined) return html`<b class="bad">failed</b>`
    return html`<b class="bad">failed</b> ${failureWords(fatal.kind)} <small>${visible(fatal.stepName)}</small>`
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
  return html`<a href="${site.href(runsPath({ conversation: conversationId }))}">${visible(conversationId)}</a>`
}
