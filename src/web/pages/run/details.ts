/** What else is known of a step, for those who look closer. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { RunStep } from '../../../model/run.ts'
import { modelOf } from '../../../model/step.ts'
import { formatCount, formatDuration, formatUsd, visible } from '../format.ts'

export function stepDetails(step: RunStep, isOpen: boolean): SafeHtml {
  const body = html`<summary>details</summary>
    <dl class="facts">
      ${rowsOf(step).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>`
  return isOpen ? html`<details class="more" open>${body}</details>` : html`<details class="more">${body}</details>`
}

function rowsOf(step: RunStep): readonly (readonly [name: string, value: string])[] {
  const { error, provider, timeToFirstTokenUs, finishReasons, statedCostNanoUsd, documents, tool } = step
  const rows: readonly (readonly [name: string, value: string | null])[] = [
    ['span', visible(step.name)],
    ['agent', visible(step.agentLabel)],
    ['step', visible(step.stepLabel)],
    ['model', modelText(step)],
    ['provider', provider === null ? null : visible(provider)],
    ['tokens', step.isCounted ? tokenText(step) : null],
    ['counted', step.kind === 'llm' && !step.isCounted ? 'no: another span of the same call is' : null],
    ['sender says', statedCostNanoUsd === null ? null : `it cost ${formatUsd(statedCostNanoUsd)}`],
    ['first token', timeToFirstTokenUs === null ? null : `after ${formatDuration(timeToFirstTokenUs)}`],
    ['finish', finishReasons.length === 0 ? null : finishReasons.join(', ')],
    ['answer', answerText(step)],
    ['documents', documents === null ? null : formatCount(documents)],
    ['call id', tool?.callId === null || tool === null ? null : visible(tool.callId)],
    ['cause', error?.cause === null || error === null ? null : visible(error.cause)],
    ['sent by', step.scope === '' ? null : visible(step.scope)],
    ['span id', step.spanId],
  ]
  return rows.flatMap(([name, value]) => (value === null || value === '' ? [] : [[name, value] as const]))
}

function modelText(step: RunStep): string | null {
  const { requestModel, responseModel } = step
  if (requestModel !== null && responseModel !== null && requestModel !== responseModel)
    return `${visible(responseModel)} (asked for ${visible(requestModel)})`
  const model = modelOf(step)
  return model === '' ? null : visible(model)
}

function tokenText({ usage }: RunStep): string {
  return [
    `${formatCount(usage.input)} in`,
    countText(usage.cacheRead, 'read from cache'),
    countText(usage.cacheWrite, 'written to cache'),
    `${formatCount(usage.output)} out`,
    countText(usage.reasoning, 'reasoning'),
  ]
    .filter((text) => text !== null)
    .join(', ')
}

function countText(count: number | null, what: string): string | null {
  return count === null || count === 0 ? null : `${formatCount(count)} ${what}`
}

/** How the answer was written, where content tells. */
function answerText({ answer, askedFormat }: RunStep): string | null {
  const asked = askedFormat === null ? null : `asked for ${askedFormat}`
  if (answer === null) return asked
  const form = answer.form === 'text' && answer.format !== null ? answer.format : answer.form.replace('_', ' ')
  const readable = answer.isReadable === null ? null : answer.isReadable ? 'readable' : 'not readable'
  return [form, readable, answer.schemaProblem === null ? null : visible(answer.schemaProblem), asked]
    .filter((text) => text !== null)
    .join(', ')
}
