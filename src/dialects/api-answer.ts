/**
 * What a model's API returned, where an emitter passes it on as it is: the exact model, the id, how the answer ended and its usage. Shapes of OpenAI
 * (chat, Responses), Anthropic and Gemini; emitters that know no more than these fields of a call need no table of their own for them.
 */
import type { FinishReason } from '../model/step.ts'
import { isUnknownUsage, unknownUsage, type Usage } from '../model/usage.ts'
import type { PlainValue } from '../otlp/span.ts'
import { finishReasonOf, path, toCount, toName } from './read.ts'
import { wholeUsage } from './whole-usage.ts'

export interface ApiAnswer {
  readonly model: string | null
  readonly id: string | null
  readonly usage: Usage
  readonly finishReasons: readonly FinishReason[]
}

/** Null when the value is no answer of an API that is known. */
export function apiAnswerOf(answer: PlainValue | undefined): ApiAnswer | null {
  const usage = apiUsageOf(path(answer, 'usage') ?? spelled(answer, 'usageMetadata'))
  const finishReasons = finishedAs(answer)
  const isAnswer = !isUnknownUsage(usage) || finishReasons.length > 0 || typeof path(answer, 'object') === 'string'
  return isAnswer
    ? {
        model: toName(path(answer, 'model')) ?? toName(spelled(answer, 'modelVersion')),
        id: toName(path(answer, 'id')) ?? toName(spelled(answer, 'responseId')),
        usage,
        finishReasons,
      }
    : null
}

/** Usage as an API counts it, as the house counts it: input with what was cached, output with reasoning. Unknown when it is none. */
export function apiUsageOf(usage: PlainValue | undefined): Usage {
  return (
    openAiUsage(usage, 'prompt_tokens', 'completion_tokens') ??
    openAiUsage(usage, 'input_tokens', 'output_tokens') ??
    geminiUsage(usage) ??
    unknownUsage
  )
}

/** What one source of a call's usage leaves open, from another one. */
export function filledUp(usage: Usage, other: Usage): Usage {
  return {
    input: usage.input ?? other.input,
    output: usage.output ?? other.output,
    cacheRead: usage.cacheRead ?? other.cacheRead,
    cacheWrite: usage.cacheWrite ?? other.cacheWrite,
    reasoning: usage.reasoning ?? other.reasoning,
  }
}

function openAiUsage(usage: PlainValue | undefined, inputKey: string, outputKey: string): Usage | null {
  const input = toCount(path(usage, inputKey))
  const output = toCount(path(usage, outputKey))
  if (input === null && output === null) return null
  // Anthropic leaves out of its input what was cached: it stands beside it. LiteLLM has the same beside a total, in OpenAI's name.
  const read = toCount(path(usage, 'cache_read_input_tokens'))
  const written = toCount(path(usage, 'cache_creation_input_tokens'))
  const details = path(usage, `${inputKey}_details`)
  const outside = inputKey === 'input_tokens' ? (read ?? 0) + (written ?? 0) : 0
  const counted: Usage = {
    input: input === null ? null : input + outside,
    output,
    cacheRead: toCount(path(details, 'cached_tokens')) ?? read,
    cacheWrite: toCount(path(details, 'cache_write_tokens')) ?? toCount(path(details, 'cache_creation_tokens')) ?? written,
    reasoning: toCount(path(usage, `${outputKey}_details`, 'reasoning_tokens')),
  }
  return wholeUsage(counted, toCount(path(usage, 'total_tokens')))
}

/** Gemini's names; its client for Python has them with underscores. */
function spelled(value: PlainValue | undefined, name: string): PlainValue | undefined {
  return path(value, name) ?? path(value, withUnderscores(name))
}

function withUnderscores(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Gemini counts thoughts beside the answer. */
function geminiUsage(usage: PlainValue | undefined): Usage | null {
  const input = toCount(spelled(usage, 'promptTokenCount'))
  const answer = toCount(spelled(usage, 'candidatesTokenCount'))
  const reasoning = toCount(spelled(usage, 'thoughtsTokenCount'))
  if (input === null && answer === null) return null
  const output = answer === null ? reasoning : answer + (reasoning ?? 0)
  return { input, output, cacheRead: toCount(spelled(usage, 'cachedContentTokenCount')), cacheWrite: null, reasoning }
}

/** A refusal has a field of its own beside the finish reason `stop`; the Responses API has a status and says what is lacking. */
function finishedAs(answer: PlainValue | undefined): readonly FinishReason[] {
  if (isBlocked(answer)) return ['content_filter']
  const choices = path(answer, 'choices') ?? path(answer, 'candidates')
  if (Array.isArray(choices)) {
    return choices.slice(0, MAX_CHOICES).flatMap((choice): readonly FinishReason[] => {
      if (toName(path(choice, 'message', 'refusal')) !== null) return ['refusal']
      return reasons(path(choice, 'finish_reason') ?? path(choice, 'finishReason'))
    })
  }
  const lacking = reasons(path(answer, 'incomplete_details', 'reason'))
  return lacking.length > 0 ? lacking : reasons(path(answer, 'stop_reason'))
}

/** Gemini answers nothing to a prompt that it blocks, and Google's ADK makes an error of it. */
function isBlocked(answer: PlainValue | undefined): boolean {
  const word = spelled(spelled(answer, 'promptFeedback'), 'blockReason') ?? path(answer, 'error_code')
  return reasons(word).includes('content_filter')
}

const MAX_CHOICES = 16

function reasons(word: PlainValue | undefined): readonly FinishReason[] {
  const reason = toName(word)
  return reason === null ? [] : [finishReasonOf(reason)]
}
