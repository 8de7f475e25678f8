/** Kinds of failures and of steps in words. The kind itself stays beside them: it is what labels and filters are called. */
import type { FailureKind } from '../../model/failure.ts'
import type { StepKind } from '../../model/step.ts'

const failures: Readonly<Record<FailureKind, string>> = {
  rate_limit: 'the provider asked to slow down',
  server_error: 'the provider failed',
  timeout: 'no answer in time',
  auth_error: 'the key was refused',
  context_length: 'the prompt was too long for the model',
  stream_aborted: 'the answer broke off',
  aborted_by_client: 'stopped by the application',
  truncated: 'the answer was cut at the token limit',
  content_filter: 'blocked by a content filter',
  parse_error: 'the answer did not parse',
  tool_error: 'a tool failed',
  recursion_loop: 'went in circles',
  step_error: 'a step failed',
  incomplete: 'stopped without an end',
}

export function failureWords(kind: FailureKind): string {
  return failures[kind]
}

const steps: Readonly<Record<StepKind, string>> = {
  llm: 'model call',
  embedding: 'embedding',
  tool: 'tool',
  agent: 'agent',
  workflow: 'workflow',
  retrieval: 'retrieval',
  rerank: 'rerank',
  guardrail: 'guardrail',
  parse: 'parsing',
  other: 'span',
}

export function stepWords(kind: StepKind): string {
  return steps[kind]
}
