/** How an answer ended where only its messages say so, as the conventions had it before `gen_ai.response.finish_reasons`. */
import type { FinishReason } from '../model/step.ts'
import type { Attributes } from '../otlp/span.ts'
import { finishReasonOf, jsonList, path, toName } from './read.ts'

/** One a choice; more than this is not kept. */
const MAX_CHOICES = 16

export function messageFinishReasons(attributes: Attributes, key: string): readonly FinishReason[] {
  return jsonList(attributes, key)
    .slice(0, MAX_CHOICES)
    .flatMap((message) => {
      const word = toName(path(message, 'finish_reason'))
      return word === null ? [] : [finishReasonOf(word)]
    })
}
