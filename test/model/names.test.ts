import { expect, test } from 'vitest'
import { recognisable } from '../../src/model/names.ts'

const uuid = '3c25f5f5-dd45-40dd-ad9b-5ba0427256f2'

test.each([
  'ChatOpenAI',
  'ChatOpenAI_2',
  'agent_1',
  'researcher_3',
  'worker-12',
  'gpt-4',
  'gpt-4o',
  'v2',
  'get_weather_v2',
  'md5',
  'sha256',
  'base64_encode',
  'text2sql',
  'office365',
  'dynamics365_lookup',
  'mixtral8x7b',
  'mixtral-8x22b',
  'llama-3.1-405b',
  'feature_x86_64',
  'Level2Tier3Support',
  'Q3 report',
  'step 3: plan',
  'valid?',
  '@acme/search-agent',
  'Agent (v2)',
  'GET /orders/{id}',
  'Customer Support Triage and Escalation Agent',
  '客户支持代理',
])('%s is a name', (name) => {
  expect(recognisable(name, null)).toBe(name)
})

test.each([
  ['a uuid behind', `tools:${uuid}`, 'tools'],
  ['a uuid within', `crew_${uuid}_kickoff`, 'crew_kickoff'],
  ['a uuid of a server', `mcp__${uuid}__search`, 'mcp__search'],
  ['a uuid that was cut', `node-${uuid.slice(0, 25)}`, 'node'],
  ['a hash behind', 'func_9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d', 'func'],
  ['a hash before', '9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d-writer', 'writer'],
  ['a piece of a hash', 'agent_5f2b9c1d', 'agent'],
  ['an id in letters and digits', 'sess_abc123def456', 'sess'],
  ['an id of OpenAI', 'asst_abc123DEF456ghi789', 'asst'],
  ['an id that sorts by time', 'run_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'run'],
  ['a long number', 'process-order-12345', 'process-order'],
  ['a number in words', 'process order 4711 again', 'process order again'],
  ['a number of a tool', 'transfer_to_agent_4711', 'transfer_to_agent'],
  ['an id in brackets', 'Support Agent (ticket #88123)', 'Support Agent'],
  ['a date', 'workflow_2026-11-25', 'workflow'],
  ['a date before', '2026-11-25 report', 'report'],
  ['a time', 'task-2026-11-25T10:00:00Z', 'task'],
  ['a snapshot of a model', 'claude-sonnet-4@20250514', 'claude-sonnet-4'],
  ['a counted word', 'step 7', 'step'],
  ['a counted word, joined', 'extract_page_12', 'extract_page'],
  ['a counted word, of how many', 'Step 1/5', 'Step'],
  ['a hundred of them', 'agent_100', 'agent'],
])('%s is cut from a name', (_what, name, expected) => {
  expect(recognisable(name, null)).toBe(expected)
})

test.each([
  ['a mail address', 'email-agent-jane.doe@example.com'],
  ['a question', 'Where is my order?'],
  ['a question and an answer', 'Is it valid? yes'],
  ['a question in Japanese', '注文はどこですか？'],
  ['an address with a query', 'GET /chat?session=7'],
  ['a sentence', 'Write a poem about spring for the customer'],
  ['two lines', 'Dear team,\nhello'],
  ['a mark that turns the text around', 'support\u202Etxt'],
  ['a uuid', uuid],
  ['a number', '4711'],
])('%s is no name', (_what, text) => {
  expect(recognisable(text, null)).toBeNull()
})

test('what is made of the conversation’s id is no name, but a digit in a word is not one', () => {
  expect([recognisable('chat of c-1', 'c-1'), recognisable('stage1', '1')]).toEqual([null, 'stage1'])
})
