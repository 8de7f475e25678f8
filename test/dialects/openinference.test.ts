import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import type { StepKind } from '../../src/model/step.ts'
import { type AttributeValues, type Json, span, usage } from '../helpers/steps.ts'

function read(kind: string, attributes: AttributeValues = {}, name = 'span'): ReturnType<typeof readStep> {
  return readStep(span({ name, attributes: { 'openinference.span.kind': kind, ...attributes } }))
}

test.each<[kind: string, expected: StepKind]>([
  ['LLM', 'llm'],
  ['llm', 'llm'],
  ['CHAIN', 'workflow'],
  ['TOOL', 'tool'],
  ['RETRIEVER', 'retrieval'],
  ['RERANKER', 'rerank'],
  ['EMBEDDING', 'embedding'],
  ['AGENT', 'agent'],
  ['GUARDRAIL', 'guardrail'],
  ['EVALUATOR', 'other'],
  ['PROMPT', 'other'],
  ['', 'other'],
])('the span kind %s is a step of kind %s', (kind, expected) => {
  expect(read(kind).kind).toBe(expected)
})

test('the metadata of LangGraph names agent, node and provider', () => {
  const metadata = '{"lc_agent_name":"shop_agent","langgraph_node":"planner","ls_provider":"amazon_bedrock","thread_id":"t"}'
  const { agent, node, provider } = read('LLM', { metadata })
  expect({ agent, node, provider }).toEqual({ agent: 'shop_agent', node: 'planner', provider: 'aws.bedrock' })
})

test('attributes of the span go before its metadata', () => {
  const own = { 'agent.name': 'support', 'graph.node.id': 'n1', 'llm.provider': 'openai' }
  const { agent, node, provider } = read('LLM', {
    ...own,
    metadata: '{"lc_agent_name":"a","langgraph_node":"b","ls_provider":"c"}',
  })
  expect({ agent, node, provider }).toEqual({ agent: 'support', node: 'n1', provider: 'openai' })
})

test.each([
  'not json',
  '[1]',
  '"text"',
  '{"langgraph_node":{"a":1}}',
  '{"__proto__":{"langgraph_node":"x"}}',
  `{"langgraph_node":"x","a":"${'x'.repeat(70_000)}"}`,
])('metadata that does not fit is no metadata (case %#)', (metadata) => {
  expect(read('LLM', { metadata }).node).toBeNull()
})

test('metadata may come as a structured value', () => {
  expect(read('LLM', { metadata: { langgraph_node: 'planner' } }).node).toBe('planner')
})

test('an agent span without a name attribute is named by its span, other spans name no agent', () => {
  expect([read('AGENT', {}, 'support').agent, read('AGENT', {}, '').agent, read('CHAIN', {}, 'support').agent]).toEqual([
    'support',
    null,
    null,
  ])
})

test('models and token counts, the older cache spelling too', () => {
  const counts = {
    'llm.model_name': 'gpt-4o-mini',
    'llm.token_count.prompt': 100,
    'llm.token_count.completion': 30,
    'llm.token_count.prompt_details.cache_input': 70,
    'llm.token_count.completion_details.reasoning': 5,
  }
  const { requestModel, responseModel, usage: counted } = read('LLM', counts)
  expect([requestModel, responseModel, counted]).toEqual([
    'gpt-4o-mini',
    null,
    usage({ input: 100, output: 30, cacheRead: 70, reasoning: 5 }),
  ])
})

test('token counts on an agent stay apart from those of calls, and on a chain are not read', () => {
  const counts = { 'llm.token_count.prompt': 100 }
  expect([read('AGENT', counts).kind, read('AGENT', counts).usage.input, read('CHAIN', counts).usage.input]).toEqual([
    'agent',
    100,
    null,
  ])
})

test.each([
  ['Anthropic', {}, 'anthropic'],
  ['langchain', { 'llm.model_name': 'gpt-4o' }, 'openai'],
  ['langchain', { 'llm.model_name': 'my-model' }, 'langchain'],
  ['vertexai', {}, 'gcp.vertex_ai'],
])('the provider %s with %o is %s', (spelling, model, provider) => {
  expect(read('LLM', { 'llm.provider': spelling, ...model }).provider).toBe(provider)
})

test('a tool is compared by what went in, not by its definition', () => {
  const definition = { 'tool.name': 'search', 'tool.parameters': '{"q":"str"}' }
  const hidden = read('TOOL', { ...definition, 'input.value': '__REDACTED__', 'output.value': '__REDACTED__' })
  expect(hidden.tool).toEqual({
    name: 'search',
    callId: null,
    argumentsFingerprint: null,
    looseArguments: expect.toSatisfy(() => true),
    resultFingerprint: null,
  })
  const [tea, milk] = ['tea', 'milk'].map((q) => read('TOOL', { ...definition, 'input.value': q }).tool?.argumentsFingerprint)
  expect(tea).not.toBe(milk)
})

const apiAnswer = {
  id: 'chatcmpl-1',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: null, refusal: 'I cannot help with that.' } }],
  usage: { prompt_tokens: 100, completion_tokens: 30, prompt_tokens_details: { cached_tokens: 80 } },
}
const printed =
  "ChatCompletion(id='chatcmpl-1', choices=[Choice(finish_reason='stop', message=Message(content='Hi', role='assistant'))], model='gpt-4o-mini-2024-07-18', usage=CompletionUsage(completion_tokens=30, prompt_tokens=100, prompt_tokens_details=PromptTokensDetails(cached_tokens=80)))"
const printedReply =
  "ChatMessage(_role=<ChatRole.ASSISTANT: 'assistant'>, _content=[TextContent(text='Hi')], _name=None, _meta={'model': 'gpt-4o-mini-2024-07-18', 'index': 0, 'finish_reason': 'stop', 'usage': {'completion_tokens': 30, 'prompt_tokens': 100, 'prompt_tokens_details': {'cached_tokens': 80}}})"

test.each<[where: string, output: unknown, id: string | null]>([
  ['as the API sent it', apiAnswer, 'chatcmpl-1'],
  ['as the only one of a list (OpenAI Agents for JavaScript)', [apiAnswer], 'chatcmpl-1'],
  ['as Python prints it (smolagents)', { role: 'assistant', raw: printed }, 'chatcmpl-1'],
  ['in a reply (Haystack)', { replies: [printedReply] }, null],
])('what the attributes leave out of an answer stands in the output %s', (_where, output, id) => {
  const step = read('LLM', {
    'llm.model_name': 'gpt-4o-mini',
    'llm.token_count.prompt': 100,
    'llm.token_count.completion': 30,
    'output.value': JSON.stringify(output),
  })
  expect([step.requestModel, step.responseModel, step.responseId, step.finishReasons.length, step.usage]).toEqual([
    'gpt-4o-mini',
    'gpt-4o-mini-2024-07-18',
    id,
    1,
    usage({ input: 100, output: 30, cacheRead: 80 }),
  ])
})

test.each<[what: string, output: unknown]>([
  ['an answer of the API', apiAnswer],
  ['messages alone', [{ role: 'assistant', content: null, refusal: 'I cannot help with that.' }]],
])('a refusal is read from %s, since the numbered attributes leave it out', (_what, output) => {
  const attributes = { 'llm.output_messages.0.message.role': 'assistant', 'output.value': JSON.stringify(output) }
  expect(read('LLM', attributes).answer?.form).toBe('refusal')
})

test.each([
  ['hidden', '__REDACTED__'],
  ['plain text', 'assistant: None'],
  ['somebody’s data', '{"answer":"42","usage":"daily"}'],
  ['messages of an unknown shape', '[{"role":"assistant","contents":[{"text":"Hi","type":"text"}]}]'],
  ['two answers of an API', JSON.stringify([apiAnswer, apiAnswer])],
  ['a list of other messages', '[{"role":"user","content":""}]'],
  ['a list of texts', '["{\\"a\\":1}"]'],
])('an output that is %s adds nothing', (_what, output) => {
  const attributes = { 'llm.output_messages.0.message.role': 'assistant', 'llm.output_messages.0.message.content': 'Hi' }
  const { responseModel, usage: counted, answer } = read('LLM', { ...attributes, 'output.value': output })
  expect([responseModel, counted, answer?.form]).toEqual([null, usage({}), 'text'])
})

test.each<[named: string | null, asked: string | null, request: string | null, response: string | null]>([
  ['gpt-4o-mini-2024-07-18', 'gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o-mini-2024-07-18'],
  ['gpt-4o-mini', 'gpt-4o-mini', 'gpt-4o-mini', null],
  ['gpt-4o-mini', null, 'gpt-4o-mini', null],
  [null, 'gpt-4o-mini', 'gpt-4o-mini', null],
])('with the model name %s and parameters for %s', (named, asked, request, response) => {
  const attributes = {
    ...(named === null ? {} : { 'llm.model_name': named }),
    'llm.invocation_parameters': JSON.stringify(asked === null ? {} : { model: asked }),
  }
  const { requestModel, responseModel } = read('LLM', attributes)
  expect([requestModel, responseModel]).toEqual([request, response])
})

function readFrom(framework: string, kind: string, name: string, attributes: AttributeValues = {}): ReturnType<typeof readStep> {
  const scope = { name: `openinference.instrumentation.${framework}`, version: '' }
  return readStep(span({ name, scope, attributes: { 'openinference.span.kind': kind, ...attributes } }))
}

test.each<[framework: string, kind: string, name: string, attributes: AttributeValues, expected: StepKind]>([
  ['llama_index', 'LLM', 'OpenAI.achat', {}, 'llm'],
  ['llama_index', 'LLM', 'OpenAI._prepare_chat_with_tools', {}, 'workflow'],
  ['llama_index', 'LLM', 'OpenAI.structured_predict', {}, 'workflow'],
  ['llama_index', 'LLM', 'OpenAI.astream_structured_predict', {}, 'workflow'],
  ['dspy', 'LLM', 'LM._predict', {}, 'llm'],
  ['agno', 'LLM', 'OpenAIChat._invoke', {}, 'llm'],
  ['instructor', 'TOOL', 'instructor.patch', {}, 'workflow'],
  ['langchain', 'TOOL', 'search', {}, 'tool'],
])('%s: a span of kind %s called %s is of kind %s', (framework, kind, name, attributes, expected) => {
  expect(readFrom(framework, kind, name, attributes).kind).toBe(expected)
})

test.each<[name: string, attributes: AttributeValues, agent: string]>([
  ['support.run', {}, 'support'],
  ['CodeAgent.run', {}, 'CodeAgent'],
  ['ClaudeAgent.query', {}, 'ClaudeAgent'],
  ['Shop assistant.task_1._execute_core', { 'graph.node.id': 'Shop assistant' }, 'Shop assistant'],
  ['newsroom.run', { 'graph.node.id': '3c502e651f5106c0' }, 'newsroom'],
])('the agent of the span %s', (name, attributes, agent) => {
  expect(read('AGENT', attributes, name).agent).toBe(agent)
})

test('Haystack’s tools have no spans: a call reports what it was told of those that failed', () => {
  const told = (role: string, content: string): string =>
    `ChatMessage(_role=<ChatRole.${role}>, _content=[${content}], _name=None, _meta={})`
  const origin = "origin=ToolCall(tool_name='lookup_order', arguments={}, id='call_1')"
  const messages = [
    told("USER: 'user'", "TextContent(text='Where is it?')"),
    told("TOOL: 'tool'", `ToolCallResult(result='Error: down', ${origin}, error=True)`),
    told("TOOL: 'tool'", `ToolCallResult(result='shipped', ${origin}, error=False)`),
  ]
  const { toolReports } = readFrom('haystack', 'LLM', 'OpenAIChatGenerator.run', { 'input.value': JSON.stringify({ messages }) })
  expect(toolReports).toEqual([{ kind: 'tool_error', callId: 'call_1', name: 'lookup_order', message: 'Error: down' }])
})

test('a stream notes its first token as an event', () => {
  const attributes = { 'openinference.span.kind': 'LLM' }
  const events = [{ name: 'First Token Stream Event', attributes: {} }]
  expect(readStep(span({ attributes, events })).timeToFirstTokenUs).toBe(0)
})

test('the user in LangChain’s metadata', () => {
  const metadata = '{"user_id": "user-7"}'
  expect([read('LLM', { metadata }).userId, read('LLM', { metadata, 'user.id': 'u-1' }).userId]).toEqual(['user-7', 'u-1'])
})

test('a node that Strands numbers anew is none', () => {
  const node = (id: string): string | null => read('CHAIN', { 'graph.node.id': id }).node
  expect([node('llm_3497477159625943178'), node('review')]).toEqual([null, 'review'])
})

const schema = { type: 'object', properties: { title: { type: 'string' } }, required: ['title'] }

test.each<[api: string, parameters: Json]>([
  ['OpenAI', { response_format: { type: 'json_schema', json_schema: { schema } } }],
  ['Anthropic', { output_config: { format: { type: 'json_schema', schema } } }],
  ['Gemini', { response_mime_type: 'application/json', response_json_schema: schema }],
])('the schema that was asked for is in the parameters of a call: %s', (_api, parameters) => {
  const { answer, askedFormat } = read('LLM', {
    'llm.invocation_parameters': JSON.stringify(parameters),
    'llm.output_messages.0.message.role': 'assistant',
    'llm.output_messages.0.message.content': '{"title":7}',
  })
  expect([askedFormat, answer?.isReadable, answer?.schemaProblem]).toEqual(['json', true, expect.stringContaining('title')])
})

test('LangChain: arguments of a tool that were no JSON stand only in the whole output', () => {
  const invalid = { type: 'invalid_tool_call', id: 'call_1', name: 'get_weather', args: '{"city":"Os' }
  const message = {
    lc: 1,
    id: ['langchain', 'schema', 'messages', 'AIMessage'],
    kwargs: { content: '', invalid_tool_calls: [invalid] },
  }
  const { answer } = read('LLM', {
    'output.value': JSON.stringify({ generations: [[{ text: '', message }]] }),
    'llm.output_messages.0.message.role': 'assistant',
  })
  expect(answer?.toolCalls).toMatchObject([{ callId: 'call_1', name: 'get_weather', hasReadableArguments: false }])
})
