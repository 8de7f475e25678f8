/** What operation names on the wire mean: those of the conventions, LiteLLM's call types, and what people write by hand in their place. */
import type { StepKind } from '../model/step.ts'
import type { Reading } from './dialect.ts'
import { cut } from './read.ts'

export type Meaning = Pick<Reading, 'kind' | 'operation'>

function all(kind: StepKind, ...names: readonly string[]): readonly (readonly [name: string, kind: StepKind])[] {
  return names.map((name) => [name, kind])
}

/** LiteLLM names a call after the function that made it, of which each has an asynchronous one. */
function withAsync(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [name, `a${name}`])
}

/**
 * What is not here (create_agent, fetch_response, memory operations) is never a model call. Pictures, speech and transcripts are none either: their
 * tokens are not those of text, and nobody would know their price.
 */
const kindOfOperation: ReadonlyMap<string, StepKind> = new Map([
  ...all('llm', 'chat', 'generate_content', 'text_completion'),
  ...all('llm', ...withAsync('completion', 'text_completion', 'responses', 'anthropic_messages')),
  ...all('llm', ...withAsync('generate_content', 'generate_content_stream')),
  // Semantic Kernel for .NET in 2024, and the API's own path.
  ...all('llm', 'chat.completions', 'text.completions', 'chat.completion', 'text.completion'),
  ...all('llm', 'chat_completion', 'chat_completions', 'completions', 'text_generation'),
  // The first instrumentation of OpenAI's Agents SDK, and clients named after the API's resource.
  ...all('llm', 'response', 'messages'),
  // Rig, and Gemini's other API, of which `interactions.create` is OpenTelemetry's spelling.
  ...all('llm', 'chat_streaming', 'interactions', 'interactions_streaming', 'interactions.create'),
  // Functions of the AI SDK, as Sentry and others write them down: what they wrap is a call of the same model inside.
  ...all('llm', 'generate_text', 'stream_text', 'generate_object', 'stream_object'),
  ...all('embedding', 'embeddings', 'embed', 'embed_many', ...withAsync('embedding')),
  ...all('rerank', ...withAsync('rerank')),
  ...all('retrieval', 'retrieval'),
  ...all('tool', 'execute_tool'),
  // Azure's agent service runs a thread with all its model calls on its side, and reports the sum.
  ...all('agent', 'invoke_agent', 'process_thread_run', 'start_thread_run'),
  ...all('workflow', 'invoke_workflow', 'agent_step', 'plan'),
])

/** `Chat` is a chat; a name that means nothing stays as it is. */
export function meaningOf(operation: string): Meaning {
  const plain = cut(operation, 128)
  const known = plain.trim().toLowerCase()
  const kind = kindOfOperation.get(known)
  return kind === undefined ? { kind: 'other', operation: plain } : { kind, operation: known }
}

/** Kinds of spans as OpenInference names them. */
const kindOfWord: ReadonlyMap<string, Meaning> = new Map([
  ['LLM', { kind: 'llm', operation: 'chat' }],
  ['CHAIN', { kind: 'workflow', operation: 'invoke_workflow' }],
  ['TOOL', { kind: 'tool', operation: 'execute_tool' }],
  ['RETRIEVER', { kind: 'retrieval', operation: 'retrieval' }],
  ['RERANKER', { kind: 'rerank', operation: 'rerank' }],
  ['EMBEDDING', { kind: 'embedding', operation: 'embeddings' }],
  ['AGENT', { kind: 'agent', operation: 'invoke_agent' }],
  ['GUARDRAIL', { kind: 'guardrail', operation: 'guardrail' }],
  // Those of others who took over its words: Dify, LoongSuite.
  ['WORKFLOW', { kind: 'workflow', operation: 'invoke_workflow' }],
  ['TASK', { kind: 'workflow', operation: 'invoke_workflow' }],
])

/** What a word for the kind of a span means; null for words of no kind, and of kinds that are no work of the agent. */
export function meaningOfKind(word: string): Meaning | null {
  return kindOfWord.get(word.toUpperCase()) ?? null
}

/** Span names that start with an operation, for spans that do not name it otherwise. */
const namePrefixes: readonly (readonly [prefix: string, operation: string])[] = [
  ['chat ', 'chat'],
  ['embeddings ', 'embeddings'],
  ['execute_tool ', 'execute_tool'],
  ['invoke_agent ', 'invoke_agent'],
]

/** What a span's name says it does, in the way the conventions name spans; null when it is no such name. */
export function operationOfName(name: string): Meaning | null {
  const prefix = namePrefixes.find(([start]) => name.startsWith(start))
  return prefix === undefined ? null : meaningOf(prefix[1])
}
