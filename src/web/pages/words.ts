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
  refusal: 'the model refused',
  empty_output: 'the answer was empty',
  parse_error: 'the answer did not parse',
  malformed_output: 'the answer is malformed, and nobody checked',
  schema_error: 'the answer broke its schema',
  schema_violation: 'the answer breaks its schema, and nobody checked',
  tool_error: 'a tool failed',
  tool_bad_arguments: 'a tool was called with wrong arguments',
  unknown_tool: 'the model asked for a tool that does not exist',
  recursion_loop: 'went in circles',
  guardrail_tripped: 'stopped by a guardrail',
  retrieval_empty: 'the search found nothing',
  step_error: 'a step failed',
  incomplete: 'stopped without an end',
}

export function failureWords(kind: FailureKind): string {
  return failures[kind]
}

const steps: Readonly<Record<StepKind, string>> = {
  llm: 'model',
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

/** The conventions begin span names with the operation; where words say what happened the rest is enough. */
export function withoutOperation(name: string): string {
  return name.replace(
    /^(?:chat|embeddings|execute_tool|generate_content|invoke_agent|invoke_workflow|text_completion) (?=\S)/,
    '',
  )
}
