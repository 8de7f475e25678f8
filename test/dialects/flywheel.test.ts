/** What our SDK sends where there is no convention: parse attempts, and hashes in place of tool content that is switched off. */
import { describe, expect, test } from 'vitest'
import { dialectOf, readStep } from '../../src/dialects/index.ts'
import type { ParseAttempt } from '../../src/model/step.ts'
import { type AttributeValues, span, type SpanParts } from '../helpers/steps.ts'

const attempt = (format: string, outcome: string): SpanParts => ({
  attributes: { 'flywheel.parse.format': format, 'flywheel.parse.outcome': outcome },
})

test.each<[what: string, parts: SpanParts, expected: ParseAttempt]>([
  ['went well', attempt('json', 'ok'), { format: 'json', outcome: 'ok' }],
  ['needed a repair', attempt('fenced_json', 'repaired'), { format: 'fenced_json', outcome: 'repaired' }],
  ['failed', attempt('xml', 'failed'), { format: 'xml', outcome: 'failed' }],
  ['is spelled in its own way', attempt(' Tool-Call ', 'ok'), { format: 'tool_call', outcome: 'ok' }],
  ['is of a format that nobody knows', attempt('toml', 'ok'), { format: 'other', outcome: 'ok' }],
  ['says no format', { attributes: { 'flywheel.parse.outcome': 'repaired' } }, { format: 'other', outcome: 'repaired' }],

  ['says an outcome that nobody knows', attempt('text', 'partly'), { format: 'text', outcome: 'ok' }],
  ['says ok and has an error', { ...attempt('json', 'ok'), statusCode: 2 }, { format: 'json', outcome: 'failed' }],
  [
    'has values of the wrong type',
    { attributes: { 'flywheel.parse.format': 7, 'flywheel.parse.outcome': true } },
    { format: 'other', outcome: 'ok' },
  ],
])('an attempt that %s', (_what, parts, expected) => {
  const read = readStep(span(parts))
  expect([dialectOf(span(parts)).name, read.kind, read.operation, read.parse]).toEqual(['flywheel', 'parse', 'parse', expected])
})

test('a failed attempt is a failed step, also when only its outcome says so', () => {
  const silent = readStep(span(attempt('json', 'failed')))
  const told = readStep(span({ ...attempt('json', 'failed'), statusCode: 2, statusMessage: 'Unexpected end of JSON input' }))
  expect([silent.error, told.error]).toEqual([
    { type: null, message: null, httpStatus: null, cause: null, kind: null },
    { type: null, message: 'Unexpected end of JSON input', httpStatus: null, cause: null, kind: null },
  ])
})

test('what is stamped on every span of a context is read on an attempt, too', () => {
  const stamps: AttributeValues = {
    'gen_ai.conversation.id': 'c-1',
    'user.id': 'u-1',
    'gen_ai.agent.name': 'support',
    'gen_ai.agent.version': '1.4.2',
    'gen_ai.prompt.name': 'classify',
  }
  const { conversationId, userId, agent, release, outerNode } = readStep(
    span({ attributes: { ...attempt('json', 'ok').attributes, ...stamps } }),
  )
  expect({ conversationId, userId, agent, release, outerNode }).toEqual({
    conversationId: 'c-1',
    userId: 'u-1',
    agent: 'support',
    release: '1.4.2',
    outerNode: 'classify',
  })
})

test('stamps on spans without GenAI meaning name conversation, user and release; the version of the service goes first', () => {
  const attributes = { 'gen_ai.conversation.id': 'c-1', 'user.id': 'u-1', 'gen_ai.agent.version': '1.4.2', 'db.system': 'sqlite' }
  const read = (resource: AttributeValues): unknown[] => {
    const { kind, conversationId, userId, release } = readStep(span({ attributes, resource }))
    return [kind, conversationId, userId, release]
  }
  expect([read({}), read({ 'service.version': '2.0.0' })]).toEqual([
    ['other', 'c-1', 'u-1', '1.4.2'],
    ['other', 'c-1', 'u-1', '2.0.0'],
  ])
})

describe('a tool whose content is switched off', () => {
  const tool = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' }
  const hashed = (args: string, result: string): AttributeValues => ({
    ...tool,
    'flywheel.tool.call.arguments.hash': args,
    'flywheel.tool.call.result.hash': result,
  })

  test('has the fingerprints of its hashes, and no content', () => {
    const [a, same, other] = [hashed('a1', 'r1'), hashed('a1', 'r1'), hashed('a2', 'r2')].map((attributes) =>
      readStep(span({ attributes })),
    )
    expect(same).toEqual(a)
    expect([a?.tool?.argumentsFingerprint, a?.tool?.resultFingerprint]).toEqual([expect.any(String), expect.any(String)])
    expect(other?.tool?.argumentsFingerprint).not.toBe(a?.tool?.argumentsFingerprint)
    expect(other?.tool?.resultFingerprint).not.toBe(a?.tool?.resultFingerprint)
    expect(a?.hasContent).toBe(false)
  })

  test('content goes before its hash', () => {
    const content = { 'gen_ai.tool.call.arguments': '{"q":"x"}', 'gen_ai.tool.call.result': 'none' }
    const [plain, both] = [
      { ...tool, ...content },
      { ...hashed('a1', 'r1'), ...content },
    ].map((attributes) => readStep(span({ attributes })))
    expect(both).toEqual(plain)
  })
})
