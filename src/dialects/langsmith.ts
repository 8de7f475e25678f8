/**
 * LangSmith's OpenTelemetry export (seen on the wire: Python 0.4 and 0.15, JavaScript 0.12; `@traceable`, wrapped OpenAI client, LangChain): GenAI
 * attributes beside `langsmith.*`. Its operations mislead (templates say `chat`, retrievers `embeddings`), so the run type decides; its session is a
 * project.
 */
import type { StepError, StepKind, ToolUse } from '../model/step.ts'
import { unknownUsage, type Usage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import { filledUp } from './api-answer.ts'
import type { Chain, Dialect, KeyTable, Reading } from './dialect.ts'
import { causeIn, errorOf, unexplainedError } from './error.ts'
import { answerIn, contentAt, exchangeInBytes, INPUT, langChainUsage, OUTPUT, outputOf, wordsAt } from './langsmith-output.ts'
import { otelKeys } from './otel-genai.ts'
import { canonicalProvider } from './provider.ts'
import { cut, finishReasons, firstCount, firstString, jsonObject, path, toCount, toName } from './read.ts'
import { fingerprintsOf, toolUseOf } from './tool-use.ts'

const metadata = (...names: readonly string[]): Chain => names.map((name) => `langsmith.metadata.${name}`)

const keys: KeyTable = {
  ...otelKeys,
  provider: [...metadata('ls_provider'), ...otelKeys.provider],
  requestModel: ['gen_ai.request.model', ...metadata('ls_model_name')],
  conversationId: [...metadata('thread_id', 'session_id', 'conversation_id'), ...otelKeys.conversationId],
  userId: [...metadata('user_id', 'userId'), ...otelKeys.userId],
  environment: metadata('environment', 'LANGSMITH_ENVIRONMENT'),
  release: metadata('revision_id', 'LANGSMITH_REVISION_ID'),
  node: metadata('langgraph_node'),
  outerNode: [],
  toolName: ['gen_ai.tool.name'],
  toolArguments: ['gen_ai.prompt'],
  toolResult: ['gen_ai.completion'],
  content: ['gen_ai.prompt', 'gen_ai.completion'],
  inputMessages: ['gen_ai.prompt'],
  outputMessages: ['gen_ai.completion'],
  askedFormat: ['gen_ai.prompt', ...metadata('ls_invocation_params')],
  askedSchema: ['gen_ai.prompt', ...metadata('ls_invocation_params')],
}

const kinds: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['llm', ['llm', 'chat']],
  ['embedding', ['embedding', 'embeddings']],
  ['tool', ['tool', 'execute_tool']],
  ['retriever', ['retrieval', 'retrieval']],
  ['chain', ['workflow', 'invoke_workflow']],
  ['parser', ['workflow', 'invoke_workflow']],
])

export const langsmith: Dialect = {
  name: 'langsmith',
  keys,
  matches: (span) => span.attributes.has('langsmith.span.kind'),
  read: (span) => {
    const { attributes } = span
    const [ofType, operation] = kinds.get(attributes.string('langsmith.span.kind') ?? '') ?? ['other', '']
    const name = toName(span.name)
    const agent = firstString(attributes, metadata('lc_agent_name'))
    const node = firstString(attributes, keys.node)
    // An agent of LangChain is a chain, and the outermost one of its own name.
    const kind = ofType === 'workflow' && agent !== null && agent === name && node !== agent ? 'agent' : ofType
    const common: Reading = {
      kind,
      operation: kind === 'agent' ? 'invoke_agent' : operation,
      agent: agent ?? firstString(attributes, keys.agent),
      node: node ?? (kind === 'workflow' || kind === 'retrieval' ? name : null),
      error: failureOf(span),
    }
    if (kind === 'tool') return { ...common, tool: toolOf(span) }
    if (kind === 'retrieval') return { ...common, documents: documentsOf(attributes) }
    return kind === 'llm' || kind === 'embedding' ? { ...common, ...callOf(attributes) } : common
  },
  words: ({ attributes }) => ({ input: wordsAt(attributes, INPUT), output: wordsAt(attributes, OUTPUT) }),
}

/** What the attributes leave out, the output tells. */
function callOf(attributes: Attributes): Partial<Reading> {
  const provider = firstString(attributes, keys.provider)
  const finished = finishReasons(attributes, keys.finishReasons)
  const model = firstString(attributes, keys.responseModel)
  const usage = usageOf(attributes)
  const isTold = model !== null && finished.length > 0 && usage.cacheRead !== null
  const output = isTold ? undefined : outputOf(attributes)
  const told = answerIn(output)
  return {
    provider: provider === null ? null : canonicalProvider(provider),
    responseModel: model ?? told?.model ?? null,
    responseId: firstString(attributes, keys.responseId) ?? told?.id ?? null,
    usage: filledUp(usage, told?.usage ?? unknownUsage),
    finishReasons: finished.length > 0 ? finished : (told?.finishReasons ?? []),
    ...exchangeInBytes(attributes),
  }
}

/** LangChain's counts include what was cached and reasoning; details come structured, as JSON, and as the text of a Python object. */
function usageOf(attributes: Attributes): Usage {
  const counts = jsonObject(attributes, 'langsmith.metadata.usage_metadata') ?? jsonObject(attributes, 'langsmith.usage_metadata')
  const details = langChainUsage(counts ?? undefined)
  const input = attributes.string('gen_ai.usage.input_token_details')
  const output = attributes.string('gen_ai.usage.output_token_details')
  return {
    input: firstCount(attributes, keys.inputTokens) ?? details.input,
    output: firstCount(attributes, keys.outputTokens) ?? details.output,
    cacheRead: details.cacheRead ?? countIn(input, /['"]cache_read['"]: ?(\d{1,10})/),
    cacheWrite: details.cacheWrite ?? countIn(input, /['"]cache_creation['"]: ?(\d{1,10})/),
    reasoning: details.reasoning ?? countIn(output, /['"]reasoning['"]: ?(\d{1,10})/),
  }
}

function countIn(text: string | null, where: RegExp): number | null {
  return toCount(where.exec(text ?? '')?.[1])
}

/** `@traceable` wraps what a function returned; LangChain names it. */
function documentsOf(attributes: Attributes): number | null {
  const output = outputOf(attributes)
  const found = path(output, 'documents') ?? path(output, 'output')
  return Array.isArray(found) ? found.length : null
}

function toolOf(span: Span): ToolUse {
  const { attributes } = span
  return { ...toolUseOf(span, keys), ...fingerprintsOf(contentAt(attributes, INPUT), contentAt(attributes, OUTPUT)) }
}

const TRACEBACK = 'Traceback (most recent call last)'
/** Python writes `RateLimitError('...')`, JavaScript `RateLimitError: ...`. */
const representation = /^([A-Za-z_]\w{0,99})\(([\s\S]*)\)$/
const classAndWords = /^(\w{0,99}(?:Error|Exception)): ([\s\S]*)$/

/**
 * An exception event stands for a run that failed, also where the status says OK (connection errors, timeouts). Its type is always `Exception`;
 * the class leads the message, in Python as the exception's `repr` with the traceback behind it.
 */
function failureOf(span: Span): StepError | null {
  const exception = span.events.findLast((event) => event.name === 'exception')?.attributes
  const text = exception?.string('exception.message') ?? null
  if (text === null) return errorOf(span, [])
  const end = text.indexOf(TRACEBACK)
  const message = cut(end === -1 ? text : text.slice(0, end), 4_000).trim()
  const [, type, argument] = representation.exec(message) ?? classAndWords.exec(message) ?? []
  const told = cut(unquoted(argument ?? message), 1_000)
  const cause = causeIn(text)
  return { ...unexplainedError, ...errorOf(span, []), type: type ?? null, message: told === '' ? null : told, cause }
}

/** Python writes the only argument of an exception as `'text'` or `"text"`. */
function unquoted(argument: string): string {
  const [, , inner] = /^(['"])([\s\S]*)\1$/.exec(argument) ?? []
  return (inner ?? argument).trim()
}
