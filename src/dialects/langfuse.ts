/**
 * Langfuse SDKs over OTLP (seen on the wire: JavaScript 5.11, Python 3.15 and 5.0): `langfuse.observation.*`, most of it as JSON texts. Spans of other
 * libraries that only pass through its exporter (`langfuse.environment`, `session.id`) speak their own dialect.
 */
import type { FinishReason, StepError, StepKind, ToolUse } from '../model/step.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import type { Chain, Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf, unexplainedError } from './error.ts'
import { langfuseUsage } from './langfuse-usage.ts'
import { otelKeys } from './otel-genai.ts'
import { canonicalProvider } from './provider.ts'
import { cut, finishReasonOf, finishReasons, firstId, firstJsonText, firstString, jsonObject, path, toName } from './read.ts'
import { toolUseOf } from './tool-use.ts'

const field = (name: string): string => `langfuse.observation.${name}`
const metadata = (...names: readonly string[]): Chain => names.map((name) => field(`metadata.${name}`))

const keys: KeyTable = {
  ...otelKeys,
  // The answering model once the answer has told it, the requested one until then.
  requestModel: [field('model.name'), ...otelKeys.requestModel],
  environment: ['langfuse.environment'],
  release: ['langfuse.release', 'langfuse.version'],
  outerNode: [field('prompt.name'), 'langfuse.trace.name'],
  toolArguments: [field('input')],
  toolResult: [field('output')],
  // Python writes metadata as JSON texts (`"\"stop\""`), JavaScript plainly.
  finishReasons: [...metadata('finish_reason', 'stop_reason'), ...otelKeys.finishReasons],
  content: [field('input'), field('output')],
  inputMessages: [field('input')],
  outputMessages: [field('output')],
  offeredTools: [...metadata('tools'), field('input')],
  // LangChain passes the bare schema as response format.
  askedFormat: [field('metadata.response_format'), field('model.parameters')],
  askedSchema: [field('metadata.response_format'), field('model.parameters')],
  documents: [field('output')],
  stepInput: [field('input')],
  stepOutput: [field('output')],
}

/** Any function may be observed as a `span`: it is work of the application with a name that people gave it. */
const kinds: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['generation', ['llm', 'chat']],
  ['embedding', ['embedding', 'embeddings']],
  ['agent', ['agent', 'invoke_agent']],
  ['tool', ['tool', 'execute_tool']],
  ['retriever', ['retrieval', 'retrieval']],
  ['guardrail', ['guardrail', 'guardrail']],
  ['chain', ['workflow', 'invoke_workflow']],
  ['span', ['workflow', 'invoke_workflow']],
])

export const langfuse: Dialect = {
  name: 'langfuse',
  keys,
  matches: (span) => span.attributes.has('langfuse.observation.type'),
  read: (span) => {
    const { attributes } = span
    const [kind, operation] = meaningOf(attributes)
    const common: Reading = {
      kind,
      operation,
      agent: firstJsonText(attributes, metadata('lc_agent_name')) ?? (kind === 'agent' ? toName(span.name) : null),
      node: firstJsonText(attributes, metadata('langgraph_node')) ?? ownName(span, kind),
      error: failureOf(span),
      conversationId: firstId(attributes, keys.conversationId) ?? firstJsonText(attributes, metadata('thread_id')),
      ...(kind === 'tool' ? { tool: toolOf(span) } : {}),
    }
    return kind === 'llm' || kind === 'embedding' ? { ...common, ...callOf(span) } : common
  },
  words: ({ attributes }, kind) => (kind === 'llm' ? { input: withTools(attributes) } : {}),
}

const MAX_CHARACTERS = 1_048_576

/** For LangChain in JavaScript the role of what a tool answered is the tool's name. */
function withTools(attributes: Attributes): PlainValue | undefined {
  const input = jsonObject(attributes, field('input'), MAX_CHARACTERS) ?? undefined
  const messages = path(input, 'messages')
  if (!Array.isArray(messages)) return undefined
  const names = new Set(
    messages.flatMap((message) => list(path(message, 'tool_calls')).map((call) => path(call, 'function', 'name'))),
  )
  const asTold = messages.map((message: PlainValue): PlainValue => {
    const name = path(message, 'role')
    const isTold = typeof name === 'string' && names.has(name)
    return isTold ? { role: 'tool', name, content: path(message, 'content') ?? '' } : message
  })
  return { ...input, messages: asTold }
}

function list(value: PlainValue | undefined): readonly PlainValue[] {
  return Array.isArray(value) ? value : []
}

/** The JavaScript wrapper of OpenAI's client has one type for all calls: only the model tells an embedding. */
function meaningOf(attributes: Attributes): readonly [kind: StepKind, operation: string] {
  const [kind, operation] = kinds.get(attributes.string(field('type')) ?? '') ?? ['other', '']
  const model = kind === 'llm' ? firstString(attributes, keys.requestModel) : null
  return model !== null && /\bembed/i.test(model) ? ['embedding', 'embeddings'] : [kind, operation]
}

/** What wrappers call every generation: a client's class or method names no place in an application. */
const wrapperName = /^(?:OpenAI|[A-Z]\w*)(?:[.-]\w+)*$/

function ownName(span: Span, kind: StepKind): string | null {
  if (kind === 'workflow' || kind === 'retrieval' || kind === 'guardrail') return toName(span.name)
  return kind === 'llm' && !wrapperName.test(cut(span.name, 128)) ? toName(span.name) : null
}

function callOf(span: Span): Partial<Reading> {
  const { attributes } = span
  const provider = firstString(attributes, keys.provider) ?? firstJsonText(attributes, metadata('ls_provider'))
  return {
    provider: provider === null ? null : canonicalProvider(provider),
    usage: langfuseUsage(jsonObject(attributes, field('usage_details'))),
    finishReasons: finishedAs(attributes),
    timeToFirstTokenUs: timeToFirstTokenUs(span),
    statedCostUsd: statedCost(attributes),
  }
}

/** Chat says its finish reason in Python's streams only; a response of the Responses API its status and what it lacks. */
function finishedAs(attributes: Attributes): readonly FinishReason[] {
  const lacking = toName(path(jsonObject(attributes, field('metadata.incomplete_details')) ?? undefined, 'reason'))
  if (lacking !== null) return [finishReasonOf(lacking)]
  const said = finishReasons(attributes, keys.finishReasons)
  if (said.length > 0) return said
  return isCutShort(attributes) ? ['length'] : finishReasons(attributes, metadata('status'))
}

/** Python sends the last item of a response as it is, with its own status. */
function isCutShort(attributes: Attributes): boolean {
  const mayBe = attributes.string(field('output'))?.includes('"incomplete"') ?? false
  return mayBe && path(jsonObject(attributes, field('output')) ?? undefined, 'status') === 'incomplete'
}

function timeToFirstTokenUs(span: Span): number | null {
  const at = Date.parse(firstJsonText(span.attributes, [field('completion_start_time')]) ?? '') * 1_000
  return at >= span.startUs && at <= span.endUs ? Math.round(at - span.startUs) : null
}

/** A failed call is sent with a cost of 0, which says nothing about a price. */
function statedCost(attributes: Attributes): number | null {
  const total = path(jsonObject(attributes, field('cost_details')) ?? undefined, 'total')
  return typeof total === 'number' && total > 0 ? total : null
}

/** The JavaScript SDK leaves the status of a failed generation unset: the observation's level says it. */
function failureOf(span: Span): StepError | null {
  const error = errorOf(span, [])
  if (error !== null || span.attributes.string(field('level')) !== 'ERROR') return error
  return { ...unexplainedError, message: firstString(span.attributes, [field('status_message')], 1_000) }
}

function toolOf(span: Span): ToolUse {
  const tool = toolUseOf(span, keys)
  return { ...tool, callId: firstJsonText(span.attributes, metadata('tool_call_id')) ?? tool.callId }
}
