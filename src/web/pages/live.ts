/** The live page: what came in, what it cost, what failed and why, in the last hour. The same sections are sent again when they change. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { type LiveView, meanUs } from '../../live/live-view.ts'
import type { FailureTotal, StepTotal } from '../../live/tally.ts'
import { hintsOf } from '../../live/hints.ts'
import { costChart, runsChart } from './charts.ts'
import { formatCount, formatDuration, formatShare, formatTime, formatUsd, plural, usdDigits, visible } from './format.ts'
import { hintSection } from './hint-words.ts'
import { runsTable } from './runs-table.ts'
import { runsPath, stepPath } from './paths.ts'
import type { Site } from './site.ts'
import { failureWords, stepWords } from './words.ts'

/** A part of the page that is sent again on its own when it has changed. */
export interface Section {
  readonly id: string
  readonly html: SafeHtml
}

interface LiveSection {
  readonly id: string
  readonly body: SafeHtml
}

/** What is shown of an hour in which something ran. */
export function liveSections(site: Site, view: LiveView): readonly LiveSection[] {
  return [
    { id: 'hints', body: hintSection(site, hintsOf(view), view.lastRunAtMs === null) },
    { id: 'stats', body: stats(site, view) },
    { id: 'charts', body: charts(view) },
    { id: 'failures', body: failures(site, view) },
    { id: 'dearest', body: dearest(view) },
    { id: 'slowest', body: slowest(site, view) },
    { id: 'latest', body: latestRuns(site, view) },
  ]
}

function stats(site: Site, view: LiveView): SafeHtml {
  const { total, open, arrivals } = view
  const failed = total.runs === 0 ? 'none yet' : formatShare(total.failedRuns, total.runs)
  const perRun = total.pricedRuns === 0 ? null : total.costNanoUsd / total.pricedRuns
  const cost = total.pricedRuns === 0 && total.runs > 0 ? null : total.costNanoUsd
  const filter = { since: '1h', service: view.service }
  return html`<h2 class="sr">${span(view)}</h2>
    <dl class="stats">
      ${stat('Runs', html`<a href="${site.href(runsPath(filter))}">${formatCount(total.runs)}</a>`, plural(total.llmCalls, 'model call'))}
      ${stat(
        'Failed',
        html`<a class="${total.failedRuns > 0 ? 'bad' : ''}" href="${site.href(runsPath({ ...filter, outcome: 'failed' }))}"
          >${failed}</a
        >`,
        total.runs === 0 ? '' : plural(total.failedRuns, 'run'),
      )}
      ${stat('Cost', formatUsd(cost), `${formatUsd(view.lastMinute.costNanoUsd)} in the last minute`)}
      ${stat('Cost per run', total.runs === 0 ? 'none yet' : formatUsd(perRun), costNote(total))}
      ${stat('Running now', formatCount(open.runs), openWords(open))}
      ${stat('Spans', formatCount(arrivals.spans), `${formatCount(arrivals.spansLastMinute)} in the last minute${view.service === null ? '' : ', of all services'}`)}
    </dl>`
}

/** The hour, or since when there is something to show: after a start the records may reach back less far. */
function span({ fromMs, sinceMs }: LiveView): SafeHtml {
  return sinceMs > fromMs ? html`since ${formatTime(sinceMs)}` : html`last hour`
}

/** A mean over some of the runs says so. */
function costNote({ runs, pricedRuns, unpricedAnswers }: LiveView['total']): string {
  const unpriced = unpricedAnswers > 0 ? [`without ${plural(unpricedAnswers, 'call')} of unknown price`] : []
  const some = Math.round(pricedRuns) < Math.round(runs) ? [`over ${formatCount(pricedRuns)} of ${plural(runs, 'run')}`] : []
  return [...some, ...unpriced].join(', ')
}

function openWords({ runs, costNanoUsd, loops }: LiveView['open']): string {
  if (runs === 0) return ''
  return loops > 0 ? `${formatUsd(costNanoUsd)} spent, ${plural(loops, 'loop')} suspected` : `${formatUsd(costNanoUsd)} spent`
}

function stat(name: string, value: SafeHtml | string, note: string): SafeHtml {
  return html`<div>
    <dt>${name}</dt>
    <dd>${value}${note === '' ? '' : html` <small>${note}</small>`}</dd>
  </div>`
}

function charts({ bars }: LiveView): SafeHtml {
  return html`<div class="pair">${runsChart(bars)}${costChart(bars)}</div>`
}

function failures(site: Site, view: LiveView): SafeHtml {
  const heading = html`<h2>Why runs failed <small>${span(view)}, and what they recovered from</small></h2>`
  if (view.failures.length === 0) {
    return html`${heading}
      <p class="empty">${view.total.runs === 0 ? 'Nothing has run yet.' : `No failure in ${plural(view.total.runs, 'run')}.`}</p>`
  }
  return html`${heading}
    <div class="scroll" tabindex="0" role="region" aria-label="Failures">
      <table class="failures stacked">
        <thead>
          <tr>
            <th>Kind</th>
            <th class="n">Runs failed</th>
            <th class="n">Recovered</th>
            <th>Latest</th>
          </tr>
        </thead>
        <tbody>
          ${view.failures.map((item) => failureRow(site, view, item))}
        </tbody>
      </table>
    </div>`
}

function failureRow(site: Site, view: LiveView, { kind, fatal, recovered, latest }: FailureTotal): SafeHtml {
  const { failure, traceId, agent, atMs } = latest
  const list = site.href(runsPath({ kind, since: '1h', service: view.service }))
  return html`<tr>
    <td><a data-row="failure ${kind}" href="${list}">${failureWords(kind)}</a> <code>${kind}</code></td>
    <td class="n ${fatal > 0 ? 'bad' : ''}" data-label="failed">${formatCount(fatal)}</td>
    <td class="n" data-label="recovered">${formatCount(recovered)}</td>
    <td class="evidence">
      <a href="${site.href(stepPath(traceId, failure.spanId))}">${formatTime(atMs)}</a> ${visible(agent)}:
      ${visible(shorten(failure.detail === '' ? failure.stepName : failure.detail))}
    </td>
  </tr>`
}

const MAX_EVIDENCE = 200

/** The run's own page has the whole of it. */
function shorten(text: string): string {
  return text.length <= MAX_EVIDENCE ? text : `${text.slice(0, MAX_EVIDENCE - 1).toWellFormed()}…`
}

function dearest(view: LiveView): SafeHtml {
  const heading = html`<h2>Most expensive steps <small>${span(view)}</small></h2>`
  if (view.dearest.length === 0)
    return html`${heading}
      <p class="empty">${view.total.runs === 0 ? 'Nothing has run yet.' : 'No call with a known price.'}</p>`
  return html`${heading}
  ${stepTable(
    ['Calls', 'USD a call', 'USD'],
    view.dearest.map((step) => [
      step,
      [formatCount(step.count), usdDigits(step.costNanoUsd / step.count), usdDigits(step.costNanoUsd)],
    ]),
    'Most expensive steps',
  )}`
}

function slowest(site: Site, view: LiveView): SafeHtml {
  const heading = html`<h2>Slowest steps <small>${span(view)}, by mean</small></h2>`
  if (view.slowest.length === 0)
    return html`${heading}
      <p class="empty">Nothing has run yet.</p>`
  return html`${heading}
  ${stepTable(
    ['Calls', 'Mean', 'Longest'],
    view.slowest.map((step) => [step, [formatCount(step.count), formatDuration(meanUs(step)), longest(site, step)]]),
    'Slowest steps',
  )}`
}

function longest(site: Site, { slowest: { traceId, spanId, durationUs } }: StepTotal): SafeHtml {
  return html`<a href="${site.href(stepPath(traceId, spanId))}">${formatDuration(durationUs)}</a>`
}

function stepTable(
  columns: readonly string[],
  rows: readonly (readonly [step: StepTotal, cells: readonly (SafeHtml | string)[]])[],
  label: string,
): SafeHtml {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}">
    <table>
      <thead>
        <tr>
          <th>Step</th>
          ${columns.map((column) => html`<th class="n">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([step, cells]) =>
            html`<tr>
              <td>${placeOf(step)}</td>
              ${cells.map((cell) => html`<td class="n">${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function placeOf({ kind, agent, name, model }: StepTotal): SafeHtml {
  const what = model === '' ? `${stepWords(kind)} ${visible(name)}` : visible(model)
  const where = model === '' || name === '' ? visible(agent) : `${visible(agent)} › ${visible(name)}`
  return html`${what} <small>${where}</small>`
}

function latestRuns(site: Site, view: LiveView): SafeHtml {
  const heading = html`<h2>
    Latest runs <small><a href="${site.href(runsPath({ service: view.service }))}">all runs</a></small>
  </h2>`
  if (view.latest.length === 0) {
    const open =
      view.open.runs > 0
        ? ` ${plural(view.open.runs, 'run is', 'runs are')} open; a run is shown a few seconds after it has ended.`
        : ''
    return html`${heading}
      <p class="empty">No run has ended in the last hour.${open}</p>`
  }
  return html`${heading}${runsTable(site, view.latest, { label: 'Latest runs', time: 'ended' })}`
}
