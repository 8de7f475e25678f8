/**
 * Takes personal data and secrets out of text before it is stored. Patterns with check digits where there are any, so that ids, dates and
 * versions stay readable; names of people are not found. A redactor based on a library, measured on a public data set, replaces it later.
 */
import type { RunFailure, RunRecord, RunStep } from '../model/run.ts'
import type { Answer, ToolReport } from '../model/step.ts'
import { redactionRules } from './redact-rules.ts'

/** `off`: no content is stored. `redacted`: what is found is replaced. `full`: stored as it is. The setting FLYWHEEL_CONTENT. */
export type ContentMode = 'off' | 'redacted' | 'full'

/** Longer texts are cut before they are searched, so that one text cannot hold up the others. */
const MAX_LENGTH = 4000

/**
 * Content as it may be stored: empty with `off`, unchanged with `full`, and with `redacted` at most 4,000 characters in which
 * what was found is replaced by `[email]`, `[phone]`, `[card]`, `[iban]`, `[ssn]`, `[ip]` or `[secret]`.
 */
export function redactText(text: string, mode: ContentMode): string {
  if (mode === 'off') return ''
  if (mode === 'full') return text
  return redactionRules.reduce((rest, { pattern, replace }) => rest.replace(pattern, replace), cut(text))
}

/**
 * A run as it may be stored. Details of failures and error messages are content; names of steps, nodes and tools and error types are kept
 * also with `off`, without what looks like a secret. Ids of users and conversations stay: they are what a deletion request names.
 */
export function redactRun(run: RunRecord, mode: ContentMode): RunRecord {
  if (mode === 'full') return run
  return {
    ...run,
    tags: run.tags.map(redactName),
    failures: run.failures.map((failure) => redactFailure(failure, mode)),
    steps: run.steps.map((step) => redactStep(step, mode)),
  }
}

/** A failure as it may be stored or shown. */
export function redactFailure(failure: RunFailure, mode: ContentMode): RunFailure {
  if (mode === 'full') return failure
  return {
    ...failure,
    detail: redactText(failure.detail, mode),
    step: redactName(failure.step),
    stepName: redactName(failure.stepName),
  }
}

function redactStep(step: RunStep, mode: ContentMode): RunStep {
  const { error, tool, answer } = step
  return {
    ...step,
    name: redactName(step.name),
    tags: step.tags.map(redactName),
    stepLabel: redactName(step.stepLabel),
    scope: libraryName.test(step.scope) ? step.scope : redactName(step.scope),
    node: redactNameOrNull(step.node),
    outerNode: redactNameOrNull(step.outerNode),
    tool: tool && { ...tool, name: redactName(tool.name) },
    answer: answer && redactAnswer(answer, mode),
    toolReports: step.toolReports.map((report) => redactReport(report, mode)),
    error: error && {
      ...error,
      type: redactNameOrNull(error.type),
      message: error.message === null ? null : redactText(error.message, mode),
      cause: error.cause === null ? null : redactText(error.cause, mode),
    },
  }
}

function redactAnswer(answer: Answer, mode: ContentMode): Answer {
  const { schemaProblem, toolCalls } = answer
  return {
    ...answer,
    schemaProblem: schemaProblem === null ? null : redactText(schemaProblem, mode),
    toolCalls: toolCalls.map((call) => ({ ...call, name: redactName(call.name) })),
  }
}

function redactReport(report: ToolReport, mode: ContentMode): ToolReport {
  return { ...report, name: redactNameOrNull(report.name), message: redactText(report.message, mode) }
}

/**
 * What most scopes look like (`@opentelemetry/instrumentation-openai`): letters in parts, an at sign only in front. Identifiers and keys have digits,
 * so the rules would find nothing, and there are a dozen of them for every step.
 */
const libraryName = /^@?[A-Za-z_./-]*$/

/** A name as it may be shown, also where texts are `off`: without what looks like a secret or an address. */
export function redactName(name: string): string {
  return redactText(name, 'redacted')
}

function redactNameOrNull(name: string | null): string | null {
  return name === null ? null : redactName(name)
}

/** Cut between words: half an address or key would not be recognised and would stay. */
function cut(text: string): string {
  if (text.length <= MAX_LENGTH) return text
  const start = text.slice(0, MAX_LENGTH)
  const lastGap = Math.max(start.lastIndexOf(' '), start.lastIndexOf('\n'))
  return `${lastGap > 0 ? start.slice(0, lastGap) : ''} …`
}
