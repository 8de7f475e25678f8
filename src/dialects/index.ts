/** The family in the order in which it is asked, and the one function the rest of the house calls: a span in, a step out. */
import { ATTR_DEPLOYMENT_ENVIRONMENT_NAME, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'
import { fingerprint } from '../model/fingerprint.ts'
import type { Step, ToolUse } from '../model/step.ts'
import { unknownUsage, type Usage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import { aiSdk } from './ai-sdk.ts'
import { hasContent } from './content.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf, unexplainedError } from './error.ts'
import { flywheel } from './flywheel.ts'
import { generic } from './generic.ts'
import { openInference } from './openinference.ts'
import { otelGenai } from './otel-genai.ts'
import { providerOfCall } from './provider.ts'
import { cut, finishReasons, firstCount, firstId, firstNumber, firstString, firstText } from './read.ts'
import { traceloop } from './traceloop.ts'

export const dialects: readonly Dialect[] = [
  // Before otel-genai: its inner spans carry both spellings, and its provider names are its own.
  aiSdk,
  // Its kind attribute is unmistakable; some of its emitters add gen_ai.* beside it.
  openInference,
  // Before traceloop, which takes every span that carries its association properties.
  flywheel,
  // Before otel-genai: its model calls look like plain conventions, but session and user stand in association properties.
  traceloop,
  otelGenai,
  // Takes what is left.
  generic,
]

/** Which dialect a span speaks. */
export function dialectOf(span: Span): Dialect {
  return dialects.find((dialect) => dialect.matches(span)) ?? generic
}

/** Reads a span into a step. The caller has checked that trace and span id are there. */
export function readStep(span: Span): Step {
  const dialect = dialectOf(span)
  const reading = dialect.read(span)
  const { attributes } = span
  const { keys } = dialect
  const hasMeaning = reading.kind !== 'other'
  const isModelStep =
    reading.kind === 'llm' || reading.kind === 'embedding' || reading.kind === 'rerank' || reading.kind === 'agent'
  const requestModel = isModelStep ? firstString(attributes, keys.requestModel) : null
  const responseModel = isModelStep ? firstString(attributes, keys.responseModel) : null
  const finished = reading.kind === 'llm' ? finishReasons(attributes, keys.finishReasons) : []
  const parentId = span.parentSpanId === '' || span.parentSpanId === span.spanId ? null : span.parentSpanId
  return {
    spanId: span.spanId,
    parentId,
    isEntry: parentId === null || parentIsElsewhere(span),
    parentIsLocal: parentId !== null && parentIsKnownLocal(span),
    kind: reading.kind,
    name: cut(span.name, 128),
    // A time that was not sent is 0; half a century between the two would be a duration to nobody's use.
    startUs: plausibleUs(span.startUs) ?? plausibleUs(span.endUs) ?? 0,
    endUs: plausibleUs(span.endUs) ?? plausibleUs(span.startUs) ?? 0,
    service: resourceString(span, ATTR_SERVICE_NAME) ?? '',
    environment: resourceString(span, ATTR_DEPLOYMENT_ENVIRONMENT_NAME) ?? resourceString(span, 'deployment.environment') ?? '',
    release: resourceString(span, ATTR_SERVICE_VERSION) ?? firstString(attributes, ['gen_ai.agent.version'], 128) ?? '',
    operation: reading.operation,
    agent: hasMeaning ? label(own(reading.agent, () => firstString(attributes, keys.agent))) : null,
    node: hasMeaning ? label(own(reading.node, () => firstString(attributes, keys.node))) : null,
    outerNode: hasMeaning ? label(own(reading.outerNode, () => firstString(attributes, keys.outerNode))) : null,
    conversationId: firstId(attributes, keys.conversationId),
    userId: firstId(attributes, keys.userId),
    provider: isModelStep ? providerOf(reading, attributes, keys, responseModel ?? requestModel) : null,
    requestModel,
    responseModel,
    responseId: isModelStep ? firstString(attributes, keys.responseId) : null,
    usage: isModelStep ? plausibleUsage(reading.usage ?? usageOf(attributes, keys)) : unknownUsage,
    timeToFirstTokenUs: reading.kind === 'llm' ? timeToFirstTokenUs(attributes, keys) : null,
    finishReasons: finished,
    tool: reading.kind === 'tool' ? own(reading.tool, () => toolOf(span, keys)) : null,
    parse: reading.parse ?? null,
    error: errorOf(span, finished) ?? (reading.parse?.outcome === 'failed' ? unexplainedError : null),
    scope: cut(span.scope.name, 128),
    hasContent: hasMeaning && hasContent(span, reading.kind, keys),
  }
}

/** No agent runs later than this; what says so has no clock, and its numbers would not be exact any more. */
const LATEST_US = Date.UTC(2100) * 1_000

function plausibleUs(us: number): number | null {
  return us > 0 && us <= LATEST_US ? us : null
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

function resourceString(span: Span, key: string): string | null {
  return firstString(span.resource.attributes, [key], 128)
}

/** What the dialect read itself, also when that is null; else the key table's way. */
function own<T>(value: T | null | undefined, otherwise: () => T | null): T | null {
  return value === undefined ? otherwise() : value
}

/** Labels hold 128 characters at most. */
function label(text: string | null): string | null {
  return text === null ? null : cut(text, 128)
}

function providerOf(reading: Reading, attributes: Attributes, keys: KeyTable, model: string | null): string | null {
  const spelling = reading.provider === undefined ? firstString(attributes, keys.provider, 128) : reading.provider
  return providerOfCall(spelling, model)
}

function usageOf(attributes: Attributes, keys: KeyTable): Usage {
  return {
    input: firstCount(attributes, keys.inputTokens),
    output: firstCount(attributes, keys.outputTokens),
    cacheRead: firstCount(attributes, keys.cacheReadTokens),
    cacheWrite: firstCount(attributes, keys.cacheWriteTokens),
    reasoning: firstCount(attributes, keys.reasoningTokens),
  }
}

/** More cached than sent in all can only mean that the emitter leaves cached tokens out of its input count. */
function plausibleUsage(usage: Usage): Usage {
  const cached = (usage.cacheRead ?? 0) + (usage.cacheWrite ?? 0)
  return usage.input !== null && cached > usage.input ? { ...usage, input: usage.input + cached } : usage
}

function timeToFirstTokenUs(attributes: Attributes, keys: KeyTable): number | null {
  const seconds = firstNumber(attributes, keys.timeToFirstTokenSeconds)
  const ms = firstNumber(attributes, keys.timeToFirstTokenMs)
  const us = seconds !== null ? Math.round(seconds * 1e6) : ms !== null ? Math.round(ms * 1e3) : null
  return us !== null && us <= MAX_TIME_TO_FIRST_TOKEN_US ? us : null
}

/** A day: what is longer is a point in time or garbage. */
const MAX_TIME_TO_FIRST_TOKEN_US = 86_400e6

/** Ids differ between two equal tool results and would hide a loop. */
const idFields = /"(?:id|run_id|tool_call_id|toolCallId|call_id)"\s*:\s*"[^"]*"/g
/** In arguments only the call's own id may differ: `{"id": "A-17"}` and `{"id": "A-18"}` ask for two things. */
const callIdFields = /"(?:tool_call_id|toolCallId|call_id)"\s*:\s*"[^"]*"|"id"\s*:\s*"(?:call_|toolu_|tooluse_)[^"]*"/g
const MAX_COMPARED_CHARACTERS = 65_536

function toolOf(span: Span, keys: KeyTable): ToolUse {
  const name =
    firstString(span.attributes, keys.toolName, 128) ?? cut(span.name.replace(/^(?:execute_tool|tools\/call) /, ''), 128)
  const args = firstText(span.attributes, keys.toolArguments)
  const result = firstText(span.attributes, keys.toolResult)
  // Some emitters send an empty object where content is switched off; it says something only where the other one does.
  const isHidden = (args ?? '{}') === '{}' && (result ?? '{}') === '{}'
  return {
    name,
    argumentsFingerprint: isHidden ? null : comparable(args, callIdFields),
    resultFingerprint: isHidden ? null : comparable(result, idFields),
  }
}

function comparable(text: string | null, ids: RegExp): string | null {
  return text === null ? null : fingerprint(text.slice(0, MAX_COMPARED_CHARACTERS).replaceAll(ids, ''))
}
