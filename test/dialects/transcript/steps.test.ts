/** Tools, agents, retrievals and the rest. */
import { expect, test } from 'vitest'
import type { AttributeValues, SpanParts } from '../../helpers/steps.ts'
import { saidAt } from './lines.ts'

const tool = (attributes: AttributeValues, over: SpanParts = {}): readonly string[] =>
  saidAt({ 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'f', 'gen_ai.tool.call.id': 'c1', ...attributes }, over)

test.each<[what: string, sent: AttributeValues, expected: readonly string[]]>([
  ['a text', { 'gen_ai.tool.call.result': 'sunny' }, ['< tool: f=sunny #c1']],
  ['JSON in a text', { 'gen_ai.tool.call.result': '"{\\"a\\":1}"' }, ['< tool: f={"a":1} #c1']],
  ['a structured value', { 'gen_ai.tool.call.result': { a: 1 } }, ['< tool: f={"a":1} #c1']],
  [
    'a list of texts',
    { 'gen_ai.tool.call.result': '[{"type":"text","text":"a"},{"type":"text","text":"b"}]' },
    ['< tool: f=a\nb #c1'],
  ],
  ['documents', { 'gen_ai.tool.call.result': '[{"id":1,"text":"a"}]' }, ['< tool: f=[{"id":1,"text":"a"}] #c1']],
  [
    'what MCP answers',
    { 'gen_ai.tool.call.result': '{"content":[{"type":"text","text":"no"}],"isError":true}' },
    ['< tool: error f=no #c1'],
  ],
  [
    'a message of LangChain',
    { 'gen_ai.tool.call.result': '{"type":"tool","content":"sunny","tool_call_id":"c9","status":"success"}' },
    ['< tool: f=sunny #c1'],
  ],
  ['arguments as JSON', { 'gen_ai.tool.call.arguments': '{"a": 1}' }, ['> assistant: f({"a": 1}) #c1']],
  ['arguments that are none', { 'gen_ai.tool.call.arguments': '{"a": ' }, ['> assistant: f({"a": ) #c1']],
  [
    'arguments of a function of Python',
    { 'gen_ai.tool.call.arguments': '{"args":[],"kwargs":{"a":1}}' },
    ['> assistant: f({"a":1}) #c1'],
  ],
  ['arguments that Python printed', { 'gen_ai.tool.call.arguments': "{'a': None}" }, ['> assistant: f({"a":null}) #c1']],
  [
    'no arguments, beside a result',
    { 'gen_ai.tool.call.arguments': '{}', 'gen_ai.tool.call.result': 'x' },
    ['> assistant: f({}) #c1', '< tool: f=x #c1'],
  ],
  ['content that is switched off', { 'gen_ai.tool.call.arguments': '{}', 'gen_ai.tool.call.result': '{}' }, []],
  [
    'hashes of content that is switched off',
    { 'flywheel.tool.call.arguments.hash': 'abc', 'flywheel.tool.call.result.hash': 'def' },
    [],
  ],
])('a tool with %s', (_, sent, expected) => {
  expect(tool(sent)).toEqual(expected)
})

test('a tool that failed answered with an error', () => {
  expect(tool({ 'gen_ai.tool.call.result': 'boom' }, { statusCode: 2 })).toEqual(['< tool: error f=boom #c1'])
})

test('a tool whose content came in events', () => {
  const events = [
    { name: 'gen_ai.tool.message', attributes: { content: '{"a":1}' } },
    { name: 'gen_ai.choice', attributes: { message: '[{"text":"sunny"}]' } },
  ]
  expect(tool({}, { events })).toEqual(['> assistant: f({"a":1}) #c1', '< tool: f=sunny #c1'])
})

test.each<[what: string, attributes: AttributeValues, expected: readonly string[]]>([
  [
    'an agent with messages',
    {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.input.messages': '[{"role":"user","content":"hi"}]',
      'gen_ai.output.messages': '[{"role":"assistant","content":"hello"}]',
    },
    ['> user: hi', '< assistant: hello'],
  ],
  [
    'an agent with texts',
    { 'openinference.span.kind': 'AGENT', 'input.value': 'hi', 'output.value': 'hello' },
    ['> user: hi', '< assistant: hello'],
  ],
  [
    'a workflow with data',
    { 'openinference.span.kind': 'CHAIN', 'input.value': '{"question":"hi"}', 'output.value': '{"a":1,"b":"two"}' },
    ['> other: hi', '< other: {"a":1,"b":"two"}'],
  ],
  [
    'a workflow with what Python prints of its objects',
    {
      'openinference.span.kind': 'CHAIN',
      'input.value': '{"ctx":"<Context object at 0x7f6d>"}',
      'output.value': 'AgentSetup(input=[1])',
    },
    [],
  ],
  [
    'a retrieval',
    {
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.retrieval.query.text': 'refunds',
      'gen_ai.retrieval.documents': '[{"id":"d1","content":"within 30 days","score":0.8},{"id":"d2"}]',
    },
    ['> other: refunds', '< other: within 30 days', '< other: {"id":"d2"}'],
  ],
  [
    'a retrieval with numbered documents',
    {
      'openinference.span.kind': 'RETRIEVER',
      'input.value': 'refunds',
      'retrieval.documents.0.document.content': 'within 30 days',
    },
    ['> other: refunds', '< other: within 30 days'],
  ],
  [
    'an embedding, without its vectors',
    {
      'openinference.span.kind': 'EMBEDDING',
      'embedding.embeddings.0.embedding.text': 'refunds',
      'output.value': '{"data":[{"embedding":[0.1]}]}',
    },
    ['> other: refunds'],
  ],
  [
    'an embedding of several texts',
    { 'ai.operationId': 'ai.embedMany.doEmbed', 'ai.values': ['"a b"', '"c"'] },
    ['> other: a b', '> other: c'],
  ],
  [
    'a guardrail',
    {
      'langfuse.observation.type': 'guardrail',
      'langfuse.observation.input': 'hi',
      'langfuse.observation.output': '{"ok":true}',
    },
    ['> other: hi', '< other: {"ok":true}'],
  ],
])('%s', (_, attributes, expected) => {
  expect(saidAt(attributes)).toEqual(expected)
})
