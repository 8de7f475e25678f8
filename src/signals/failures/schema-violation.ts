/** An answer that breaks the schema it was asked for, and nothing shows that the application noticed. What it did notice is schema_error. */
import type { CallDetector } from './detector.ts'

export const schemaViolation: CallDetector = {
  kind: 'schema_violation',
  evidence: (step) => {
    const problem = step.answer?.schemaProblem ?? null
    return problem === null ? null : `the answer breaks the schema it was asked for: ${problem}`
  },
}
