/** The prompt did not fit the model's context window. Providers answer HTTP 400, so only the text tells. */
import { type ErrorDetector, mentions, states } from './detector.ts'

const words = [
  'context length',
  'context size',
  'context window',
  'context_window',
  'contextoverflow',
  'prompt is too long',
  'input is too long',
  'too many tokens',
]

const phrases = [
  'context_length_exceeded',
  'contextwindowexceeded',
  'maximum context length',
  'input length and `max_tokens` exceed',
  'exceeds the maximum number of tokens',
]

export const contextLength: ErrorDetector = {
  kind: 'context_length',
  matches: (error) => error.httpStatus !== 429 && (mentions(error, words) || states(error, phrases)),
}
