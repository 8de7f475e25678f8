import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import type { AnyValue } from '../../src/otlp/any-value.ts'
import { TableAttributes } from '../../src/otlp/attributes.ts'
import { type AttributeValues, type SpanParts, span, usage } from '../helpers/steps.ts'

function read(attributes: AttributeValues, over: SpanParts = {}): ReturnType<typeof readStep> {
  return readStep(
    span({ scope: { name: 'langsmith', version: '' }, ...over, attributes: { 'langsmith.span.kind': 'llm', ...attributes } }),
  )
}

test.each<[type: string, operation: string, name: string, kind: StepKind, node: string | null]>([
  ['llm', 'chat', 'ChatOpenAI', 'llm', null],
  ['prompt', 'chat', 'ChatPromptTemplate', 'other', null],
  ['retriever', 'embeddings', 'search_index', 'retrieval', 'search_index'],
  ['embedding', 'embeddings', 'OpenAIEmbeddings', 'embedding', null],
  ['tool', 'execute_tool', 'get_weather', 'tool', null],
  ['chain', 'chain', 'answer_question', 'workflow', 'answer_question'],
  ['parser', 'parser', 'StrOutputParser', 'workflow', 'StrOutputParser'],
  ['of next year', 'chat', 'x', 'other', null],
])('a run of the type %s (operation %s, "%s") is of the kind %s', (type, operation, name, kind, node) => {
  const step = read({ 'langsmith.span.kind': type, 'gen_ai.operation.name': operation }, { name })
  expect([step.kind, step.node]).toEqual([kind, node])
})

test.each<[what: string, name: string, attributes: AttributeValues, kind: StepKind, agent: string | null, node: string | null]>([
  ['an agent', 'support', { 'langsmith.metadata.lc_agent_name': 'support' }, 'agent', 'support', null],
  [
    'an agent within a graph',
    'billing_agent',
    { 'langsmith.metadata.lc_agent_name': 'billing_agent', 'langsmith.metadata.langgraph_node': 'billing' },
    'agent',
    'billing_agent',
    'billing',
  ],
  [
    'the node that an agent runs in',
    'model',
    { 'langsmith.metadata.lc_agent_name': 'support', 'langsmith.metadata.langgraph_node': 'model' },
    'workflow',
    'support',
    'model',
  ],
])('of LangChain: %s', (_what, name, attributes, kind, agent, node) => {
  const step = read({ 'langsmith.span.kind': 'chain', ...attributes }, { name })
  expect([step.kind, step.agent, step.node]).toEqual([kind, agent, node])
})

test('a call of the wrapped client: details of usage as the text of a Python object', () => {
  const step = read({
    'gen_ai.system': 'openai',
    'gen_ai.request.model': 'gpt-5-mini',
    'gen_ai.response.model': 'gpt-5-mini-2025-08-07',
    'gen_ai.response.id': 'resp_1',
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 50,
    'gen_ai.usage.input_token_details': "{'audio': 0, 'cache_read': 80, 'cache_creation': 10}",
    'gen_ai.usage.output_token_details': "{'reasoning': 30}",
    'langsmith.metadata.thread_id': 'conv-1',
    'langsmith.metadata.user_id': 'user-42',
    'langsmith.trace.session_name': 'project',
  })
  const { provider, requestModel, responseModel, responseId, finishReasons, conversationId, userId } = step
  expect({ provider, requestModel, responseModel, responseId, finishReasons, conversationId, userId, usage: step.usage }).toEqual(
    {
      provider: 'openai',
      requestModel: 'gpt-5-mini',
      responseModel: 'gpt-5-mini-2025-08-07',
      responseId: 'resp_1',
      finishReasons: ['stop'],
      conversationId: 'conv-1',
      userId: 'user-42',
      usage: usage({ input: 100, output: 50, cacheRead: 80, cacheWrite: 10, reasoning: 30 }),
    },
  )
})

test('a call of LangChain: model, id and finish reason in the output, details of usage in the metadata', () => {
  const message = {
    lc: 1,
    type: 'constructor',
    id: ['langchain', 'schema', 'messages', 'AIMessage'],
    kwargs: {
      content: 'You said:',
      type: 'ai',
      response_metadata: { model_name: 'gpt-4o-mini-2024-07-18', id: 'chatcmpl-1', finish_reason: 'length' },
    },
  }
  const step = read({
    'gen_ai.system': 'langchain',
    'langsmith.metadata.ls_provider': 'openai',
    'langsmith.metadata.ls_model_name': 'gpt-4o-mini',
    'gen_ai.usage.input_tokens': 13,
    'gen_ai.usage.output_tokens': 3,
    'langsmith.metadata.usage_metadata':
      '{"input_tokens":13,"input_token_details":{"cache_read":8},"output_token_details":{"reasoning":1}}',
    'gen_ai.completion': JSON.stringify({ generations: [[{ generation_info: { finish_reason: 'length' }, message }]] }),
  })
  const { provider, requestModel, responseModel, responseId, finishReasons, answer } = step
  expect({ provider, requestModel, responseModel, responseId, finishReasons, form: answer?.form, usage: step.usage }).toEqual({
    provider: 'openai',
    requestModel: 'gpt-4o-mini',
    responseModel: 'gpt-4o-mini-2024-07-18',
    responseId: 'chatcmpl-1',
    finishReasons: ['length'],
    form: 'text',
    usage: usage({ input: 13, output: 3, cacheRead: 8, reasoning: 1 }),
  })
})

test('a response that was cut has no finish reason but says what it lacks', () => {
  const output = { id: 'resp_1', object: 'response', status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
  expect(read({ 'gen_ai.completion': JSON.stringify(output) }).finishReasons).toEqual(['length'])
})

function failedWith(message: string, statusCode: number): ReturnType<typeof readStep>['error'] {
  const attributes = { 'exception.type': 'Exception', 'exception.message': message }
  return read({}, { statusCode, events: [{ name: 'exception', attributes }] }).error
}

test.each<[what: string, message: string, type: string | null, told: string]>([
  [
    'the wrapped client',
    'RateLimitError(\'Error code: 429 - Rate limit reached\')\n\nTraceback (most recent call last):\n  File "app.py", line 1',
    'RateLimitError',
    'Error code: 429 - Rate limit reached',
  ],
  ['LangChain', 'RuntimeError("it\'s down")Traceback (most recent call last):\n\n  File "app.py"', 'RuntimeError', "it's down"],
  ['JavaScript', 'TypeError: city must be a string', 'TypeError', 'city must be a string'],
  [
    'pydantic',
    '1 validation error for get_weather\ncity\n  Input should be a valid string',
    null,
    '1 validation error for get_weather\ncity\n  Input should be a valid string',
  ],
])('a failure of %s: the class and the words, never the traceback', (_what, message, type, told) => {
  const error = failedWith(message, 2)
  expect([error?.type, error?.message]).toEqual([type, told])
})

test('a connection that broke has the status OK, and its cause in the traceback', () => {
  const traceback = [
    'Traceback (most recent call last):',
    'httpx.RemoteProtocolError: peer closed connection without sending complete message body',
    '',
    'The above exception was the direct cause of the following exception:',
  ].join('\n')
  expect(failedWith(`APIConnectionError('Connection error.')\n\n${traceback}`, 1)).toMatchObject({
    type: 'APIConnectionError',
    message: 'Connection error.',
    cause: expect.stringMatching(/^httpx\.RemoteProtocolError: peer closed connection/),
  })
})

test('a run without an exception did not fail', () => {
  expect(read({}, { statusCode: 1 }).error).toBeNull()
})

test.each([
  ['{"documents":[{"page_content":"a"}]}', 1],
  ['{"output":["doc one","doc two"]}', 2],
  ['{"output":"none"}', null],
])('a retriever that answered %s found %s documents', (output, found) => {
  expect(read({ 'langsmith.span.kind': 'retriever', 'gen_ai.completion': output }).documents).toBe(found)
})

/** Versions up to 0.4 sent inputs and outputs as bytes. */
function readBytes(attributes: Readonly<Record<string, string>>, input: object, output: object): ReturnType<typeof readStep> {
  const bytes = (value: object): AnyValue => ({ kind: 'bytes', base64: Buffer.from(JSON.stringify(value)).toString('base64') })
  const table = new Map<string, AnyValue>(Object.entries({ 'langsmith.span.kind': 'llm', ...attributes }))
  table.set('gen_ai.prompt', bytes(input)).set('gen_ai.completion', bytes(output))
  return readStep({ ...span({ name: 'search' }), attributes: new TableAttributes(table) })
}

test('bytes: usage, answer and failed tools of a run of LangChain', () => {
  const kwargs = {
    type: 'ai',
    content: 'I could not find it.',
    response_metadata: { model_name: 'gpt-4o-mini-2024-07-18', finish_reason: 'stop' },
    usage_metadata: { input_tokens: 100, output_tokens: 20, input_token_details: { cache_read: 80 } },
  }
  const told = { role: 'tool', tool_call_id: 'call_1', content: 'Error: launch is not a valid tool, try one of [search].' }
  const step = readBytes({}, { messages: [told] }, { generations: [[{ message: { kwargs } }]] })
  const { responseModel, finishReasons, answer, toolReports, hasContent } = step
  expect({ responseModel, usage: step.usage, finishReasons, form: answer?.form, toolReports, hasContent }).toEqual({
    responseModel: 'gpt-4o-mini-2024-07-18',
    usage: usage({ input: 100, output: 20, cacheRead: 80 }),
    finishReasons: ['stop'],
    form: 'text',
    toolReports: [{ kind: 'unknown_tool', callId: 'call_1', name: null, message: told.content }],
    hasContent: true,
  })
})

test('bytes: equal results of a tool are equal whatever call they belong to', () => {
  const tool = (callId: string): ReturnType<typeof readStep>['tool'] =>
    readBytes({ 'langsmith.span.kind': 'tool' }, { input: 'refunds' }, { output: { content: 'none', tool_call_id: callId } }).tool
  expect(tool('call_1')?.resultFingerprint).toEqual(expect.any(String))
  expect(tool('call_2')).toEqual(tool('call_1'))
})
