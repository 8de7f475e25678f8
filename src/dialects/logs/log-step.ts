/**
 * Steps that log records stand for. Their emitters name no spans, and often no trace, so both ids are made from what tells two of them apart:
 * the same record read again is the same step of the same run.
 */
import { blankStep } from '../../model/blank-step.ts'
import { cyrb53 } from '../../model/fingerprint.ts'
import type { Step, StepError, StepKind } from '../../model/step.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { Attributes } from '../../otlp/span.ts'
import type { Chain } from '../dialect.ts'
import { toHttpStatus } from '../error.ts'
import { cut, firstNumber, firstString } from '../read.ts'
import { deploymentOf } from '../resource.ts'
import { timesOf } from '../times.ts'

/**
 * What a dialect says of a step; the rest follows from the record. Attempts at a call need one name, by which a later one recovers those before it;
 * tools are no entries: what a failed one did to the run is for the calls after it to say.
 */
export type LogStep = Partial<Step> & { readonly kind: StepKind; readonly name: string; readonly operation: string }

/** `identity`: equal for two records of one step. `durationMs`: chains of how long it took, since the record is written when it ended. */
export function logStep(record: LogRecord, identity: string, durationMs: Chain, said: LogStep): Step {
  const { service, environment, release } = deploymentOf(record.resource)
  const { endUs, areSound } = timesOf(record.atUs, record.atUs)
  return {
    spanId: hash64(identity),
    parentId: null,
    isEntry: true,
    parentIsLocal: false,
    startUs: Math.max(0, endUs - (microseconds(record.attributes, durationMs) ?? 0)),
    endUs,
    service: service ?? '',
    environment: environment ?? '',
    release: release ?? '',
    ...blankStep,
    scope: cut(record.scope.name, 128),
    ...said,
    unreadable: [...(said.unreadable ?? []), ...(areSound ? [] : ['time'])],
    source: 'log',
  }
}

/** A trace of a session's own, or of one prompt in it; empty where the record names no session. */
export function sessionTrace(emitter: string, session: string | null, prompt = ''): string {
  if (session === null) return ''
  const text = `${emitter} ${session} ${prompt}`
  return hash64(text) + hash64(`${text} `)
}

/** 16 hex characters. */
export function hash64(text: string): string {
  const half = (seed: number): string => cyrb53(text, seed).toString(16).padStart(14, '0').slice(-8)
  return half(1) + half(2)
}

const MAX_MESSAGE = 1_000

/** A failure from attributes of any name. */
export function failureFrom(
  attributes: Attributes,
  at: { readonly type: Chain; readonly message: Chain; readonly status: Chain },
): StepError {
  return {
    type: firstString(attributes, at.type),
    message: firstString(attributes, at.message, MAX_MESSAGE),
    httpStatus: toHttpStatus(firstNumber(attributes, at.status)),
    cause: null,
    kind: null,
  }
}

/** Milliseconds as microseconds; null where there are none. */
export function microseconds(attributes: Attributes, chain: Chain): number | null {
  const ms = firstNumber(attributes, chain)
  return ms === null || ms > 86_400e3 ? null : Math.round(ms * 1e3)
}
