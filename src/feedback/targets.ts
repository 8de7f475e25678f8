/** What feedback names as its target, as keys that runs have too. The most exact key decides; a conversation is only looked for when nothing else is named. */
import type { FeedbackTarget } from '../model/feedback.ts'
import { type FeedbackState, stepKeys, targetKey, type TargetQuery } from '../model/feedback-state.ts'
import type { Step } from '../model/step.ts'

/** Clocks of chats and agents differ: a run that began this long after the feedback may be the one that is meant. */
const CLOCK_SKEW_MS = 5_000

/** Whether it names more than a conversation, whose latest run is known only once that run has settled. */
export function hasExactTarget({ traceId, spanId, responseId, messageId }: FeedbackTarget): boolean {
  return traceId !== null || spanId !== null || responseId !== null || messageId !== null
}

/** Keys under which a settling run may be waited for. */
export function targetKeys(target: FeedbackTarget): readonly string[] {
  return targetParts(target).map(({ type, value }) => targetKey(type, value))
}

/** The questions to ask about settled runs, the most exact first. */
export function queriesOf({ target, saidAtMs }: FeedbackState): readonly TargetQuery[] {
  return targetParts(target).map(({ type, value }) => ({ type, value, beforeMs: saidAtMs + CLOCK_SKEW_MS }))
}

function targetParts(target: FeedbackTarget): readonly { readonly type: TargetQuery['type']; readonly value: string }[] {
  const exact = (
    [
      ['trace', target.traceId],
      ['span', target.spanId],
      ['response', target.responseId],
      ['message', target.messageId],
    ] as const
  ).flatMap(([type, value]) => (value === null ? [] : [{ type, value }]))
  if (exact.length > 0 || target.conversationId === null) return exact
  return [{ type: 'conversation', value: target.conversationId }]
}

/** Keys that feedback may name a run by, besides its conversation. */
export function* runKeys(traceId: string, steps: Iterable<Step>): Generator<string> {
  yield targetKey('trace', traceId)
  for (const step of steps) yield* stepKeys(step)
}
