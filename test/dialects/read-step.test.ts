/** What is read alike in every dialect: entries, times, errors, finish reasons, tools, providers. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { canonicalProvider, providerOfModel } from '../../src/dialects/provider.ts'
import type { FinishReason, StepError } from '../../src/model/step.ts'
import { type AttributeValues, type Json, type SpanParts, runStartUs, span, stepId } from '../helpers/steps.ts'

const chat = { 'gen_ai.operation.name': 'chat' }

test.each<[what: string, parts: SpanParts, isEntry: boolean, parentIsLocal: boolean]>([
  ['no parent', {}, true, false],
  ['a parent that is flagged local', { parentSpanId: stepId(9), flags: 0x101 }, false, true],
  ['a parent that is flagged remote', { parentSpanId: stepId(9), flags: 0x301 }, true, false],
  ['a parent and no flags', { parentSpanId: stepId(9), flags: 1 }, false, false],
  ['no flags, a server span', { parentSpanId: stepId(9), kind: 2 }, true, false],
  ['no flags, a consumer span', { parentSpanId: stepId(9), kind: 5 }, true, false],
  ['a server span whose parent is flagged local', { parentSpanId: stepId(9), kind: 2, flags: 0x101 }, false, true],
  ['itself as parent', { spanId: stepId(9), parentSpanId: stepId(9), flags: 0x101 }, true, false],
])('entry spans: %s', (_what, parts, isEntry, parentIsLocal) => {
  const read = readStep(span({ ...parts, attributes: chat }))
  expect([read.isEntry, read.parentIsLocal]).toEqual([isEntry, parentIsLocal])
})

test.each([
  ['shop', 'shop'],
  ['unknown_service:node', 'unknown_service:node'],
  // OpenTelemetry for JavaScript takes the program as it was called.
  ['unknown_service:/usr/local/bin/node', 'unknown_service:node'],
  ['unknown_service:C:\\Program Files\\nodejs\\node.exe', 'unknown_service:node.exe'],
  ['a/b', 'a/b'],
])('the service %j is %j', (sent, service) => {
  expect(readStep(span({ resource: { 'service.name': sent } })).service).toBe(service)
})

test.each([
  [0, runStartUs, runStartUs, runStartUs],
  [runStartUs, 0, runStartUs, runStartUs],
  [runStartUs + 5, runStartUs, runStartUs + 5, runStartUs],
  // A clock that is no clock: half a century in the future its numbers stop being exact.
  [18_446_744_073_709_552, 18_446_744_073_709_552, 0, 0],
  [1_700_000_000_000_000, 18_446_744_073_709_552, 1_700_000_000_000_000, 1_700_000_000_000_000],
])('start %d and end %d are read as %d and %d', (startUs, endUs, expectedStartUs, expectedEndUs) => {
  const read = readStep(span({ startUs, endUs }))
  expect([read.startUs, read.endUs]).toEqual([expectedStartUs, expectedEndUs])
})

const error = (over: Partial<StepError>): StepError => ({
  type: null,
  message: null,
  httpStatus: null,
  cause: null,
  kind: null,
  ...over,
})
const exception = (type: string, message: string): SpanParts => ({
  events: [{ name: 'exception', attributes: { 'exception.type': type, 'exception.message': message } }],
})

test.each<[what: string, parts: SpanParts, expected: StepError | null]>([
  ['status unset', {}, null],
  ['status error without a word', { statusCode: 2 }, error({})],
  ['status error with a message', { statusCode: 2, statusMessage: ' boom\n' }, error({ message: 'boom' })],
  ['error.type with status unset', { attributes: { 'error.type': 'RateLimitError' } }, error({ type: 'RateLimitError' })],
  ['error.type with status ok', { statusCode: 1, attributes: { 'error.type': 'RateLimitError' } }, null],
  ['an HTTP status as error.type', { attributes: { 'error.type': '429' } }, error({ type: '429', httpStatus: 429 })],
  ['an HTTP status beside it', { statusCode: 2, attributes: { 'http.response.status_code': 503 } }, error({ httpStatus: 503 })],
  ['a number that is no HTTP status', { attributes: { 'error.type': '42' } }, error({ type: '42' })],
  [
    'an exception that the application handled',
    { attributes: { 'gen_ai.usage.output_tokens': 5 }, ...exception('KeyError', 'x') },
    null,
  ],
  ['an exception, and nothing that was answered', exception('KeyError', 'x'), error({ type: 'KeyError', message: 'x' })],
  ['an exception of a call that went well', { statusCode: 1, ...exception('KeyError', 'x') }, null],
  ['status error and an exception', { statusCode: 2, ...exception('KeyError', 'x') }, error({ type: 'KeyError', message: 'x' })],
  [
    'a vague type and an exception',
    { statusCode: 2, attributes: { 'error.type': '_OTHER' }, ...exception('KeyError', 'x') },
    error({ type: 'KeyError', message: 'x' }),
  ],
  [
    'a telling type and an exception',
    { attributes: { 'error.type': 'A' }, ...exception('B', 'x') },
    error({ type: 'A', message: 'x' }),
  ],
  ['an error.message attribute', { statusCode: 2, attributes: { 'error.message': 'x' } }, error({ message: 'x' })],
  ['the finish reason error', { statusCode: 1, attributes: { 'gen_ai.response.finish_reasons': ['error'] } }, error({})],
  ['a tool status', { attributes: { 'gen_ai.tool.status': 'error' } }, error({})],
  ['a very long message', { statusCode: 2, statusMessage: 'x'.repeat(1_000_000) }, error({ message: 'x'.repeat(1_000) })],
])('errors: %s', (_what, parts, expected) => {
  expect(readStep(span({ ...parts, attributes: { ...chat, ...parts.attributes } })).error).toEqual(expected)
})

test.each<[what: string, parts: SpanParts]>([
  [
    'a graph waits for a person',
    { statusCode: 2, ...exception('langgraph.errors.GraphInterrupt', "(Interrupt(value='Refund?'),)") },
  ],
  ['the same, by its status alone', { statusCode: 2, statusMessage: "GraphInterrupt((Interrupt(value='Refund?'),))" }],
  ['the same, without its class', { statusCode: 2, statusMessage: "(Interrupt(value='Refund?', id='a'),)" }],
  ['the same, in JavaScript', { statusCode: 2, statusMessage: 'GraphInterrupt: [{"value":"Refund?"}]' }],
  [
    'the same, of a dialect that reads errors of its own',
    {
      statusCode: 2,
      attributes: { 'langsmith.span.kind': 'chain' },
      ...exception('Exception', "GraphInterrupt((Interrupt(value='Refund?'),))"),
    },
  ],
  [
    'an agent hands over',
    { statusCode: 2, attributes: { 'error.type': 'ParentCommand' }, statusMessage: "Command(goto='billing')" },
  ],
  ['a tool waits for an approval', { statusCode: 2, ...exception('pydantic_ai.exceptions.ApprovalRequired', '') }],
])('control flow is no failure: %s', (_what, parts) => {
  expect(readStep(span(parts)).error).toBeNull()
})

test.each<[what: string, parts: SpanParts]>([
  ['a class of somebody’s own', { statusCode: 2, ...exception('shop.ApprovalRequiredError', 'no budget') }],
  ['words about it', { statusCode: 2, statusMessage: 'no handler for GraphInterrupt' }],
  ['an interrupt of Java', { statusCode: 2, ...exception('java.lang.InterruptedException', 'sleep interrupted') }],
])('what only sounds like control flow is a failure: %s', (_what, parts) => {
  expect(readStep(span(parts)).error).not.toBeNull()
})

test('a generator that nobody reads any more was left by its reader, also on a span without GenAI meaning', () => {
  expect(readStep(span({ statusCode: 2, ...exception('GeneratorExit', '') })).error).toEqual({
    ...error({ type: 'GeneratorExit' }),
    kind: 'aborted_by_client',
  })
})

test('the last exception is the one that ended the span', () => {
  const events = [exception('A', 'first'), exception('B', 'last')].flatMap((parts) => parts.events ?? [])
  expect(readStep(span({ statusCode: 2, events })).error).toEqual(error({ type: 'B', message: 'last' }))
})

test.each<[sent: Json, expected: readonly FinishReason[]]>([
  [['stop'], ['stop']],
  ['stop', ['stop']],
  ['["stop","length"]', ['stop', 'length']],
  ["['stop']", ['stop']],
  ['stop, length', ['stop', 'length']],
  ['end_turn', ['stop']],
  ['FinishReason.STOP', ['stop']],
  ['STOP', ['stop']],
  ['stop_sequence', ['stop']],
  ['completed', ['stop']],
  ['max_tokens', ['length']],
  ['MAX_TOKENS', ['length']],
  ['tool_calls', ['tool_call']],
  ['tool-calls', ['tool_call']],
  ['tool_use', ['tool_call']],
  ['content-filter', ['content_filter']],
  ['SAFETY', ['content_filter']],
  ['guardrail_intervened', ['content_filter']],
  ['refusal', ['refusal']],
  ['error', ['error']],
  ['MALFORMED_FUNCTION_CALL', ['error']],
  ['pause_turn', ['other']],
  ['unknown', ['other']],
  ['', []],
  ['[REDACTED]', ['other']],
  [7, []],
  ['a,'.repeat(100_000), Array.from({ length: 16 }, () => 'other')],
])('the finish reason %j reads as %j', (sent, expected) => {
  expect(readStep(span({ attributes: { ...chat, 'gen_ai.response.finish_reasons': sent } })).finishReasons).toEqual(expected)
})

function toolOf(args: string | null, result: string | null, over: SpanParts = {}): ReturnType<typeof readStep>['tool'] {
  const content: AttributeValues = {
    ...(args === null ? {} : { 'gen_ai.tool.call.arguments': args }),
    ...(result === null ? {} : { 'gen_ai.tool.call.result': result }),
  }
  return readStep(span({ ...over, attributes: { 'gen_ai.operation.name': 'execute_tool', ...over.attributes, ...content } })).tool
}

test.each([
  ['a name attribute', { attributes: { 'gen_ai.tool.name': 'search' } }, 'search'],
  ['the span name', { name: 'execute_tool search' }, 'search'],
  ['the span name of MCP', { name: 'tools/call search' }, 'search'],
  ['any name', { name: '__proto__' }, '__proto__'],
])('a tool is named by %s', (_what, over, name) => {
  expect(toolOf(null, null, over)?.name).toBe(name)
})

test.each([
  ['{"order":"A-1"}', '{"order":"A-1"}', true],
  ['{"order":"A-1"}', '{"order":"A-2"}', false],
  ['{"id":"A-1"}', '{"id":"A-2"}', false],
  ['{"q":"tea","id":"call_1"}', '{"q":"tea","id":"call_2"}', true],
  ['{"q":"tea","tool_call_id":"x1"}', '{"q":"tea","tool_call_id":"x2"}', true],
])('the arguments %s and %s are the same: %s', (a, b, same) => {
  expect(toolOf(a, null)?.argumentsFingerprint === toolOf(b, null)?.argumentsFingerprint).toBe(same)
})

test.each([
  ['{"status":"paid","id":"r-1"}', '{"status":"paid","id":"r-2"}', true],
  ['{"status":"paid"}', '{"status":"open"}', false],
])('the results %s and %s are the same: %s', (a, b, same) => {
  expect(toolOf('x', a)?.resultFingerprint === toolOf('x', b)?.resultFingerprint).toBe(same)
})

test.each([
  [null, null, false, false],
  ['{}', '{}', false, false],
  ['{}', null, false, false],
  ['{}', 'done', true, true],
  ['q', '{}', true, true],
  ['[REDACTED]', 'done', false, true],
])('arguments %j and result %j: known are %s and %s', (args, result, hasArguments, hasResult) => {
  const tool = toolOf(args, result)
  expect([tool?.argumentsFingerprint !== null, tool?.resultFingerprint !== null]).toEqual([hasArguments, hasResult])
})

test('a megabyte of ids is compared in linear time', () => {
  const startedAt = performance.now()
  for (const text of ['"id":"'.repeat(170_000), `"id"${' '.repeat(1_000_000)}`, '"id":"x",'.repeat(110_000)]) toolOf(text, text)
  expect(performance.now() - startedAt).toBeLessThan(1_000)
})

test.each([
  ['az.ai.openai', 'azure.ai.openai'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['gemini', 'gcp.gemini'],
  ['Bedrock', 'aws.bedrock'],
  ['MistralAI', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['moonshot', 'moonshot_ai'],
  ['OpenAI', 'openai'],
  ['my-gateway', 'my-gateway'],
  ['constructor', 'constructor'],
])('the provider %s is spelled %s', (spelling, provider) => {
  expect(canonicalProvider(spelling)).toBe(provider)
})

test.each([
  ['gpt-4o', 'openai'],
  ['o3-mini', 'openai'],
  ['claude-sonnet-4-5', 'anthropic'],
  ['llama-3.1-70b', null],
  [null, null],
])('the model %s gives away the provider %s', (model, provider) => {
  expect(providerOfModel(model)).toBe(provider)
})

test.each([
  ['none', null],
  ['unknown', null],
  ['nonesuch-7b', 'nonesuch-7b'],
])('the model %j is %j', (sent, model) => {
  const { requestModel, responseModel } = readStep(
    span({ attributes: { 'gen_ai.request.model': sent, 'gen_ai.response.model': sent, 'gen_ai.operation.name': 'chat' } }),
  )
  expect([requestModel, responseModel]).toEqual([model, model])
})

test('Rig: a tool says how it ended', () => {
  const outcome = (word: string): StepError | null =>
    readStep(
      span({
        attributes: {
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.call.outcome': word,
          'gen_ai.tool.error.type': 'execution',
        },
      }),
    ).error
  expect([outcome('error'), outcome('denied'), outcome('success')]).toEqual([error({ type: 'execution' }), null, null])
})

test('Sentry: the text of an answer, of which an empty list says nothing', () => {
  const form = (text: string): string | undefined =>
    readStep(span({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.response.text': text } }))
      .answer?.form
  expect([form('hello'), form('[""]')]).toEqual(['text', undefined])
})
