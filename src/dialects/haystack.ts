/**
 * Haystack's own tracing through OpenTelemetry: one span a component, a pipeline, an agent and a step of it, with the component's class as its kind.
 * Models and tokens stand in what the components answered, which is sent only with HAYSTACK_CONTENT_TRACING_ENABLED; without it a call is known to
 * have been one, and no more. Seen on the wire: 2.31 and 3.4.
 */
import type { StepError, StepKind, ToolUse } from '../model/step.ts'
import { kindOfToolFailure } from '../model/tool-failure.ts'
import { unknownUsage } from '../model/usage.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading, StepWords } from './dialect.ts'
import { errorOf, unexplainedError } from './error.ts'
import { haystackMetaOf, haystackReportsOf } from './haystack-messages.ts'
import { answerOf } from './messages/answer.ts'
import { readMessages } from './messages/read-messages.ts'
import { saidIn } from './messages/said.ts'
import { otelKeys } from './otel-genai.ts'
import { cut, firstString, jsonObject, path, toName } from './read.ts'
import { fingerprintsOf } from './tool-use.ts'

const keys: KeyTable = {
  ...otelKeys,
  toolName: ['haystack.tool.name'],
  toolArguments: ['haystack.agent.step.tool.input'],
  toolResult: ['haystack.agent.step.tool.output'],
  inputMessages: [],
  outputMessages: [],
  offeredTools: ['haystack.component.input', 'haystack.agent.step.llm.input'],
  content: ['haystack.component.input', 'haystack.component.output', 'haystack.agent.step.llm.input', 'haystack.agent.input'],
  stepInput: ['haystack.agent.input', 'haystack.component.input', 'haystack.pipeline.input_data'],
  stepOutput: ['haystack.agent.output', 'haystack.component.output', 'haystack.pipeline.output_data'],
}

type Meaning = readonly [kind: StepKind, operation: string]

const model: Meaning = ['llm', 'chat']
const agent: Meaning = ['agent', 'invoke_agent']
const workflow: Meaning = ['workflow', 'invoke_workflow']

const meaningOfSpan: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ['haystack.agent.run', agent],
  ['haystack.agent.step.llm', model],
  ['haystack.agent.step.tool', ['tool', 'execute_tool']],
  ['haystack.chat_generator.run', model],
])

/** By how the classes of components are called; the last word says what one does. */
const meaningOfComponent: readonly (readonly [end: string, meaning: Meaning])[] = [
  ['Generator', model],
  ['Embedder', ['embedding', 'embeddings']],
  ['Retriever', ['retrieval', 'retrieval']],
  ['Ranker', ['rerank', 'rerank']],
  ['Agent', agent],
]

export const haystack: Dialect = {
  name: 'haystack',
  keys,
  matches: (span) => span.name.startsWith('haystack.') || span.attributes.has('haystack.component.type'),
  read: (span) => {
    const component = firstString(span.attributes, ['haystack.component.name'], 128)
    const [kind, operation] = meaningOf(span)
    const base: Reading = {
      kind,
      operation,
      agent: kind === 'agent' ? component : null,
      // The generator inside an agent is always called so.
      node: component === 'chat_generator' ? null : component,
      error: errorInside(span),
    }
    if (kind === 'llm' || kind === 'embedding') return { ...base, ...answered(span, kind) }
    if (kind === 'tool') return { ...base, error: base.error ?? toolError(span.attributes) }
    return isToolInvoker(span) ? { ...base, ...invokedTool(span.attributes) } : base
  },
  words: wordsOf,
}

/** What Haystack does besides, such as looking for a tracer at its start, is no work. */
const workNames = /^haystack\.(?:component|pipeline|async_pipeline|agent)\b/
const other: Meaning = ['other', '']

function meaningOf({ name, attributes }: Span): Meaning {
  const type = attributes.string('haystack.component.type') ?? ''
  const known = meaningOfSpan.get(name) ?? meaningOfComponent.find(([end]) => type.endsWith(end))?.[1]
  return known ?? (type !== '' || workNames.test(name) ? workflow : other)
}

/** A pipeline wraps what its component raised in a text of its own. */
function errorInside(span: Span): StepError | null {
  const error = errorOf(span, [])
  const at = error?.message?.indexOf('\nError: ') ?? -1
  if (error === null || error.message === null || at < 0 || !error.message.includes('component failed to run')) return error
  return { ...error, message: cut(error.message.slice(at + '\nError: '.length), 1_000) }
}

/** Vectors are long. */
const MAX_OUTPUT_CHARACTERS = 1_048_576

function answered(span: Span, kind: 'llm' | 'embedding'): Partial<Reading> {
  const { attributes } = span
  const place = callPlace(attributes)
  const output = jsonObject(attributes, `${place}.output`, MAX_OUTPUT_CHARACTERS)
  const replies = path(output ?? undefined, 'replies')
  const list = Array.isArray(replies) ? replies : []
  // Older generators answer with plain texts and keep a list of metas beside them.
  const meta = path(list[0], 'meta') ?? firstItem(path(output ?? undefined, 'meta'))
  const api = haystackMetaOf(meta)
  const base = {
    provider: providerOfClass(attributes),
    responseModel: api?.model ?? null,
    responseId: api?.id ?? null,
    usage: api?.usage ?? unknownUsage,
  }
  if (kind === 'embedding') return base
  const input = path(jsonObject(attributes, `${place}.input`) ?? undefined, 'messages')
  return {
    ...base,
    finishReasons: api?.finishReasons ?? [],
    answer: list.length === 0 ? null : answerOf(readMessages(list), null),
    toolReports: haystackReportsOf(input, (message) => message),
    said: saidIn(readMessages(input)),
  }
}

/** Messages of a call lie among its parameters; of a tool that a component ran, its call lies in the result. */
function wordsOf(span: Span, kind: StepKind): StepWords {
  const { attributes } = span
  if (kind === 'tool') {
    const result = isToolInvoker(span) ? invokedResult(attributes) : undefined
    return { input: path(result, 'origin', 'arguments'), output: path(result, 'result') }
  }
  if (kind === 'workflow' && isToolInvoker(span))
    return {
      output: path(jsonObject(attributes, 'haystack.component.output', MAX_OUTPUT_CHARACTERS) ?? undefined, 'tool_messages'),
    }
  if (kind !== 'llm') return {}
  const read = (end: string): PlainValue | undefined =>
    jsonObject(attributes, `${callPlace(attributes)}.${end}`, MAX_OUTPUT_CHARACTERS) ?? undefined
  return { input: path(read('input'), 'messages') ?? path(read('input'), 'prompt'), output: path(read('output'), 'replies') }
}

function firstItem(value: PlainValue | undefined): PlainValue | undefined {
  return Array.isArray(value) ? value[0] : value
}

function callPlace(attributes: Attributes): string {
  return attributes.has('haystack.component.type') ? 'haystack.component' : 'haystack.agent.step.llm'
}

/** `AmazonBedrockChatGenerator`, `OpenAITextEmbedder`. */
const classes: readonly (readonly [start: string, provider: string])[] = [
  ['AzureOpenAI', 'azure.ai.openai'],
  ['OpenAI', 'openai'],
  ['Anthropic', 'anthropic'],
  ['AmazonBedrock', 'aws.bedrock'],
  ['GoogleGenAI', 'gcp.gemini'],
  ['GoogleAIGemini', 'gcp.gemini'],
  ['VertexAIGemini', 'gcp.vertex_ai'],
  ['Mistral', 'mistral_ai'],
  ['Cohere', 'cohere'],
  ['Ollama', 'ollama'],
]

function providerOfClass(attributes: Attributes): string | null {
  const type = attributes.string('haystack.component.type') ?? ''
  return classes.find(([start]) => type.startsWith(start))?.[1] ?? null
}

function toolError(attributes: Attributes): StepError | null {
  return attributes.boolean('haystack.tool.error') === true ? unexplainedError : null
}

/** Haystack 2 runs the tools of an answer in one component. */
function isToolInvoker(span: Span): boolean {
  return span.attributes.string('haystack.component.type') === 'ToolInvoker'
}

/** A single tool is the component's work; of several, each with an end of its own, one span cannot tell. */
function invokedTool(attributes: Attributes): Partial<Reading> {
  const result = invokedResult(attributes)
  const name = toName(path(result, 'origin', 'tool_name'))
  if (name === null) return {}
  const text = path(result, 'result')
  const args = path(result, 'origin', 'arguments')
  const said = typeof text === 'string' ? text : null
  const tool: ToolUse = {
    name: cut(name, 128),
    callId: toName(path(result, 'origin', 'id')),
    ...fingerprintsOf(args === undefined ? null : JSON.stringify(args), said),
  }
  const failed = path(result, 'error') === true
  // What nobody defined did not run; the model is told so in the next call.
  if (failed && said !== null && kindOfToolFailure(said) === 'unknown_tool') return {}
  const error = failed ? { ...unexplainedError, message: said === null ? null : cut(said, 300) } : null
  return { kind: 'tool', operation: 'execute_tool', tool, error }
}

function invokedResult(attributes: Attributes): PlainValue | undefined {
  const messages = path(jsonObject(attributes, 'haystack.component.output', MAX_OUTPUT_CHARACTERS) ?? undefined, 'tool_messages')
  const [message, second] = Array.isArray(messages) ? messages : []
  return second === undefined ? path(firstItem(path(message, 'content')), 'tool_call_result') : undefined
}
