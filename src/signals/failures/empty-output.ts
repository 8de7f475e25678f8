/** The model ended normally and said nothing: no text, no tool. Known only where content is on the wire; a cut or blocked answer is another failure. */
import type { FinishReason, Step } from '../../model/step.ts'
import type { CallDetector } from './detector.ts'

const otherEnds: ReadonlySet<FinishReason> = new Set(['length', 'content_filter', 'refusal', 'error', 'tool_call'])

export const emptyOutput: CallDetector = {
  kind: 'empty_output',
  evidence: (step) => {
    if (!isSilent(step)) return null
    return step.finishReasons.some((reason) => otherEnds.has(reason)) ? null : 'the answer holds no text and asks for no tool'
  },
}

/** Where content is switched off, too, an answer comes without its text; there only the count tells that the model wrote nothing. */
function isSilent({ answer, hasContent, finishReasons, usage }: Step): boolean {
  if (answer !== null) return answer.form === 'empty' && hasContent
  return finishReasons.includes('stop') && usage.output === 0 && (usage.input ?? 0) > 0
}
