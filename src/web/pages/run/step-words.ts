/** A step in a few words: what it is, what it took and what is wrong with it. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { RunFailure, RunStep } from '../../../model/run.ts'
import { modelOf, stepDurationUs } from '../../../model/step.ts'
import { formatCount, formatDuration, formatUsd, UNKNOWN, visible } from '../format.ts'
import { failureWords } from '../words.ts'

/** The name that stands after the kind. */
export function stepTitle(step: RunStep): string {
  if (step.tool !== null && step.tool.name !== '') return visible(step.tool.name)
  const model = step.kind === 'llm' || step.kind === 'embedding' ? modelOf(step) : ''
  if (model !== '') return visible(model)
  // The conventions begin names with the operation, which the kind in front of it has said.
  const bare =
    step.operation !== '' && step.name.startsWith(`${step.operation} `) ? step.name.slice(step.operation.length + 1) : step.name
  return visible(bare)
}

/** Nothing where nothing went wrong. */
export function flaw(step: RunStep, failures: readonly RunFailure[]): SafeHtml {
  const [first] = failures
  if (first !== undefined) return html`<b class="bad">${failureWords(first.kind)}</b>`
  return step.error === null ? html`` : html`<b class="bad">error</b>`
}

export function isFlawed(step: RunStep, failures: readonly RunFailure[]): boolean {
  return failures.length > 0 || step.error !== null
}

/** Time, tokens and cost, with dots between them. */
export function figures(step: RunStep): string {
  const parts = [formatDuration(stepDurationUs(step))]
  if (step.isCounted) parts.push(tokensOf(step), step.costNanoUsd === null ? 'cost unknown' : formatUsd(step.costNanoUsd))
  return parts.join(' · ')
}

function tokensOf({ usage: { input, output, cacheRead } }: RunStep): string {
  if (input === null && output === null) return `tokens ${UNKNOWN}`
  const cached = cacheRead === null || cacheRead === 0 ? '' : ` (${formatCount(cacheRead)} cached)`
  // Embeddings have no output to speak of.
  return output === null ? `${formatCount(input)} in${cached}` : `${formatCount(input)} in${cached} · ${formatCount(output)} out`
}
