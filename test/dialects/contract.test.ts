/** What every dialect promises, whatever an emitter sends. A new dialect is in here by being in the list. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialectOf, dialects, readStep } from '../../src/dialects/index.ts'
import type { Step } from '../../src/model/step.ts'
import { type Json, span } from '../helpers/steps.ts'
import { samples } from './contract-samples.ts'

const known: readonly string[] = [
  ...new Set(dialects.flatMap((dialect) => Object.values(dialect.keys).flatMap((chain) => (Array.isArray(chain) ? chain : [])))),
  'ai.operationId',
  'span.type',
  'success',
  'error',
  'error_class',
  'status_code',
  'logfire.msg_template',
  'gcp.vertex.agent.llm_response',
  'executor.id',
  'workflow.name',
  'ai.response.providerMetadata',
  'openinference.span.kind',
  'metadata',
  'langfuse.observation.type',
  'langfuse.observation.usage_details',
  'langfuse.observation.cost_details',
  'langfuse.observation.completion_start_time',
  'langfuse.observation.level',
  'genkit:type',
  'genkit:metadata:subtype',
  'langsmith.span.kind',
  'langsmith.metadata.lc_agent_name',
  'gen_ai.usage.input_token_details',
  'mlflow.spanType',
  'mlflow.chat.tokenUsage',
  'mastra.span.type',
  'mastra.agent_run.output',
  'exception.message',
  'haystack.component.type',
  'haystack.component.name',
  'haystack.component.input',
  'haystack.component.output',
  'haystack.tool.error',
  'litellm.call_id',
  'metadata.usage_object',
  'gen_ai.completion.0.function_call.name',
  'llm.openai.usage',
  'llm.openai.choices',
  'logfire.span_type',
  'gen_ai.usage.raw',
  'gen_ai.agent.call.id',
  'traceloop.span.kind',
  'crewai.crew.id',
  'crewai.task.id',
  'crewai.crew.name',
  'entity.type',
  'spring.ai.kind',
  'db.operation.name',
  'gen_ai.client.estimated_cost',
  'gen_ai.span.kind',
  'lmnr.span.type',
  'gen_ai.tool.call.outcome',
  'target',
  'traceloop.entity.name',
  'llm.request.type',
  'flywheel.parse.format',
  'flywheel.parse.outcome',
  'gen_ai.operation.name',
  'mcp.method.name',
  'error.type',
  'http.response.status_code',
]

/** Decoders hand out well-formed strings only, so lone surrogates are not among them; a cut through a pair must not make one. */
const words = [
  'chat',
  'ai.generateText.doStream',
  'LLM',
  'TOOL',
  'tool',
  'invoke_agent',
  '__proto__',
  'constructor',
  '',
  ' ',
  '{}',
  '[',
  '["stop"',
  '9e999',
  '-1',
]
const text = fc.oneof(
  fc.constantFrom(...words),
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.constantFrom('x'.repeat(3_000), `x${'\u{1f600}'.repeat(1_500)}`),
)
const scalar: fc.Arbitrary<Json> = fc.oneof(text, fc.double(), fc.integer(), fc.bigInt(), fc.boolean(), fc.constant(null))
const value: fc.Arbitrary<Json> = fc.oneof(
  { weight: 5, arbitrary: scalar },
  fc.array(scalar, { maxLength: 40 }),
  fc.dictionary(text, scalar, { maxKeys: 4 }),
)
const attributes = fc.dictionary(fc.constantFrom(...known), value, { maxKeys: 30 })
const anySpan = fc
  .record({
    name: text,
    kind: fc.integer({ min: 0, max: 5 }),
    statusCode: fc.integer({ min: 0, max: 2 }),
    statusMessage: text,
    flags: fc.integer({ min: 0, max: 0x3ff }),
    startUs: fc.integer({ min: 0, max: 4e15 }),
    endUs: fc.integer({ min: 0, max: 4e15 }),
    parentSpanId: fc.constantFrom('', '0000000000000001', '00000000000000aa'),
    attributes,
    resource: attributes,
    events: fc.array(fc.record({ name: fc.constantFrom('exception', 'other'), attributes }), { maxLength: 2 }),
  })
  .map((parts) => span(parts))

describe.each(dialects.map((dialect) => [dialect.name, dialect] as const))('the dialect %s', (_name, dialect) => {
  test('reads any attributes into a sound step, the same each time', () => {
    fc.assert(
      fc.property(anySpan, (any) => {
        const reading = dialect.read(any)
        expect(reading).toEqual(dialect.read(any))
        expectSound(readStep(any))
      }),
      { numRuns: 300 },
    )
  })

  test('names every field in its key table once', () => {
    for (const chain of Object.values(dialect.keys)) if (Array.isArray(chain)) expect(chain).toEqual([...new Set(chain)])
  })
})

const withMeaning = dialects.filter((dialect) => dialect.name !== 'generic').map((dialect) => dialect.name)

test.each(withMeaning)('%s takes its own spans and never a parent for a model call', (name) => {
  const { call, parent } = samples[name]!
  if (call !== null) expect([dialectOf(call).name, readStep(call).kind, readStep(call).usage.input]).toEqual([name, 'llm', 3])
  expect(dialectOf(parent).name).toBe(name)
  expect(readStep(parent).kind).not.toBe('llm')
})

test('the generic dialect is the last and takes whatever no other takes', () => {
  expect(dialects.at(-1)?.name).toBe('generic')
  fc.assert(fc.property(anySpan, (any) => (dialects.at(-1) as Dialect).matches(any)))
  const http = span({ name: 'GET /orders', attributes: { 'http.request.method': 'GET', 'session.id': 's-1', 'user.id': 7 } })
  expect([dialectOf(http).name, readStep(http).kind, readStep(http).conversationId, readStep(http).userId]).toEqual([
    'generic',
    'other',
    's-1',
    '7',
  ])
})

test('any span is read into a sound step', () => {
  fc.assert(
    fc.property(anySpan, (any) => expectSound(readStep(any))),
    { numRuns: 2_000 },
  )
})

/** Bounded, well-formed, finite: what the rest of the house relies on. */
function expectSound(step: Step): void {
  const { usage, timeToFirstTokenUs, finishReasons, error, tool } = step
  for (const count of [...Object.values(usage), timeToFirstTokenUs]) {
    expect(count === null || (Number.isSafeInteger(count) && count >= 0 && !Object.is(count, -0))).toBe(true)
  }
  const short = [
    step.name,
    step.service,
    step.environment,
    step.release,
    step.operation,
    step.agent,
    step.node,
    step.outerNode,
    step.scope,
    tool?.name,
  ]
  for (const label of short) expect((label ?? '').length).toBeLessThanOrEqual(128)
  const ids = [
    step.conversationId,
    step.userId,
    step.provider,
    step.requestModel,
    step.responseModel,
    step.responseId,
    error?.type,
  ]
  for (const id of ids) expect(id === null || id === undefined || (id.length > 0 && id.length <= 256)).toBe(true)
  expect((error?.message ?? '').length).toBeLessThanOrEqual(1_000)
  for (const held of [...short, ...ids, error?.message]) expect((held ?? '').isWellFormed()).toBe(true)
  expect(finishReasons.length).toBeLessThanOrEqual(16)
  expect(step.parentId).not.toBe(step.spanId)
  if (step.kind !== 'tool') expect(tool).toBeNull()
  expect(step.parse === null).toBe(step.kind !== 'parse')
  if (step.kind === 'parse') expect(step.error !== null).toBe(step.parse?.outcome === 'failed')
  if (step.kind === 'other') expect(step.hasContent).toBe(false)
  if (step.kind === 'other' || step.kind === 'workflow' || step.kind === 'tool') expect(usage.input).toBeNull()
}
