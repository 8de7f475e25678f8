/** The application checked a model's answer against a schema and it did not fit: it parsed, and had the wrong fields or types. */
import type { StepKind } from '../../model/step.ts'
import { type ErrorDetector, states } from './detector.ts'

/** Where applications check. Inside a tool it is the model's arguments that do not fit. */
const checkingKinds: ReadonlySet<StepKind> = new Set(['agent', 'workflow', 'parse', 'llm'])

const phrases = [
  // AI SDK
  'response did not match schema',
  // OpenAI Agents
  'output did not match the expected schema',
  'ai_typevalidationerror',
  // Genkit
  'schema validation failed',
  // Pydantic: the first line of its findings, and single ones
  ' validation error for ',
  ' validation errors for ',
  // instructor, LangChain, OpenAI Agents
  'invalid output schema',
  'schemavalidationerror',
  // Mastra
  'structured_output_schema_validation_failed',
  'structured output validation failed',
  'jsonschema.exceptions.validationerror',
]

/** Class names such as `SchemaError`, `ZodError`, `ValidationError`; `AddressValidationError` is somebody's own and says nothing of an answer. */
const classes = /(?:^|[ .])(?:\w*schema\w*error|zoderror|(?:response|output|type|model|data)?validationerror)$/

/** LangChain quotes the answer before it says what Pydantic found. */
const pydanticCount = /got: \d{1,4} validation errors?/i

/** zod writes its findings as JSON. */
const zodFinding = /"code":\s*"(?:invalid_type|unrecognized_keys|invalid_union|too_small|too_big|invalid_value|invalid_format)"/

export const schemaError: ErrorDetector = {
  kind: 'schema_error',
  matches: (error, step) =>
    checkingKinds.has(step.kind) &&
    // Of a call's input: the request's own fault.
    !error.message.startsWith('input validation error: ') &&
    (error.type.split(' ').some((name) => classes.test(name)) ||
      states(error, phrases) ||
      error.message.startsWith('schema: ') ||
      zodFinding.test(step.error?.message ?? '') ||
      pydanticCount.test(step.error?.message ?? '')),
}
