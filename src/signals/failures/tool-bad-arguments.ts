/** The model's arguments for a tool could not be read or did not fit: the tool is not to blame, its description may be. */
import { kindOfToolFailure, toolFailureAround } from '../../model/tool-failure.ts'
import type { CallDetector, ErrorDetector } from './detector.ts'

export const toolBadArguments: ErrorDetector = {
  kind: 'tool_bad_arguments',
  matches: (error, step) =>
    // An attempt of the application to read the arguments itself.
    (step.kind === 'parse' && step.parse?.format === 'tool_call') ||
    // JSON-RPC's code for invalid params.
    (step.kind === 'tool' && error.type.split(' ').includes('-32602')) ||
    (step.kind === 'tool'
      ? kindOfToolFailure(`${error.type} ${step.error?.message ?? ''}`, step.tool?.name ?? null) === 'tool_bad_arguments'
      : toolFailureAround(`${error.type} ${error.message}`) === 'tool_bad_arguments'),
}

/** The model's own request is no JSON. Whoever runs tools cannot have read it, even where nothing says so. */
export const unreadableArguments: CallDetector = {
  kind: 'tool_bad_arguments',
  evidence: (step) => {
    const broken = step.answer?.toolCalls.find(({ hasReadableArguments }) => hasReadableArguments === false)
    // What was cut is another failure.
    if (broken === undefined || step.finishReasons.includes('length')) return null
    return `the arguments that the model wrote for tool ${broken.name} are no JSON`
  },
}
