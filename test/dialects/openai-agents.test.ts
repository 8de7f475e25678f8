import { expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import type { Step } from '../../src/model/step.ts'
import { type AttributeValues, type SpanParts, failed, span, usage } from '../helpers/steps.ts'

const otel = { name: 'opentelemetry.instrumentation.genai.openai_agents', version: '1.3b0' }
const pythonOi = { name: 'openinference.instrumentation.openai_agents', version: '2.6.0' }
const javascriptOi = { name: '@arizeai/openinference-instrumentation-openai-agents', version: '0.2.15' }
const logfire = { name: 'logfire.openai_agents', version: '5.4.0' }

function read(scope: SpanParts['scope'], attributes: AttributeValues, over: SpanParts = {}): Step {
  return readStep(span({ ...(scope === undefined ? {} : { scope }), ...over, attributes }))
}

const agent = { 'openinference.span.kind': 'AGENT', 'graph.node.id': 'support' }

test.each<[what: string, scope: SpanParts['scope'], message: string, expected: Step['error']]>([
  [
    'a dictionary of Python',
    otel,
    `{'message': 'Error in agent run', 'data': {'error': 'Error running tool charge: card service unavailable'}}`,
    failed('Error running tool charge: card service unavailable'),
  ],
  [
    'a dictionary without an error',
    otel,
    `{'message': 'Max turns exceeded', 'data': {'max_turns': 6}}`,
    failed('Max turns exceeded', 'MaxTurnsExceeded'),
  ],
  [
    'a sentence before JSON',
    javascriptOi,
    'Error in agent run: {"error":"ModelBehaviorError: Tool launch_rocket not found in agent support."}',
    failed('Tool launch_rocket not found in agent support.', 'ModelBehaviorError'),
  ],
  [
    'a class that says nothing',
    javascriptOi,
    'Error in agent run: {"error":"Error: 429 Rate limit reached"}',
    failed('429 Rate limit reached'),
  ],
  [
    'a sentence before a dictionary of Python',
    pythonOi,
    `Tool not found: {'tool_name': 'launch_rocket'}`,
    failed('Tool not found: launch_rocket', 'ToolNotFound'),
  ],
  ['a sentence before nothing', pythonOi, 'Invalid JSON provided: {}', failed('Invalid JSON provided', 'InvalidJSONProvided')],
  ['any other message', pythonOi, 'Connection error: none', failed('Connection error: none')],
  ['half a dictionary', pythonOi, `Error in agent run: {'error': 'Rate`, failed(`Error in agent run: {'error': 'Rate`)],
])('a failure told as %s', (_what, scope, message, expected) => {
  const attributes = scope === otel ? { 'gen_ai.operation.name': 'invoke_agent', 'error.type': '_OTHER' } : agent
  const step = read(scope, attributes, { statusCode: 2, statusMessage: message })
  expect({ ...step.error, type: step.error?.type === '_OTHER' ? null : step.error?.type }).toEqual(expected)
})

test('a tool whose error is redacted is explained by what the model was told', () => {
  const attributes = { 'openinference.span.kind': 'TOOL', 'tool.name': 'charge', 'output.value': 'An error occurred. Try again.' }
  const statusMessage = `Error running tool (non-fatal): {'tool_name': 'charge', 'error': 'Tool execution failed. Error details are redacted.'}`
  expect(read(pythonOi, attributes, { statusCode: 2, statusMessage }).error).toEqual(failed('An error occurred. Try again.'))
})

test('a trace that nobody named is no place in the application', () => {
  const named = { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'Refunds' }
  expect(read(otel, named).node).toBe('Refunds')
  expect(read(otel, { ...named, 'gen_ai.workflow.name': 'Agent workflow' }).node).toBeNull()
})

test.each([
  ['Python', pythonOi],
  ['JavaScript', javascriptOi],
])('OpenInference for %s calls the whole trace an agent', (_language, scope) => {
  const trace = read(scope, { 'openinference.span.kind': 'AGENT' }, { name: 'Agent workflow' })
  const inner = read(scope, agent, { name: 'support' })
  expect([trace.kind, trace.agent]).toEqual(['workflow', null])
  expect([inner.kind, inner.agent]).toEqual(['agent', 'support'])
})

test('a hand-off is no tool', () => {
  const handoff = { 'openinference.span.kind': 'TOOL' }
  expect(read(pythonOi, handoff, { name: 'handoff to billing' }).kind).not.toBe('tool')
  expect(read(javascriptOi, { ...handoff, 'tool.name': 'handoff_to_billing' }, { name: 'handoff_to_billing' }).kind).toBe('other')
  expect(read(javascriptOi, { ...handoff, 'tool.name': 'search' }, { name: 'search' }).kind).toBe('tool')
})

test('a turn that failed is the failure of its agent: nothing else says that the run ended with it', () => {
  const turn = { 'openinference.span.kind': 'CHAIN' }
  const statusMessage = `Tool not found: {'tool_name': 'launch_rocket'}`
  const template = { 'logfire.msg_template': 'Turn {turn} for agent support' }
  const error = '{"message":"Tool not found","data":{"tool_name":"launch_rocket"}}'
  expect([
    read(pythonOi, turn, { name: 'turn' }).kind,
    read(pythonOi, turn, { name: 'turn', statusCode: 2, statusMessage }).kind,
    read(logfire, { ...template, error }, { statusCode: 2 }).kind,
  ]).toEqual(['workflow', 'agent', 'agent'])
})

test.each<[template: string, kind: Step['kind'], agent: string | null]>([
  ['OpenAI Agents trace: {name}', 'workflow', null],
  ['Task: Agent workflow', 'workflow', null],
  ['Agent run: {name!r}', 'agent', 'support'],
  ['Turn {turn} for agent support', 'workflow', 'front'],
  ['Function: {name}', 'tool', 'front'],
  ['Guardrail {name!r} {triggered=}', 'guardrail', 'front'],
  ['Handoff: {from_agent} → {to_agent}', 'other', null],
])('Logfire: %s', (template, kind, name) => {
  const attributes = {
    'logfire.msg_template': template,
    name: 'support',
    ...(['agent', 'workflow'].includes(kind) && name === null ? {} : { agent_name: 'front' }),
  }
  const step = read(logfire, attributes, { name: template })
  expect([step.kind, step.agent, step.tool?.name]).toEqual([kind, name, kind === 'tool' ? 'support' : undefined])
})

test('Logfire: a call counts what the API said, also a failed one is a call', () => {
  const call = { 'logfire.msg_template': 'Responses API with {gen_ai.request.model!r}', 'gen_ai.request.model': 'gpt-4o-mini' }
  const answered = read(logfire, {
    ...call,
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 80,
    'gen_ai.usage.raw':
      '{"input_tokens":100,"input_tokens_details":{"cached_tokens":80},"output_tokens":80,"output_tokens_details":{"reasoning_tokens":64}}',
  })
  const refused = read(
    logfire,
    { ...call, error: '{"message":"Error getting response","data":{"error":"Error code: 429 - slow down"}}' },
    { statusCode: 2 },
  )
  expect([answered.kind, answered.usage]).toEqual(['llm', usage({ input: 100, output: 80, cacheRead: 80, reasoning: 64 })])
  expect([refused.kind, refused.usage, refused.error]).toEqual(['llm', usage({}), failed('Error code: 429 - slow down')])
})

test('Logfire: the group of a trace is the conversation, and a span that is still pending is nothing', () => {
  const trace = { 'logfire.msg_template': 'OpenAI Agents trace: {name}', group_id: 'conv-1' }
  expect(read(logfire, trace).conversationId).toBe('conv-1')
  expect(read(logfire, { ...trace, 'logfire.span_type': 'pending_span' }).kind).toBe('other')
})

test('the same framework through OpenLLMetry is OpenLLMetry', () => {
  const scope = { name: 'opentelemetry.instrumentation.openai_agents', version: '0.62' }
  expect(dialectOf(span({ scope, attributes: { 'traceloop.span.kind': 'agent' } })).name).toBe('traceloop')
})
