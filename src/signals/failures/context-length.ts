/** The prompt did not fit the model's context window. Providers answer HTTP 400, so only the text tells. */
import { type ErrorDetector, type ErrorText, mentions, states } from './detector.ts'

const words = [
  'context length',
  'context size',
  'context window',
  'context_window',
  'contextoverflow',
  'prompt is too long',
  'input is too long',
  'too many tokens',
  'too many input tokens',
]

const phrases = [
  'context_length_exceeded',
  'contextwindowexceeded',
  'maximum context length',
  'input length and `max_tokens` exceed',
  'exceeds the maximum number of tokens',
  // xAI
  'maximum prompt length is',
  // Text Generation Inference
  'max_new_tokens` must be <=',
  '`inputs` must have less than',
]

/** Bedrock says "Too many tokens, please wait" without a status. */
function isRate({ httpStatus, type, message }: ErrorText): boolean {
  return httpStatus === 429 || type.includes('throttl') || message.includes('throttl') || message.includes('please wait')
}

export const contextLength: ErrorDetector = {
  kind: 'context_length',
  matches: (error) => !isRate(error) && (mentions(error, words) || states(error, phrases)),
}
