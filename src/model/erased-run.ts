/**
 * A run after its user or conversation was deleted: how it went, what it cost and when, without anything that somebody wrote or that leads back to them.
 * What metrics are labelled with stays: names of agents, steps, tools and models are the program's and not its users'.
 */
import { blankStep } from './blank-step.ts'
import type { RunFailure, RunRecord, RunStep } from './run.ts'
import type { Answer, Step, StepError, ToolUse } from './step.ts'

export function erasedRun(run: RunRecord): RunRecord {
  return {
    ...run,
    conversationId: null,
    userId: null,
    title: null,
    tags: [],
    failures: run.failures.map(erasedFailure),
    steps: run.steps.map(erasedStep),
  }
}

function erasedFailure({ kind, impact, spanId, step, model }: RunFailure): RunFailure {
  return { kind, impact, spanId, step, model, stepName: '', detail: '' }
}

/** What stays is named field by field, so that a new field is gone until somebody decides that it may stay. */
function erasedStep(step: RunStep): RunStep {
  const { agentLabel, stepLabel, isCounted, costNanoUsd, unpriced } = step
  return {
    ...blankStep,
    ...placeOf(step),
    ...callOf(step),
    agentLabel,
    stepLabel,
    isCounted,
    costNanoUsd,
    unpriced,
    name: '',
    tool: step.tool === null ? null : erasedTool(step.tool),
    answer: step.answer === null ? null : erasedAnswer(step.answer),
    error: step.error === null ? null : erasedError(step.error),
  }
}

type Place = 'spanId' | 'parentId' | 'isEntry' | 'parentIsLocal' | 'kind' | 'startUs' | 'endUs' | 'service' | 'environment'

function placeOf(step: Step): Pick<Step, Place | 'release' | 'operation' | 'scope' | 'source' | 'isContinuation'> {
  const { spanId, parentId, isEntry, parentIsLocal, kind, startUs, endUs, service, environment } = step
  const { release, operation, scope, source, isContinuation } = step
  return {
    spanId,
    parentId,
    isEntry,
    parentIsLocal,
    kind,
    startUs,
    endUs,
    service,
    environment,
    release,
    operation,
    scope,
    source,
    isContinuation,
  }
}

function callOf(step: Step): Partial<Step> {
  const { provider, requestModel, responseModel, usage, timeToFirstTokenUs, finishReasons, askedFormat, documents } = step
  const { statedCostNanoUsd, unreadable, serviceTier, cacheWrite1hTokens, parse } = step
  return {
    provider,
    requestModel,
    responseModel,
    usage,
    timeToFirstTokenUs,
    finishReasons,
    askedFormat,
    documents,
    statedCostNanoUsd,
    unreadable,
    serviceTier,
    cacheWrite1hTokens,
    parse,
  }
}

/** Fingerprints of short texts can be guessed. */
function erasedTool({ name }: ToolUse): ToolUse {
  return { name, callId: null, argumentsFingerprint: null, looseArguments: null, resultFingerprint: null }
}

function erasedAnswer({ form, format, isReadable, toolCalls }: Answer): Answer {
  return {
    form,
    format,
    isReadable,
    schemaProblem: null,
    toolCalls: toolCalls.map(({ name, hasReadableArguments, isOffered }) => ({
      name,
      hasReadableArguments,
      isOffered,
      callId: null,
      argumentsFingerprint: null,
    })),
  }
}

function erasedError({ kind, httpStatus }: StepError): StepError {
  return { kind, httpStatus, type: null, message: null, cause: null }
}
