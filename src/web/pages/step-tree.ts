/** The steps of a run as a tree in the order in which they began, each with its bar in time, and with its details where it is opened. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { RunFailure, RunRecord, RunStep } from '../../model/run.ts'
import { modelOf, stepDurationUs } from '../../model/step.ts'
import { formatCount, formatDuration, formatUsd, UNKNOWN, visible } from './format.ts'
import { stepPath } from './paths.ts'
import type { Site } from './site.ts'
import { failureWords, stepWords } from './words.ts'

/** Deeper ones are indented no further: the text has to fit beside the bars. */
const MAX_INDENT = 12
/** Units of the time axis; small enough that a browser draws sharp edges. */
const AXIS = 1_000

export interface StepTreeOptions {
  /** Span id of the step that is open; null = none. */
  readonly openStep: string | null
  readonly most: number
}

export function stepTree(site: Site, run: RunRecord, { openStep, most }: StepTreeOptions): SafeHtml {
  const failures = Map.groupBy(run.failures, ({ spanId }) => spanId)
  const placed = around(placeSteps(run.steps), openStep, most)
  return html`<ol class="steps">
    ${placed.map(({ step, depth }) => item(site, run, step, depth, failures.get(step.spanId) ?? [], step.spanId === openStep))}
  </ol>`
}

/** The first steps, or those around the one that is open: runaway runs fail late. */
function around(placed: readonly PlacedStep[], openStep: string | null, most: number): readonly PlacedStep[] {
  const at = placed.findIndex(({ step }) => step.spanId === openStep)
  const from = at < most ? 0 : at - Math.floor(most / 2)
  return placed.slice(from, from + most)
}

interface PlacedStep {
  readonly step: RunStep
  readonly depth: number
}

/** Some SDKs know starts to the millisecond only: of two that began together the one that ended first was first. */
function byTime(a: RunStep, b: RunStep): number {
  return a.startUs - b.startUs || a.endUs - b.endUs
}

/** Depth first, siblings by time. A parent that did not come or a ring of parents leaves its steps at the top. */
function placeSteps(steps: readonly RunStep[]): readonly PlacedStep[] {
  const ids = new Set(steps.map(({ spanId }) => spanId))
  const ordered = steps.toSorted(byTime)
  const isTop = ({ parentId }: RunStep): boolean => parentId === null || !ids.has(parentId)
  const children = Map.groupBy(
    ordered.filter((step) => !isTop(step)),
    ({ parentId }) => parentId,
  )
  const placed: PlacedStep[] = []
  const seen = new Set<string>()
  const placeFrom = (tops: readonly RunStep[]): void => {
    // A stack of our own: a runaway recursion makes trees that are deeper than the call stack.
    const waiting: PlacedStep[] = tops.toReversed().map((step) => ({ step, depth: 0 }))
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (seen.has(next.step.spanId)) continue
      seen.add(next.step.spanId)
      placed.push(next)
      const { depth } = next
      for (const child of (children.get(next.step.spanId) ?? []).toReversed()) waiting.push({ step: child, depth: depth + 1 })
    }
  }
  placeFrom(ordered.filter(isTop))
  placeFrom(ordered.filter(({ spanId }) => !seen.has(spanId)))
  return placed
}

function item(
  site: Site,
  run: RunRecord,
  step: RunStep,
  depth: number,
  failures: readonly RunFailure[],
  isOpen: boolean,
): SafeHtml {
  const body = html`<summary data-row="step ${step.spanId}">${head(run, step, depth, failures)}</summary>
    ${details(site, run, step, depth, failures)}`
  const id = `step-${step.spanId}`
  const className = failures.length > 0 || step.error !== null ? 'failed' : ''
  return isOpen
    ? html`<li><details id="${id}" class="${className}" open>${body}</details></li>`
    : html`<li><details id="${id}" class="${className}">${body}</details></li>`
}

function head(run: RunRecord, step: RunStep, depth: number, failures: readonly RunFailure[]): SafeHtml {
  return html`<span class="name in${Math.min(depth, MAX_INDENT)}"
      ><small>${stepWords(step.kind)}</small> ${title(step)} ${flaw(step, failures)}</span
    >
    ${bar(run, step)}
    <span class="n">${formatDuration(stepDurationUs(step))}</span>
    <span class="n wide">${step.isCounted ? tokensOf(step) : ''}</span>
    <span class="n wide">${step.isCounted ? formatUsd(step.costNanoUsd) : ''}</span>`
}

function title(step: RunStep): string {
  if (step.tool !== null && step.tool.name !== '') return visible(step.tool.name)
  const model = step.kind === 'llm' || step.kind === 'embedding' ? modelOf(step) : ''
  if (model !== '') return visible(model)
  // The conventions begin names with the operation, which the kind in front of it has said.
  const bare =
    step.operation !== '' && step.name.startsWith(`${step.operation} `) ? step.name.slice(step.operation.length + 1) : step.name
  return visible(bare)
}

function flaw(step: RunStep, failures: readonly RunFailure[]): SafeHtml {
  const [first] = failures
  if (first !== undefined) return html`<b class="bad">${failureWords(first.kind)}</b>`
  return step.error === null ? html`` : html`<b class="bad">error</b>`
}

/** Both ends are kept inside the axis: clocks of several machines may disagree. */
function bar(run: RunRecord, step: RunStep): SafeHtml {
  const scale = AXIS / Math.max(1, run.durationUs)
  const start = clamp((step.startUs - run.startedAtUs) * scale, 0, AXIS - 2)
  const width = clamp(stepDurationUs(step) * scale, 2, AXIS - start)
  return html`<svg class="time" viewBox="0 0 ${AXIS} 10" preserveAspectRatio="none" aria-hidden="true">
    <rect
      class="${step.error === null ? step.kind : 'failed'}"
      x="${Math.round(start)}"
      y="1"
      width="${Math.round(width)}"
      height="8"
    />
  </svg>`
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}

function tokensOf({ usage: { input, output } }: RunStep): string {
  if (input === null && output === null) return `tokens ${UNKNOWN}`
  // Embeddings have no output to speak of.
  return output === null ? `${formatCount(input)} in` : `${formatCount(input)} in · ${formatCount(output)} out`
}

function details(site: Site, run: RunRecord, step: RunStep, depth: number, failures: readonly RunFailure[]): SafeHtml {
  const { usage, error } = step
  const rows: readonly (readonly [name: string, value: string | SafeHtml | null])[] = [
    ...failures.map((failure) => ['evidence', evidence(failure)] as const),
    [
      'error',
      error === null
        ? null
        : [error.type, error.message, error.httpStatus === null ? null : `HTTP ${error.httpStatus}`]
            .filter((text) => text !== null)
            .map(visible)
            .join(': '),
    ],
    ['span', visible(step.name)],
    ['agent', visible(step.agentLabel)],
    ['step', visible(step.stepLabel)],
    ['model', modelText(step)],
    ['provider', step.provider === null ? null : visible(step.provider)],
    [
      'tokens',
      step.isCounted
        ? [
            `${formatCount(usage.input)} in`,
            countText(usage.cacheRead, 'read from cache'),
            countText(usage.cacheWrite, 'written to cache'),
            `${formatCount(usage.output)} out`,
            countText(usage.reasoning, 'reasoning'),
          ]
            .filter((text) => text !== null)
            .join(', ')
        : null,
    ],
    ['counted', step.kind === 'llm' && !step.isCounted ? 'no: another span of the same call is' : null],
    ['first token after', step.timeToFirstTokenUs === null ? null : formatDuration(step.timeToFirstTokenUs)],
    ['finish', step.finishReasons.length === 0 ? null : step.finishReasons.join(', ')],
    ['parsed', step.parse === null ? null : `${step.parse.format}: ${step.parse.outcome}`],
    ['content', contentText(step)],
    ['depth', depth > MAX_INDENT ? String(depth) : null],
    ['sent by', step.scope === '' ? null : visible(step.scope)],
    ['span id', html`<a href="${site.href(stepPath(run.traceId, step.spanId))}"><code>${step.spanId}</code></a>`],
  ]
  return html`<dl class="facts">
    ${rows.flatMap(([name, value]) =>
      value === null || value === ''
        ? []
        : [
            html`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
          ],
    )}
  </dl>`
}

function evidence({ detail, kind, impact }: RunFailure): string {
  const words = detail === '' ? failureWords(kind) : visible(detail)
  return impact === 'fatal' ? `${words} (the run failed because of it)` : words
}

function modelText(step: RunStep): string | null {
  const { requestModel, responseModel } = step
  if (requestModel !== null && responseModel !== null && requestModel !== responseModel)
    return `${visible(responseModel)} (asked for ${visible(requestModel)})`
  const model = modelOf(step)
  return model === '' ? null : visible(model)
}

function countText(count: number | null, what: string): string | null {
  return count === null || count === 0 ? null : `${formatCount(count)} ${what}`
}

/** Said once a call, so that nobody looks for texts that were never sent. */
function contentText(step: RunStep): string | null {
  if (step.kind !== 'llm' && step.kind !== 'tool') return null
  return step.hasContent
    ? 'was sent; it is in the log and not shown here yet'
    : 'was not sent: content capture is off at the sender'
}
