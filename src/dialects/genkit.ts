/**
 * Genkit (seen on the wire: JavaScript 1.42): `genkit:*` and nothing else. All that is known of a model call lies in the JSON of its output: Genkit's
 * own counts, and in `raw` the API's answer with the exact model, its id, cached and reasoning tokens.
 */
import type { FinishReason, StepError, StepKind } from '../model/step.ts'
import { unknownUsage, type Usage } from '../model/usage.ts'
import type { PlainValue, Span } from '../otlp/span.ts'
import { apiAnswerOf, filledUp } from './api-answer.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf } from './error.ts'
import { otelKeys } from './otel-genai.ts'
import { canonicalProvider } from './provider.ts'
import { finishReasonOf, firstString, jsonObject, path, toCount, toName } from './read.ts'
import { wholeUsage } from './whole-usage.ts'

const keys: KeyTable = {
  ...otelKeys,
  // Plugins name their models `openai/gpt-4o-mini`.
  requestModel: ['genkit:name'],
  responseModel: [],
  conversationId: ['genkit:sessionId', ...otelKeys.conversationId],
  toolName: ['genkit:name'],
  toolArguments: ['genkit:input'],
  toolResult: ['genkit:output'],
  content: ['genkit:input', 'genkit:output'],
  inputMessages: ['genkit:input'],
  outputMessages: ['genkit:output'],
  askedSchema: ['genkit:input'],
  stepInput: ['genkit:input'],
  stepOutput: ['genkit:output'],
}

/** By the kind of action; helpers without one (`generate`, which repeats the usage of its model) are steps of a workflow. */
const kinds: ReadonlyMap<string, readonly [kind: StepKind, operation: string]> = new Map([
  ['model', ['llm', 'chat']],
  ['background-model', ['llm', 'chat']],
  ['embedder', ['embedding', 'embeddings']],
  ['tool', ['tool', 'execute_tool']],
  ['tool.v2', ['tool', 'execute_tool']],
  ['retriever', ['retrieval', 'retrieval']],
  ['reranker', ['rerank', 'rerank']],
  ['agent', ['agent', 'invoke_agent']],
  ['flow', ['workflow', 'invoke_workflow']],
  ['flowStep', ['workflow', 'invoke_workflow']],
  ['prompt', ['workflow', 'invoke_workflow']],
  ['executable-prompt', ['workflow', 'invoke_workflow']],
  ['util', ['workflow', 'invoke_workflow']],
])

/** Helpers have the names of the framework's functions: those name no place in an application. */
const named: ReadonlySet<string> = new Set(['flow', 'flowStep', 'prompt', 'executable-prompt', 'retriever'])

export const genkit: Dialect = {
  name: 'genkit',
  keys,
  matches: (span) => span.attributes.has('genkit:type'),
  read: (span) => {
    const { attributes } = span
    const type = attributes.string('genkit:metadata:subtype') ?? attributes.string('genkit:type') ?? ''
    const [kind, operation] = kinds.get(type) ?? ['other', '']
    const name = firstString(attributes, ['genkit:name']) ?? toName(span.name)
    const common: Reading = {
      kind,
      operation,
      agent: kind === 'agent' ? name : null,
      node: named.has(type) ? name : null,
      error: failureOf(span),
    }
    return kind === 'llm' || kind === 'embedding' ? { ...common, ...callOf(span) } : common
  },
}

/** A long answer stands in the output twice. */
const MAX_CHARACTERS = 1_048_576

function callOf(span: Span): Partial<Reading> {
  const output = jsonObject(span.attributes, 'genkit:output', MAX_CHARACTERS) ?? undefined
  const raw = path(output, 'raw')
  const [vendor, model] = (firstString(span.attributes, keys.requestModel) ?? '').split('/', 2)
  const told = apiAnswerOf(raw)
  return {
    provider: model === undefined || vendor === undefined ? null : canonicalProvider(vendor),
    responseModel: told?.model ?? null,
    responseId: told?.id ?? null,
    usage: filledUp(usageOf(path(output, 'usage')), told?.usage ?? unknownUsage),
    finishReasons: told?.finishReasons.includes('refusal') === true ? ['refusal'] : finishedAs(path(output, 'finishReason')),
    askedFormat: isAskedForJson(span) ? 'json' : null,
  }
}

/** Plugins pass the API's counts on; what of them was cached or reasoning most leave to the raw answer. */
function usageOf(own: PlainValue | undefined): Usage {
  const counted: Usage = {
    input: toCount(path(own, 'inputTokens')),
    output: toCount(path(own, 'outputTokens')),
    cacheRead: toCount(path(own, 'cachedContentTokens')),
    cacheWrite: null,
    reasoning: toCount(path(own, 'thoughtsTokens')),
  }
  return wholeUsage(counted, toCount(path(own, 'totalTokens')))
}

/** What the model was told may be long, and what it was asked for stands behind it. */
function isAskedForJson({ attributes }: Span): boolean {
  const input = jsonObject(attributes, 'genkit:input', MAX_CHARACTERS) ?? undefined
  return path(input, 'output', 'contentType') === 'application/json' || path(input, 'output', 'format') === 'json'
}

function finishedAs(word: PlainValue | undefined): readonly FinishReason[] {
  const reason = toName(word)
  return reason === null ? [] : [reason === 'blocked' ? 'content_filter' : finishReasonOf(reason)]
}

/** The exception's type is the HTTP-like number of Genkit's status, which for 500 says no more than that something failed. */
function failureOf(span: Span): StepError | null {
  const error = errorOf(span, [])
  const status = Number(error?.type)
  if (error === null || !(status >= 400 && status <= 599)) return error
  const [name] = /^[A-Z][A-Z_]{2,30}(?=: )/.exec(error.message ?? '') ?? []
  return { ...error, type: name ?? error.type, httpStatus: status === 500 ? error.httpStatus : status }
}
