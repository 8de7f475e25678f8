/** What a tool span ran: its name, and fingerprints that are equal where a tool would see no difference. */
import { expect, test } from 'vitest'
import { failed, type Json, span, type SpanParts } from '../helpers/steps.ts'
import { explainedByResult, toolUseOf } from '../../src/dialects/tool-use.ts'
import { otelKeys } from '../../src/dialects/otel-genai.ts'
import type { ToolUse } from '../../src/model/step.ts'

const use = (parts: SpanParts): ToolUse => toolUseOf(span(parts), otelKeys)
const ran = (args: Json, result: Json): ToolUse =>
  use({ attributes: { 'gen_ai.tool.name': 't', 'gen_ai.tool.call.arguments': args, 'gen_ai.tool.call.result': result } })
const isSameArguments = (a: Json, b: Json): boolean => ran(a, 'x').argumentsFingerprint === ran(b, 'x').argumentsFingerprint
const isSameResult = (a: Json, b: Json): boolean => ran('{"q":1}', a).resultFingerprint === ran('{"q":1}', b).resultFingerprint

test('name and id by attribute, else the name by the span', () => {
  expect(use({ name: 'execute_tool search', attributes: { 'gen_ai.tool.call.id': 'c1' } })).toEqual({
    name: 'search',
    callId: 'c1',
    argumentsFingerprint: null,
    looseArguments: null,
    resultFingerprint: null,
  })
  expect(use({ name: 'tools/call search' }).name).toBe('search')
  expect(use({ name: 'x', attributes: { 'gen_ai.tool.name': 'search' } }).name).toBe('search')
  expect(use({ name: 'n'.repeat(300) }).name).toHaveLength(128)
})

test('only the call’s own id makes no difference in arguments', () => {
  expect(isSameArguments('{"q":"a","tool_call_id":"1"}', '{"q":"a","tool_call_id":"2"}')).toBe(true)
  expect(isSameArguments('{"q":"a","id":"call_1"}', '{"q":"a","id":"call_2"}')).toBe(true)
  expect(isSameArguments('{"id":"A-17"}', '{"id":"A-18"}')).toBe(false)
  expect(isSameArguments('{"q":"a"}', '{"q":"b"}')).toBe(false)
})

test('ids make no difference in results', () => {
  expect(isSameResult('{"id":"1","city":"Paris"}', '{"id":"2","city":"Paris"}')).toBe(true)
  expect(isSameResult('{"id":"1","city":"Paris"}', '{"id":"1","city":"Rome"}')).toBe(false)
})

test('hidden arguments and results are no values: three of them are not the same call three times', () => {
  const unknown = { name: 't', callId: null, argumentsFingerprint: null, looseArguments: null, resultFingerprint: null }
  expect([ran('{}', '{}'), ran('__REDACTED__', '<REDACTED>'), ran('', '')]).toEqual([unknown, unknown, unknown])
  expect(ran('{}', 'done').argumentsFingerprint).not.toBeNull()
  expect(ran('{"q":1}', '{}').resultFingerprint).not.toBeNull()
  expect(use({ name: 'execute_tool t', attributes: { 'gen_ai.tool.call.result': '{}' } }).resultFingerprint).toBeNull()
})

test('arguments and result may stand in events', () => {
  const events = [
    { name: 'gen_ai.tool.message', attributes: { content: '{"q":"a"}' } },
    { name: 'gen_ai.choice', attributes: { message: '[{"text":"done"}]' } },
  ]
  const { argumentsFingerprint, resultFingerprint } = use({ name: 'execute_tool t', events })
  expect(argumentsFingerprint).toBe(ran('{"q":"a"}', 'x').argumentsFingerprint)
  expect(resultFingerprint).toBe(ran('{"q":"a"}', '[{"text":"done"}]').resultFingerprint)
})

test('of a long text the beginning is compared', () => {
  const long = 'x'.repeat(65_536)
  expect([isSameResult(`${long}a`, `${long}b`), isSameResult(`${long.slice(1)}a`, `${long.slice(1)}b`)]).toEqual([true, false])
})

test('a failure without a word is explained by the result', () => {
  const parts = (result: string): SpanParts => ({ attributes: { 'gen_ai.tool.call.result': result } })
  const explained = (message: string | null, result: string): string | null =>
    explainedByResult(failed(message), span(parts(result)), otelKeys).message
  expect(explained(null, 'no connection')).toBe('no connection')
  expect(explained('boom', 'no connection')).toBe('boom')
  expect(explained(null, '[]')).toBeNull()
  expect(explained(null, 'x'.repeat(500))).toHaveLength(300)
})
