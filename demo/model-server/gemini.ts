/** Gemini's generateContent: the model stands in the path, thoughts are counted beside the candidates, streams repeat their usage. */
import { type Json, count, isRecord, list, parsed, record, text } from './json.ts'
import { pieces } from './pieces.ts'
import { inputTokensOf } from './usage.ts'
import {
  type Answer,
  type ErrorReply,
  type Finish,
  type Format,
  type Frame,
  type Message,
  type ModelRequest,
  type ProviderError,
  type ToolChoice,
  type ToolDefinition,
  type Wire,
  frame,
} from './wire.ts'

const PATH = /\/models\/([^/:]+):(generateContent|streamGenerateContent)$/

export function isGeminiPath(path: string): boolean {
  return PATH.test(path)
}

/** Without alt=sse a stream is a JSON array that comes bit by bit. */
export function isSse(request: ModelRequest): boolean {
  return request.api !== 'gemini.generate' || new URLSearchParams(request.query).get('alt') === 'sse'
}

export const geminiGenerate: Wire = {
  api: 'gemini.generate',
  read: (body, at) => {
    const [, model = '', method = ''] = PATH.exec(at.path) ?? []
    const config = record(body['generationConfig'])
    const system = partsText(record(body['systemInstruction'] ?? body['system_instruction'])['parts'])
    return {
      api: 'gemini.generate',
      ...at,
      model: decodeURIComponent(model),
      isStream: method === 'streamGenerateContent',
      wantsUsage: true,
      messages: [
        ...(system === '' ? [] : [{ role: 'system' as const, text: system, toolCalls: [], toolCallId: null }]),
        ...list(body['contents']).flatMap((content) => readContent(record(content))),
      ],
      tools: list(body['tools']).flatMap(readTools),
      toolChoice: readToolChoice(record(record(body['toolConfig'])['functionCallingConfig'])),
      format: readFormat(config),
      maxOutputTokens: count(config['maxOutputTokens']),
      reasoningEffort: isRecord(config['thinkingConfig']) && config['thinkingConfig']['thinkingBudget'] !== 0 ? 'medium' : null,
      cachedMessages: null,
      body,
    }
  },
  responseId,
  finishReason: (answer) => finishReasons[answer.finish],
  whole: (_request, answer) => responseOf(answer, partsOf(answer), finishReasons[answer.finish]),
  stream: streamOf,
  error: geminiError,
  streamError: (request) => frame(geminiError('server_error', request).body).bytes,
}

/** Function calls end like any answer, and a refusal is only a text. */
const finishReasons: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  tool_calls: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
  refusal: 'STOP',
}

function responseId(answer: Answer): string {
  return answer.id
}

function responseOf(answer: Answer, parts: readonly Json[], finishReason: string | null): Json {
  const { inputTokens, outputTokens, cacheReadTokens, reasoningTokens } = answer.usage
  const usage = {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    totalTokenCount: inputTokens + outputTokens,
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
    ...(cacheReadTokens > 0 ? { cachedContentTokenCount: cacheReadTokens } : {}),
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
  }
  return {
    candidates: [{ content: { parts, role: 'model' }, ...(finishReason === null ? {} : { finishReason }), index: 0 }],
    ...(answer.tellsUsage ? { usageMetadata: usage } : {}),
    modelVersion: answer.model,
    responseId: responseId(answer),
  }
}

function partsOf(answer: Answer): readonly Json[] {
  return [...(answer.text === '' ? [] : [{ text: answer.text }]), ...callsOf(answer)]
}

function callsOf(answer: Answer): readonly Json[] {
  return answer.toolCalls.map((call) => {
    const args = parsed(call.arguments)
    // The provider parses the arguments itself: what is no JSON cannot arrive.
    return { functionCall: { name: call.name, args: isRecord(args) ? args : {} } }
  })
}

function streamOf(request: ModelRequest, answer: Answer): readonly Frame[] {
  const texts = pieces(answer.text).map((piece) => [{ text: piece }])
  const calls = callsOf(answer)
  const chunks: readonly (readonly Json[])[] = [...texts, ...(calls.length > 0 || texts.length === 0 ? [calls] : [])]
  const last = chunks.length - 1
  const bodies = chunks.map((parts, index) => responseOf(answer, parts, index === last ? finishReasons[answer.finish] : null))
  if (isSse(request)) return bodies.map((body) => frame(body, { tokens: 1 }))
  return bodies.map((body, index) => ({
    bytes: `${index === 0 ? '[' : ',\n'}${JSON.stringify(body)}${index === last ? ']' : ''}`,
    tokens: 1,
  }))
}

function readContent(content: Json): readonly Message[] {
  const parts = list(content['parts']).map(record)
  const role = content['role'] === 'model' ? 'assistant' : 'user'
  const calls = parts.flatMap((part) => {
    const call = record(part['functionCall'])
    const name = text(call['name'])
    return name === null ? [] : [{ id: text(call['id']) ?? name, name, arguments: JSON.stringify(call['args'] ?? {}) }]
  })
  const results = parts
    .filter((part) => isRecord(part['functionResponse']))
    .map((part): Message => {
      const result = record(part['functionResponse'])
      return { role: 'tool', text: JSON.stringify(result['response'] ?? {}), toolCalls: [], toolCallId: text(result['name']) }
    })
  const said = partsText(content['parts'])
  return results.length > 0 && said === '' ? results : [...results, { role, text: said, toolCalls: calls, toolCallId: null }]
}

function partsText(parts: unknown): string {
  return list(parts)
    .map((part) => text(record(part)['text']) ?? '')
    .filter((part) => part !== '')
    .join('\n')
}

function readTools(raw: unknown): readonly ToolDefinition[] {
  const declared = record(raw)
  return list(declared['functionDeclarations'] ?? declared['function_declarations']).flatMap((entry) => {
    const tool = record(entry)
    const name = text(tool['name'])
    if (name === null) return []
    return [
      {
        name,
        description: text(tool['description']) ?? '',
        parameters: record(tool['parametersJsonSchema'] ?? tool['parameters_json_schema'] ?? tool['parameters']),
      },
    ]
  })
}

function readToolChoice(config: Json): ToolChoice {
  if (config['mode'] === 'NONE') return { kind: 'none' }
  if (config['mode'] !== 'ANY') return { kind: 'auto' }
  const [name] = list(config['allowedFunctionNames'])
  return typeof name === 'string' ? { kind: 'named', name } : { kind: 'required' }
}

function readFormat(config: Json): Format {
  if (config['responseMimeType'] !== 'application/json') return { kind: 'text' }
  const schema = config['responseJsonSchema'] ?? config['responseSchema']
  return isRecord(schema) ? { kind: 'schema', name: '', schema } : { kind: 'json' }
}

function geminiError(error: ProviderError, request: ModelRequest): ErrorReply {
  // A filtered prompt is an answer without candidates.
  if (error === 'content_filter_error') {
    const usageMetadata = { promptTokenCount: inputTokensOf(request), totalTokenCount: inputTokensOf(request) }
    return { status: 200, body: { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata, modelVersion: request.model } }
  }
  const [code, status, message] = errors[error](request)
  return { status: code, body: { error: { code, message, status } } }
}

type ErrorWithBody = Exclude<ProviderError, 'content_filter_error'>

const errors: Readonly<
  Record<ErrorWithBody, (request: ModelRequest) => readonly [code: number, status: string, message: string]>
> = {
  rate_limit: () => [429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
  server_error: () => [500, 'INTERNAL', 'An internal error has occurred. Please retry.'],
  unavailable: () => [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  overloaded: () => [529, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  auth_error: () => [401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.'],
  context_length: (request) => [
    400,
    'INVALID_ARGUMENT',
    `The input token count (${1_048_576 + inputTokensOf(request)}) exceeds the maximum number of tokens allowed (1048576).`,
  ],
}
