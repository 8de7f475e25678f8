/** A tool that the agent ran failed, whatever its reason: a timeout inside a tool is the tool's failure, not the model's. */
import type { ErrorDetector } from './detector.ts'

export const toolError: ErrorDetector = {
  kind: 'tool_error',
  matches: (_error, step) => step.kind === 'tool',
}
