/** Runs of any shape for property tests: steps of every kind with whatever an emitter may say of them, in any tree. */
import * as fc from 'fast-check'
import { parseFormats, type Answer, type FinishReason, type Step, type StepError, type StepKind } from '../../src/model/step.ts'
import { runStartUs, step, stepId, usage } from './steps.ts'

/** Words that detectors look for, and what may stand around them. */
const words = [
  'Rate limit reached',
  'Request timed out.',
  'Tool not found',
  'Error: ',
  'invalid arguments for tool search',
  'Unexpected end of JSON input',
  '1 validation error for Recipe',
  'max turns exceeded',
  'terminated',
  'GuardrailTripwireTriggered',
  '429 ',
  '"',
  '\n',
  '\r\t\u0000\u001b[31m\u2028',
  '\u{1f600}',
]
const text: fc.Arbitrary<string> = fc.oneof(
  fc.array(fc.constantFrom(...words), { maxLength: 4 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'x'.repeat(1_000)),
)
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { freq: 2 })
const callId = maybe(fc.constantFrom('call_1', 'call_2', 'call_3'))
const toolName = fc.constantFrom('search', 'status', 'refund', '')
const print = maybe(fc.constantFrom('a', 'b', 'c'))

const error: fc.Arbitrary<StepError> = fc.record({
  type: maybe(text),
  message: maybe(text),
  httpStatus: maybe(fc.constantFrom(400, 401, 408, 429, 500, 504)),
  cause: maybe(text),
  kind: fc.constant(null),
})

const answer: fc.Arbitrary<Answer> = fc.record({
  form: fc.constantFrom('text', 'tool_calls', 'refusal', 'empty'),
  format: maybe(fc.constantFrom(...parseFormats)),
  isReadable: maybe(fc.boolean()),
  schemaProblem: maybe(text),
  toolCalls: fc.array(
    fc.record({
      callId,
      name: toolName,
      argumentsFingerprint: print,
      hasReadableArguments: maybe(fc.boolean()),
      isOffered: maybe(fc.boolean()),
    }),
    { maxLength: 2 },
  ),
})

const kinds: readonly StepKind[] = [
  'llm',
  'llm',
  'llm',
  'embedding',
  'tool',
  'tool',
  'agent',
  'workflow',
  'retrieval',
  'rerank',
  'guardrail',
  'parse',
  'other',
]
const finishReason: fc.Arbitrary<FinishReason> = fc.constantFrom(
  'stop',
  'length',
  'tool_call',
  'content_filter',
  'refusal',
  'error',
  'other',
)

const parts = fc.record({
  kind: fc.constantFrom(...kinds),
  parent: fc.integer({ min: -2, max: 12 }),
  startUs: fc.integer({ min: 0, max: 40 }).map((at) => runStartUs + at * 100_000),
  duration: fc.integer({ min: -2, max: 10 }).map((length) => length * 100_000),
  name: fc.oneof(
    fc.constantFrom('chat', 'support'),
    text.map((name) => name.slice(0, 128)),
  ),
  isEntry: fc.boolean(),
  error: fc.option(error, { freq: 3 }),
  finishReasons: fc.array(finishReason, { maxLength: 2 }),
  answer: maybe(answer),
  toolReports: fc.array(
    fc.record({
      kind: fc.constantFrom('tool_error' as const, 'tool_bad_arguments' as const, 'unknown_tool' as const),
      callId,
      name: maybe(toolName),
      message: text,
    }),
    { maxLength: 2 },
  ),
  tool: fc.record({ name: toolName, callId, argumentsFingerprint: print, looseArguments: print, resultFingerprint: print }),
  output: maybe(fc.integer({ min: 0, max: 50 })),
  responseId: maybe(fc.constantFrom('r1', 'r2')),
  askedFormat: maybe(fc.constantFrom(...parseFormats)),
  documents: maybe(fc.integer({ min: 0, max: 2 })),
  outcome: fc.constantFrom('ok' as const, 'repaired' as const, 'failed' as const),
  hasContent: fc.boolean(),
  isContinuation: fc.boolean(),
})
type Parts = typeof parts extends fc.Arbitrary<infer Value> ? Value : never

function toStep(given: Parts, at: number): Step {
  const { kind, parent, startUs, duration, output, outcome, tool, error: failure, ...over } = given
  const isModel = kind === 'llm' || kind === 'embedding' || kind === 'rerank'
  const isLlm = kind === 'llm'
  return step({
    spanId: stepId(at + 1),
    parentId: parent < 0 ? null : stepId(parent),
    kind,
    name: over.name,
    isEntry: parent < 0 || over.isEntry,
    startUs,
    endUs: startUs + duration,
    error: kind === 'parse' && outcome !== 'failed' ? null : failure,
    parse: kind === 'parse' ? { format: 'json', outcome } : null,
    tool: kind === 'tool' ? tool : null,
    usage: isModel || kind === 'agent' ? usage({ input: output, output }) : usage({}),
    requestModel: isModel ? 'm' : null,
    responseId: isModel ? over.responseId : null,
    finishReasons: isLlm ? over.finishReasons : [],
    answer: isLlm ? over.answer : null,
    toolReports: isLlm ? over.toolReports : [],
    askedFormat: isLlm ? over.askedFormat : null,
    documents: kind === 'retrieval' ? over.documents : null,
    hasContent: kind !== 'other' && over.hasContent,
    isContinuation: isLlm && over.isContinuation,
  })
}

/** Steps that may name one another as parents in any way, rings included. */
export const anySteps: fc.Arbitrary<readonly Step[]> = fc
  .array(parts, { minLength: 1, maxLength: 12 })
  .map((list) => list.map(toStep))

/** The same step as an emitter would send it with content switched off. */
export function withoutContent(given: Step): Step {
  const tool =
    given.tool === null ? null : { ...given.tool, argumentsFingerprint: null, looseArguments: null, resultFingerprint: null }
  return { ...given, answer: null, toolReports: [], tool, hasContent: false }
}
