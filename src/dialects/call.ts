/** The fields of a step that only model calls and what is like them have: models, usage, how the answer ended and what it was. */
import type { Step, StepKind } from '../model/step.ts'
import { isUnknownUsage, unknownUsage } from '../model/usage.ts'
import type { Attributes, Span } from '../otlp/span.ts'
import { askedFormatOf } from './asked-format.ts'
import { unreadableCounts, usageOf } from './counts.ts'
import type { KeyTable, Reading } from './dialect.ts'
import { noExchange, readExchange } from './messages/exchange.ts'
import { schemaCheckOf } from './messages/schema.ts'
import { withOffers } from './offered-tools.ts'
import { providerOfCall } from './provider.ts'
import { finishReasons, firstCount, firstJsonText, firstNumber, firstString } from './read.ts'
import { withCacheInside } from './raw-usage.ts'
import { wholeUsage } from './whole-usage.ts'

type CallFields = Pick<
  Step,
  | 'provider'
  | 'requestModel'
  | 'responseModel'
  | 'responseId'
  | 'usage'
  | 'timeToFirstTokenUs'
  | 'finishReasons'
  | 'answer'
  | 'toolReports'
  | 'said'
  | 'askedFormat'
  | 'statedCostNanoUsd'
  | 'serviceTier'
  | 'cacheWrite1hTokens'
  | 'unreadable'
>

const noCall: CallFields = {
  provider: null,
  requestModel: null,
  responseModel: null,
  responseId: null,
  usage: unknownUsage,
  timeToFirstTokenUs: null,
  finishReasons: [],
  answer: null,
  toolReports: [],
  said: null,
  askedFormat: null,
  statedCostNanoUsd: null,
  serviceTier: null,
  cacheWrite1hTokens: null,
  unreadable: [],
}

/** Agents repeat the sum of their calls, which stands for calls that nobody sent. */
const kindsWithModel: ReadonlySet<StepKind> = new Set(['llm', 'embedding', 'rerank', 'agent'])

export function readCall(span: Span, reading: Reading, keys: KeyTable): CallFields {
  if (!kindsWithModel.has(reading.kind)) return noCall
  const { attributes } = span
  const requestModel = named(own(reading.requestModel, () => firstString(attributes, keys.requestModel)))
  const responseModel = named(own(reading.responseModel, () => firstString(attributes, keys.responseModel)))
  const model = responseModel ?? requestModel
  const provider = providerOfCall(
    own(reading.provider, () => firstString(attributes, keys.provider, 128)),
    model,
  )
  const usage = reading.usage ?? usageOf(attributes, keys)
  const fields: CallFields = {
    ...noCall,
    provider,
    requestModel,
    responseModel,
    responseId: tellingId(own(reading.responseId, () => firstString(attributes, keys.responseId))),
    usage: wholeUsage(withCacheInside(usage, span, provider), firstCount(attributes, keys.totalTokens), model),
    unreadable: unreadableCounts(attributes, keys, usage),
    statedCostNanoUsd: nanoUsd(own(reading.statedCostUsd, () => firstNumber(attributes, keys.statedCostUsd))),
    serviceTier: firstJsonText(attributes, keys.serviceTier),
    cacheWrite1hTokens: firstCount(attributes, keys.cacheWrite1hTokens),
  }
  return reading.kind === 'llm' ? { ...fields, ...answered(span, reading, keys) } : fields
}

/** What emitters write where no model answered (Spring AI) or none was named (OpenLLMetry). */
const noModel = /^(?:none|unknown)$/i

function named(model: string | null): string | null {
  return model === null || noModel.test(model) ? null : model
}

/** A call of which nothing came back. With an exception beside it, it failed: not every instrumentation (Quarkus) sets a status as well. */
export function isUnanswered(kind: StepKind, call: CallFields): boolean {
  const isCall = kind === 'llm' || kind === 'embedding'
  return (
    isCall && isUnknownUsage(call.usage) && call.responseId === null && call.finishReasons.length === 0 && call.answer === null
  )
}

/** Ids of answers are longer; `N/A` and `0` would make one call of all. */
const MIN_ID_CHARACTERS = 4

function tellingId(id: string | null): string | null {
  return id !== null && id.length < MIN_ID_CHARACTERS ? null : id
}

/** What the dialect read itself, also when that is null; else the key table's way. */
export function own<T>(value: T | null | undefined, otherwise: () => T | null): T | null {
  return value === undefined ? otherwise() : value
}

function answered(span: Span, reading: Reading, keys: KeyTable): Partial<CallFields> {
  const { attributes } = span
  const check = schemaCheckOf(attributes, keys.askedSchema)
  // Whoever sends a schema along asks for JSON.
  const askedFormat =
    own(reading.askedFormat, () => askedFormatOf(attributes, keys.askedFormat)) ?? (check === null ? null : 'json')
  const isRead = reading.answer !== undefined && reading.toolReports !== undefined
  const exchange = isRead ? noExchange : readExchange(span, keys, askedFormat, check)
  return {
    askedFormat,
    timeToFirstTokenUs: own(reading.timeToFirstTokenUs, () => timeToFirstTokenUs(attributes, keys)),
    finishReasons: reading.finishReasons ?? finishReasons(attributes, keys.finishReasons),
    answer: withOffers(reading.answer === undefined ? exchange.answer : reading.answer, attributes, keys),
    toolReports: reading.toolReports ?? exchange.toolReports,
    said: own(reading.said, () => exchange.said),
  }
}

/** A day: what is longer is a point in time or garbage. */
const MAX_TIME_TO_FIRST_TOKEN_US = 86_400e6

function timeToFirstTokenUs(attributes: Attributes, keys: KeyTable): number | null {
  const seconds = firstNumber(attributes, keys.timeToFirstTokenSeconds)
  const ms = firstNumber(attributes, keys.timeToFirstTokenMs)
  const us = seconds !== null ? Math.round(seconds * 1e6) : ms !== null ? Math.round(ms * 1e3) : null
  return us !== null && us <= MAX_TIME_TO_FIRST_TOKEN_US ? us : null
}

/** A call that is said to cost more than a million dollars has its figure in another unit, or none. */
const MAX_STATED_USD = 1_000_000

function nanoUsd(usd: number | null): number | null {
  return usd === null || usd > MAX_STATED_USD ? null : Math.round(usd * 1e9)
}
