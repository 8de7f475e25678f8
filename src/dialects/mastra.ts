/**
 * Mastra's OpenTelemetry exporter (seen on the wire: 1.4): the conventions, with `mastra.*` for what they have no word for. Of an answer that asks for
 * tools only the text is sent, so such an answer is not there.
 */
import type { StepError, StepKind } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf, unexplainedError } from './error.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { finishReasons, firstString, jsonObject, path, toName } from './read.ts'

const keys: KeyTable = {
  ...otelKeys,
  conversationId: [...otelKeys.conversationId, 'mastra.metadata.threadId', 'mastra.metadata.sessionId'],
  // With memory, a resource is whoever the threads belong to.
  userId: [...otelKeys.userId, 'mastra.metadata.resourceId'],
  toolCallId: [...otelKeys.toolCallId, 'mastra.metadata.toolCallId'],
  toolArguments: [...otelKeys.toolArguments, 'gen_ai.tool.input'],
  toolResult: [...otelKeys.toolResult, 'gen_ai.tool.output'],
  content: [
    ...otelKeys.content,
    'mastra.agent_run.input',
    'mastra.agent_run.output',
    'mastra.workflow_run.input',
    'mastra.workflow_step.input',
  ],
  stepInput: ['mastra.agent_run.input', 'mastra.workflow_run.input', 'mastra.workflow_step.input', ...otelKeys.stepInput],
  stepOutput: ['mastra.agent_run.output', 'mastra.workflow_run.output', 'mastra.workflow_step.output', ...otelKeys.stepOutput],
}

export const mastra: Dialect = {
  name: 'mastra',
  keys,
  matches: (span) => span.attributes.has('mastra.span.type'),
  read: (span) => {
    const { attributes } = span
    const isStep = attributes.string('mastra.span.type') === 'workflow_step'
    const operation = readOperation(span)
    const { kind } = isStep ? ({ kind: 'workflow' } as const) : operation
    const common: Reading = { ...operation, kind, node: placeOf(span, kind), error: failureOf(span, kind) }
    const asksForTools = kind === 'llm' && finishReasons(attributes, keys.finishReasons).includes('tool_call')
    return asksForTools ? { ...common, answer: null } : common
  },
  // An agent's answer lies in an object beside its files and its reasons.
  words: ({ attributes }, kind) =>
    kind === 'agent'
      ? { output: path(jsonObject(attributes, 'mastra.agent_run.output', MAX_CHARACTERS) ?? undefined, 'text') }
      : {},
}

const MAX_CHARACTERS = 1_048_576

/** `invoke_workflow order-flow`, `workflow_step fetch-order`: the name stands in the span's name only. A loop over an agent's turns has none. */
function placeOf(span: Span, kind: StepKind): string | null {
  if (kind !== 'workflow') return null
  const step = firstString(span.attributes, ['mastra.workflow_step.step_id', ...keys.node])
  return step ?? toName(/^(?:invoke_workflow|workflow_step|workflow_run) (.+)$/s.exec(span.name)?.[1])
}

function failureOf(span: Span, kind: StepKind): StepError | null {
  const error = errorOf(span, finishReasons(span.attributes, kind === 'llm' ? keys.finishReasons : []))
  if (error !== null) return error
  if (kind === 'tool') return refusedInput(span)
  return kind === 'agent' && wasAborted(span) ? { ...unexplainedError, type: 'AbortError', message: 'the run was aborted' } : null
}

/** Arguments that did not fit are answered with Mastra's own result, and the status says OK. */
function refusedInput({ attributes }: Span): StepError | null {
  if (firstString(attributes, keys.toolResult)?.startsWith('{"error":true') !== true) return null
  const result = jsonObject(attributes, 'gen_ai.tool.call.result') ?? undefined
  const message = toName(path(result, 'message'))
  return message === null || path(result, 'validationErrors') === undefined ? null : { ...unexplainedError, message }
}

function wasAborted({ attributes }: Span): boolean {
  const output = firstString(attributes, ['mastra.agent_run.output'])
  return output?.startsWith('{"status":"aborted"') === true
}
