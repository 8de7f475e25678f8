/** The family in the order in which it is asked, and the one function the rest of the house calls: a span in, a step out. */
import type { Step, StepError } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import { agentFramework } from './agent-framework.ts'
import { aiSdk } from './ai-sdk.ts'
import { claudeCode } from './claude-code.ts'
import { hasContent } from './content.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf, failureIn, recordedError, unexplainedError } from './error.ts'
import { isEvaluator } from './evaluator.ts'
import { flywheel } from './flywheel.ts'
import { generic } from './generic.ts'
import { genkit } from './genkit.ts'
import { googleAdk } from './google-adk.ts'
import { haystack } from './haystack.ts'
import { langfuse } from './langfuse.ts'
import { langsmith } from './langsmith.ts'
import { litellm } from './litellm.ts'
import { logfire } from './logfire.ts'
import { openAiAgentsLogfire, openAiAgentsOpenInference, openAiAgentsOtel } from './openai-agents.ts'
import { openInference } from './openinference.ts'
import { mastra } from './mastra.ts'
import { messageIdOf } from './message-id.ts'
import { saidToStep } from './messages/said-to-step.ts'
import { mlflow } from './mlflow.ts'
import { openlit } from './openlit.ts'
import { otelGenai } from './otel-genai.ts'
import { isUnanswered, own, readCall } from './call.ts'
import { pydanticAi } from './pydantic-ai.ts'
import { quarkus } from './quarkus.ts'
import { cut, documentsOf, firstCount, firstId, firstString } from './read.ts'
import { deploymentOf } from './resource.ts'
import { semanticKernel } from './semantic-kernel.ts'
import { explainedByResult, toolUseOf } from './tool-use.ts'
import { springAi } from './spring-ai.ts'
import { strands } from './strands.ts'
import { tagsOf } from './tags.ts'
import { timesOf } from './times.ts'
import { traceloop } from './traceloop.ts'
import { voltagent } from './voltagent.ts'

export const dialects: readonly Dialect[] = [
  // Before otel-genai: its inner spans carry both spellings, and its provider names are its own.
  aiSdk,
  // Before otel-genai: it says the same again in gen_ai.*, with a subagent's id for the conversation.
  claudeCode,
  // Before the instrumentations that they come from, by their scopes.
  openAiAgentsLogfire,
  openAiAgentsOpenInference,
  openAiAgentsOtel,
  // Before openinference and otel-genai, whose words are beside its own: its conversation ids are not all the application's.
  pydanticAi,
  // Its kind attribute is unmistakable; some of its emitters add gen_ai.* beside it.
  openInference,
  // Before otel-genai: people set gen_ai.* beside it by hand.
  langfuse,
  genkit,
  voltagent,
  mlflow,
  // Before otel-genai: its operations call templates chats and retrievers embeddings.
  langsmith,
  // Its span names are unmistakable.
  haystack,
  // Before traceloop, whose request type it sends, too.
  litellm,
  // Before otel-genai: what is around its calls has words of its own.
  springAi,
  // Before otel-genai, by its scope: its failures have no status.
  quarkus,
  // Before traceloop, which takes every span that carries its association properties.
  flywheel,
  // Before otel-genai: its model calls look like plain conventions, but session and user stand in association properties.
  traceloop,
  // Before otel-genai, whose words it speaks: of a streamed call it sends two spans.
  logfire,
  // Before otel-genai: for their habits within the conventions.
  mastra,
  openlit,
  // Before otel-genai, whose words it speaks: how an answer ended stands in events.
  strands,
  // Before otel-genai, whose words it speaks: not all of its tools are some.
  googleAdk,
  // Before otel-genai, by their scopes: not all of their conversation ids and tools are some.
  agentFramework,
  semanticKernel,
  otelGenai,
  // Takes what is left.
  generic,
]

/** Which dialect a span speaks. */
export function dialectOf(span: Span): Dialect {
  return dialects.find((dialect) => dialect.matches(span)) ?? generic
}

/** What a span says of itself, in the words of its dialect. */
export function readingOf(span: Span): { readonly dialect: Dialect; readonly reading: Reading } {
  const dialect = dialectOf(span)
  return { dialect, reading: asModelTells(dialect.read(span), span, dialect.keys) }
}

/** Reads a span into a step. The caller has checked that trace and span id are there. */
export function readStep(span: Span): Step {
  const { dialect, reading } = readingOf(span)
  const { attributes } = span
  const { keys } = dialect
  const { kind } = reading
  const hasMeaning = kind !== 'other'
  const parentId = span.parentSpanId === '' || span.parentSpanId === span.spanId ? null : span.parentSpanId
  const isEntry = parentId === null || parentIsElsewhere(span)
  const call = readCall(span, reading, keys)
  const tool = kind === 'tool' ? own(reading.tool, () => toolUseOf(span, keys)) : null
  const { service, environment, release } = deploymentOf(span.resource)
  const { startUs, endUs, areSound } = timesOf(reading.startUs ?? span.startUs, span.endUs)
  const said = own(
    reading.error,
    () => errorOf(span, call.finishReasons) ?? (isUnanswered(kind, call) ? recordedError(span) : null),
  )
  const error = said === null ? null : failureIn(said)
  return {
    spanId: span.spanId,
    parentId,
    isEntry,
    parentIsLocal: parentId !== null && parentIsKnownLocal(span),
    kind,
    name: cut(span.name, 128),
    startUs,
    endUs,
    service: service ?? '',
    environment: environment ?? firstString(attributes, keys.environment, 128) ?? '',
    release: release ?? firstString(attributes, keys.release, 128) ?? '',
    operation: reading.operation,
    agent: hasMeaning ? label(own(reading.agent, () => firstString(attributes, keys.agent))) : null,
    node: hasMeaning ? label(own(reading.node, () => firstString(attributes, keys.node))) : null,
    outerNode: hasMeaning ? label(own(reading.outerNode, () => firstString(attributes, keys.outerNode))) : null,
    conversationId: conversationOf(own(reading.conversationId, () => firstId(attributes, keys.conversationId))),
    isConversationMadeUp: reading.isConversationMadeUp ?? false,
    userId: own(reading.userId, () => firstId(attributes, keys.userId)),
    messageId: own(reading.messageId, () => messageIdOf(attributes)),
    tags: tagsOf(attributes, keys.tags),
    ...call,
    said: kind === 'llm' ? call.said : saidToStep(span, keys, kind, isEntry),
    unreadable: areSound ? call.unreadable : [...call.unreadable, 'time'],
    tool,
    documents:
      kind === 'retrieval'
        ? own(reading.documents, () => documentsOf(attributes, keys.documents) ?? firstCount(attributes, keys.documentCount))
        : null,
    parse: reading.parse ?? null,
    error: failureOf(error, reading, tool === null ? null : { span, keys }),
    scope: cut(span.scope.name, 128),
    hasContent: hasMeaning && (reading.hasContent ?? hasContent(span, kind, keys)),
    isContinuation: reading.isContinuation ?? false,
    linkedTraceId: own(reading.linkedTraceId, () => linkedTraceOf(span)),
    source: 'span',
  }
}

/** Where frameworks pass on what they go on from, it is OpenAI's id of the answer before: another one each turn. */
function conversationOf(id: string | null): string | null {
  return id?.startsWith('resp_') === true ? null : id
}

function failureOf(
  error: StepError | null,
  reading: Reading,
  tool: { readonly span: Span; readonly keys: KeyTable } | null,
): StepError | null {
  if (error === null) return reading.parse?.outcome === 'failed' ? unexplainedError : null
  return tool === null ? error : explainedByResult(error, tool.span, tool.keys)
}

/** What every maker calls its models for embeddings: `text-embedding-3-small`, `amazon.titan-embed-text-v2:0`, `nomic-embed-text`. */
const embeds = /(?:^|[-./])embed(?:ding)?s?(?=$|[-.:/])/i

/** Instrumentations of a cloud's one API for all models (Bedrock) call each of its calls a completion; the model tells that it is none. */
function asModelTells(reading: Reading, { attributes }: Span, keys: KeyTable): Reading {
  if (reading.kind !== 'llm') return reading
  const model = own(reading.requestModel, () => firstString(attributes, keys.requestModel))
  return model !== null && embeds.test(model) ? { ...reading, kind: 'embedding', operation: 'embeddings' } : reading
}

/** The first other trace that the span links to: what came before it in a trace of its own. Evaluations link to what they judge and are no part of it. */
function linkedTraceOf(span: Span): string | null {
  if (span.links.length === 0 || isEvaluator(span.attributes)) return null
  return span.links.find(({ traceId }) => traceId !== '' && traceId !== span.traceId)?.traceId ?? null
}

const HAS_IS_REMOTE = 0x100
const IS_REMOTE = 0x200
const SERVER = 2
const CONSUMER = 5

/** A run begins where there is no parent or where the parent is in another process; older SDKs do not flag it, there the span kind tells. */
function parentIsElsewhere(span: Span): boolean {
  if ((span.flags & HAS_IS_REMOTE) !== 0) return (span.flags & IS_REMOTE) !== 0
  return span.kind === SERVER || span.kind === CONSUMER
}

function parentIsKnownLocal(span: Span): boolean {
  return (span.flags & HAS_IS_REMOTE) !== 0 && (span.flags & IS_REMOTE) === 0
}

/** Labels hold 128 characters at most. */
function label(text: string | null): string | null {
  return text === null ? null : cut(text, 128)
}
