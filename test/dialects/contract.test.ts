/** What every dialect promises, whatever an emitter sends. A new dialect is in here by being in the list. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialectOf, dialects, readStep } from '../../src/dialects/index.ts'
import type { Step } from '../../src/model/step.ts'
import type { Span } from '../../src/otlp/span.ts'
import { type Json, span } from '../helpers/steps.ts'

/** A model call that is the dialect's own beyond doubt (null: it has none), and a span that is none although it says a model and its usage. */
const samples: { readonly [name: string]: { readonly call: Span | null; readonly parent: Span } } = {
  'ai-sdk': {
    call: span({ attributes: { 'ai.operationId': 'ai.generateText.doGenerate', 'gen_ai.usage.input_tokens': 3 } }),
    parent: span({
      attributes: {
        'ai.operationId': 'ai.generateText',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'm',
        'ai.usage.inputTokens': 3,
      },
    }),
  },
  openinference: {
    call: span({ attributes: { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 3 } }),
    parent: span({ attributes: { 'openinference.span.kind': 'AGENT', 'llm.model_name': 'm', 'llm.token_count.prompt': 3 } }),
  },
  flywheel: {
    call: null,
    parent: span({
      name: 'parse json',
      attributes: {
        'flywheel.parse.outcome': 'ok',
        'traceloop.association.properties.session_id': 's-1',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  langfuse: {
    call: span({
      attributes: {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.usage_details': '{"input":3,"output":1}',
      },
    }),
    parent: span({
      attributes: {
        'langfuse.observation.type': 'agent',
        'langfuse.observation.model.name': 'm',
        'langfuse.observation.usage_details': '{"input":3,"output":1}',
      },
    }),
  },
  genkit: {
    call: span({
      attributes: {
        'genkit:type': 'action',
        'genkit:metadata:subtype': 'model',
        'genkit:output': '{"usage":{"inputTokens":3}}',
      },
    }),
    parent: span({
      attributes: { 'genkit:type': 'util', 'genkit:name': 'generate', 'genkit:output': '{"usage":{"inputTokens":3}}' },
    }),
  },
  mlflow: {
    call: span({ attributes: { 'mlflow.spanType': '"CHAT_MODEL"', 'mlflow.chat.tokenUsage': '{"input_tokens": 3}' } }),
    parent: span({
      attributes: {
        'mlflow.spanType': '"AGENT"',
        'mlflow.llm.model': '"m"',
        'mlflow.chat.tokenUsage': '{"input_tokens": 3}',
      },
    }),
  },
  langsmith: {
    call: span({ attributes: { 'langsmith.span.kind': 'llm', 'gen_ai.usage.input_tokens': 3 } }),
    parent: span({
      attributes: { 'langsmith.span.kind': 'prompt', 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  mastra: {
    call: span({
      attributes: {
        'mastra.span.type': 'model_inference',
        'gen_ai.operation.name': 'chat',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
    parent: span({
      attributes: {
        'mastra.span.type': 'model_generation',
        'gen_ai.operation.name': 'model_generation',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  openlit: {
    call: span({
      scope: { name: 'openlit.instrumentation.openai', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'openlit.instrumentation.langgraph', version: '' },
      attributes: {
        'gen_ai.operation.name': 'invoke_workflow',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  haystack: {
    call: span({
      name: 'haystack.component.run',
      attributes: {
        'haystack.component.type': 'OpenAIChatGenerator',
        'haystack.component.output':
          '{"replies":[{"role":"assistant","meta":{"model":"m","usage":{"prompt_tokens":3}},"content":[]}]}',
      },
    }),
    parent: span({
      name: 'haystack.pipeline.run',
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  litellm: {
    call: span({
      name: 'litellm_request',
      attributes: { 'litellm.call_id': 'c', 'gen_ai.operation.name': 'acompletion', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      name: 'invoke_agent shop',
      attributes: {
        'litellm.call_id': 'c',
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  logfire: {
    call: span({
      scope: { name: 'logfire.openai', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'logfire.openai', version: '' },
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'pydantic-ai': {
    call: span({
      scope: { name: 'pydantic-ai', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      name: 'agent run',
      scope: { name: 'pydantic-ai', version: '' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  traceloop: {
    call: span({ attributes: { 'llm.request.type': 'chat', 'gen_ai.usage.prompt_tokens': 3 } }),
    parent: span({
      name: 'chat bot.workflow',
      attributes: { 'traceloop.span.kind': 'workflow', 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    }),
  },
  voltagent: {
    call: span({
      scope: { name: '@voltagent/core', version: '1.0.0' },
      attributes: { 'entity.type': 'agent', 'ai.model.name': 'm', 'usage.prompt_tokens': 3 },
    }),
    parent: span({
      scope: { name: '@voltagent/core', version: '1.0.0' },
      attributes: { 'span.type': 'memory', 'llm.model': 'm', 'usage.prompt_tokens': 3 },
    }),
  },
  'spring-ai': {
    call: null,
    parent: span({
      attributes: {
        'spring.ai.kind': 'chat_client',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': '3',
      },
    }),
  },
  quarkus: {
    call: span({
      name: 'completion m',
      scope: { name: 'io.quarkus.opentelemetry', version: '' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    }),
    parent: span({
      name: 'langchain4j.aiservices.Support.chat',
      scope: { name: 'io.quarkus.opentelemetry', version: '' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    }),
  },
  'claude-code': {
    call: span({
      name: 'claude_code.llm_request',
      attributes: { 'span.type': 'llm_request', input_tokens: 1, cache_read_tokens: 2, cache_creation_tokens: 0 },
    }),
    parent: span({
      name: 'claude_code.interaction',
      attributes: { 'span.type': 'interaction', 'gen_ai.request.model': 'm', input_tokens: 3 },
    }),
  },
  'openai-agents-logfire': {
    call: span({
      scope: { name: 'logfire.openai_agents', version: '5' },
      attributes: {
        'logfire.msg_template': 'Responses API with {gen_ai.request.model!r}',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
    parent: span({
      scope: { name: 'logfire.openai_agents', version: '5' },
      attributes: { 'logfire.msg_template': 'Task: Agent workflow', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'openai-agents-openinference': {
    call: span({
      scope: { name: 'openinference.instrumentation.openai_agents', version: '2' },
      attributes: { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 3 },
    }),
    parent: span({
      scope: { name: '@arizeai/openinference-instrumentation-openai-agents', version: '0.2' },
      attributes: { 'openinference.span.kind': 'AGENT', 'llm.model_name': 'm', 'llm.token_count.prompt': 3 },
    }),
  },
  'openai-agents-otel': {
    call: null,
    parent: span({
      scope: { name: 'opentelemetry.instrumentation.genai.openai_agents', version: '1' },
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  strands: {
    call: span({
      attributes: { 'gen_ai.event.start_time': '2026', 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'strands.telemetry.tracer', version: '' },
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'google-adk': {
    call: span({
      name: 'call_llm',
      attributes: { 'gen_ai.system': 'gcp.vertex.agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'gcp.vertex.agent', version: '2' },
      attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'agent-framework': {
    call: span({
      scope: { name: 'agent_framework', version: '1' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      name: 'executor.process writer',
      scope: { name: 'agent_framework', version: '1' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'semantic-kernel': {
    call: span({
      scope: { name: 'semantic_kernel.utils.telemetry.model_diagnostics.decorators', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'semantic_kernel.functions.kernel_function', version: '' },
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'summarise', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'otel-genai': {
    call: span({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 } }),
    parent: span({
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
}

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
