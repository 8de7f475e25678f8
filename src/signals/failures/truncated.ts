/** The model stopped because it ran out of output tokens: the answer is cut. */
import { type CallDetector, type ErrorDetector, states } from './detector.ts'

export const truncated: CallDetector = {
  kind: 'truncated',
  evidence: (step) => (step.finishReasons.includes('length') ? 'the answer was cut: finish reason length' : null),
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
