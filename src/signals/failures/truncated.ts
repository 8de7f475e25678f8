/** The model stopped because it ran out of output tokens: the answer is cut. */
import type { Step } from '../../model/step.ts'
import { type CallDetector, type ErrorDetector, states } from './detector.ts'

export const truncated: CallDetector = {
  kind: 'truncated',
  evidence: (step) =>
    step.finishReasons.includes('length') && !isOneWord(step) ? 'the answer was cut: finish reason length' : null,
}

/** A classifier is given room for one word, and says it. More than one token may be half a word: `max_tokens` is not always on the wire. */
function isOneWord({ usage, answer }: Step): boolean {
  return usage.output === 1 && answer?.form !== 'tool_calls' && answer?.form !== 'empty'
}

const phrases = [
  // OpenAI's clients, Strands, Pydantic AI
  'lengthfinishreasonerror',
  'length limit was reached',
  'maxtokenserror',
  'maxtokensreached',
  'reached maximum token limit',
  'exceeded the maximum output tokens',
  'output token limit',
  // OpenAI's Responses API
  'response.incomplete',
  "reason='max_output_tokens'",
]

/** Some clients make an error of an answer that was cut. */
export const truncatedError: ErrorDetector = {
  kind: 'truncated',
  // What ends early may also have been blocked, and then says so.
  matches: (error, step) =>
    states(error, phrases) && !error.message.includes('content_filter') && !step.finishReasons.includes('content_filter'),
}
