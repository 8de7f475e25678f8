/** The model asked for a tool that nobody defined. */
import { kindOfToolFailure, toolFailureAround } from '../../model/tool-failure.ts'
import type { CallDetector, ErrorDetector } from './detector.ts'

export const unknownTool: ErrorDetector = {
  kind: 'unknown_tool',
  matches: (error, step) =>
    step.kind === 'tool'
      ? kindOfToolFailure(`${error.type} ${step.error?.message ?? ''}`, step.tool?.name ?? null) === 'unknown_tool'
      : toolFailureAround(`${error.type} ${error.message}`) === 'unknown_tool',
}

/** The model's request alone shows it, whatever the framework made of it. */
export const unofferedTool: CallDetector = {
  kind: 'unknown_tool',
  evidence: (step) => {
    const unoffered = step.answer?.toolCalls.find(({ isOffered }) => isOffered === false)
    return unoffered === undefined
      ? null
      : `the model asked for tool ${unoffered.name}, which was not among those it could choose from`
  },
}
