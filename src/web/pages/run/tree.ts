/** The steps of a run as a tree in the order in which they began, each with its bar in time. Each leads to its card. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { RunFailure, RunRecord, RunStep } from '../../../model/run.ts'
import { stepDurationUs } from '../../../model/step.ts'
import { formatDuration } from '../format.ts'
import { stepWords } from '../words.ts'
import type { PlacedStep } from './place.ts'
import { flaw, isFlawed, stepTitle } from './step-words.ts'

/** Deeper ones are indented no further: the text has to fit beside the bars. */
const MAX_INDENT = 12
/** Units of the time axis; small enough that a browser draws sharp edges. */
const AXIS = 1_000

export function stepTree(
  run: RunRecord,
  placed: readonly PlacedStep[],
  failures: ReadonlyMap<string, readonly RunFailure[]>,
): SafeHtml {
  return html`<ol class="tree">
    ${placed.map(({ step, depth }) => row(run, step, depth, failures.get(step.spanId) ?? []))}
  </ol>`
}

function row(run: RunRecord, step: RunStep, depth: number, failures: readonly RunFailure[]): SafeHtml {
  const { spanId } = step
  return html`<li>
    <a class="in${Math.min(depth, MAX_INDENT)}" href="#step-${spanId}" data-row="step ${spanId}"
      ><span class="name"
        ><small>${stepWords(step.kind)}</small> ${stepTitle(step)} ${isFlawed(step, failures) ? flaw(step, failures) : ''}</span
      >${bar(run, step, isFlawed(step, failures))}<span class="n">${formatDuration(stepDurationUs(step))}</span></a
    >
  </li>`
}

/** Both ends are kept inside the axis: clocks of several machines may disagree. */
function bar(run: RunRecord, step: RunStep, isBad: boolean): SafeHtml {
  const scale = AXIS / Math.max(1, run.durationUs)
  const start = clamp((step.startUs - run.startedAtUs) * scale, 0, AXIS - 8)
  const width = clamp(stepDurationUs(step) * scale, 8, AXIS - start)
  return html`<svg class="time" viewBox="0 0 ${AXIS} 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="${isBad ? 'failed' : step.kind}" x="${Math.round(start)}" y="1" width="${Math.round(width)}" height="8" />
  </svg>`
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
