/**
 * An answer that was to be data and cannot be read, and nothing shows that the application noticed. What it did notice is parse_error, what was cut
 * is truncated.
 */
import type { CallDetector } from './detector.ts'

export const malformedOutput: CallDetector = {
  kind: 'malformed_output',
  evidence: (step) => {
    const { answer, askedFormat } = step
    if (answer?.isReadable !== false || step.finishReasons.includes('length')) return null
    // Without having been asked for, only a block that says it is JSON is broken JSON.
    if (answer.format !== 'fenced_json' && askedFormat !== 'json') return null
    return askedFormat === 'json'
      ? 'the answer was asked for as json and is none'
      : `the answer holds ${answer.format ?? 'data'} that cannot be read`
  },
}
