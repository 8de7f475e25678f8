/** What of a run, of feedback and of a transcript is content, what is a name, and what is neither. */
import { FEEDBACK_LIMITS, type FeedbackRecord } from '../model/feedback.ts'
import type { RunFailure, RunRecord, RunStep } from '../model/run.ts'
import type { Answer, ToolReport } from '../model/step.ts'

/** How the two kinds of text are redacted. */
export interface TextRedaction {
  /** At most as many characters. */
  readonly content: (text: string, maxLength: number) => string
  readonly name: (name: string) => string
}

/** Characters that a detail of a failure or an error keeps. */
const DETAIL_LENGTH = 4_000

/**
 * Details of failures and error messages are content; names of steps, nodes and tools and error types are names. Ids of users and conversations
 * stay: they are what a deletion request names.
 */
export function redactRun(run: RunRecord, by: TextRedaction): RunRecord {
  return {
    ...run,
    title: orNull(run.title, (text) => by.content(text, DETAIL_LENGTH)),
    tags: run.tags.map(by.name),
    failures: run.failures.map((failure) => redactFailure(failure, by)),
    steps: run.steps.map((step) => redactStep(step, by)),
  }
}

export function redactFailure(failure: RunFailure, by: TextRedaction): RunFailure {
  return {
    ...failure,
    detail: by.content(failure.detail, DETAIL_LENGTH),
    step: by.name(failure.step),
    stepName: by.name(failure.stepName),
  }
}

/** What somebody wrote is content, what they chose is a name. */
export function redactFeedback(record: FeedbackRecord, by: TextRedaction): FeedbackRecord {
  const { comment, correction, label } = record
  return {
    ...record,
    label: orNull(label, by.name),
    comment: orNull(comment, (text) => by.content(text, FEEDBACK_LIMITS.text)) || null,
    correction: orNull(correction, (text) => by.content(text, FEEDBACK_LIMITS.text)) || null,
  }
}

function redactStep(step: RunStep, by: TextRedaction): RunStep {
  const { error, tool, answer } = step
  const detail = (text: string): string => by.content(text, DETAIL_LENGTH)
  return {
    ...step,
    name: by.name(step.name),
    tags: step.tags.map(by.name),
    stepLabel: by.name(step.stepLabel),
    scope: by.name(step.scope),
    said: step.said && { ...step.said, quote: detail(step.said.quote) },
    node: orNull(step.node, by.name),
    outerNode: orNull(step.outerNode, by.name),
    tool: tool && { ...tool, name: by.name(tool.name) },
    answer: answer && redactAnswer(answer, by),
    toolReports: step.toolReports.map((report) => redactReport(report, by)),
    error: error && {
      ...error,
      type: orNull(error.type, by.name),
      message: orNull(error.message, detail),
      cause: orNull(error.cause, detail),
    },
  }
}

function redactAnswer(answer: Answer, by: TextRedaction): Answer {
  const { schemaProblem, toolCalls } = answer
  return {
    ...answer,
    schemaProblem: orNull(schemaProblem, (text) => by.content(text, DETAIL_LENGTH)),
    toolCalls: toolCalls.map((call) => ({ ...call, name: by.name(call.name) })),
  }
}

function redactReport(report: ToolReport, by: TextRedaction): ToolReport {
  return { ...report, name: orNull(report.name, by.name), message: by.content(report.message, DETAIL_LENGTH) }
}

export function orNull(text: string | null, redact: (text: string) => string): string | null {
  return text === null ? null : redact(text)
}
