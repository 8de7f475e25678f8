/** The model asked for a tool that nobody defined. */
import { kindOfToolFailure } from '../../model/tool-failure.ts'
import { type CallDetector, type ErrorDetector, states } from './detector.ts'

/** Words of frameworks, for the steps around a tool that could not run. */
const phrases = [
  'model tried to call unavailable tool',
  'unknown tool name',
  'ai_nosuchtoolerror',
  'nosuchtoolerror',
  'toolnotfound',
]
const missingTool = /\bunknown tool ["'`]?[\w.-]{1,80}|\btool ["'`]?[\w.-]{1,80}["'`]? (?:was |is )?not found\b/

export const unknownTool: ErrorDetector = {
  kind: 'unknown_tool',
  matches: (error, step) =>
    step.kind === 'tool'
      ? kindOfToolFailure(`${error.type} ${step.error?.message ?? ''}`) === 'unknown_tool'
      : states(error, phrases) || missingTool.test(error.message),
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
