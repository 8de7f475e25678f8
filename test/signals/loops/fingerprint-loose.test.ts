import { expect, test } from 'vitest'
import { looseFingerprint } from '../../../src/model/fingerprint-loose.ts'

const orders = JSON.stringify({ orders: Array.from({ length: 12 }, (_, id) => ({ id, state: 'paid' })) })

/** Whether the second call asks for the same as the first, given the result that both had. */
const areEqual = (a: string, b: string, result: string | null = null): boolean =>
  looseFingerprint(a, result) === looseFingerprint(b, result)

test.each<[what: string, a: string, b: string]>([
  ['spacing', '{"id":1,"q":"big  order"}', '{ "id": 1, "q": " big order" }'],
  ['key order', '{"id":1,"q":"x"}', '{"q":"x","id":1}'],
  ['letter case of values', '{"q":"Refund Policy"}', '{"q":"refund policy"}'],
  ['a full stop', '{"q":"refund policy"}', '{"q":"Refund policy."}'],
  ['numbers as text', '{"id":17}', '{"id":"17"}'],
  ['fields left empty', '{"q":"x"}', '{"q":"x","filter":null,"tags":[],"note":"","more":{}}'],
  ['attempt numbers', '{"q":"x","attempt":1}', '{"q":"x","attempt":2}'],
  ['request ids', '{"q":"x","request_id":"a1"}', '{"q":"x","request_id":"b2"}'],
  ['the id of the call itself', '{"q":"x","id":"call_1","tool_call_id":"a"}', '{"q":"x","id":"call_2","tool_call_id":"b"}'],
  ['JSON sent as a JSON text', '{"q":"x"}', JSON.stringify('{"q": "X"}')],
  ['text that is no JSON', 'Refund  policy', 'refund policy '],
])('%s makes no difference', (_what, a, b) => {
  expect(areEqual(a, b)).toBe(true)
})

test.each<[what: string, a: string, b: string]>([
  ['another id', '{"id":1}', '{"id":2}'],
  ['another key', '{"from":"Paris"}', '{"to":"Paris"}'],
  ['another order of items', '["paris","london"]', '["london","paris"]'],
  ['zero and nothing', '{"id":1,"floor":0}', '{"id":1}'],
  ['no and nothing', '{"id":1,"paid":false}', '{"id":1}'],
  ['a text that differs inside', '{"q":"refund policy"}', '{"q":"refund-policy"}'],
])('%s makes a difference', (_what, a, b) => {
  expect(areEqual(a, b)).toBe(false)
})

test.each<[what: string, result: string | null, expected: boolean]>([
  ['the same orders on each page', orders, true],
  ['pages past the end', '[]', true],
  ['pages past the end, in an object', '{"results": [], "total": 12}', true],
  ['pages past the end, in words', 'No more results.', true],
  ['pages that were printed', 'ok', false],
  ['pages that were printed without errors', '{"status":"ok","errors":[]}', false],
  ['pages whose result is not known', null, false],
])('%s: page numbers make no difference = %s', (_what, result, expected) => {
  expect(areEqual('{"q":"x","page":1}', '{"q":"x","page":2}', result)).toBe(expected)
})

test('what is too long or too deep has none', () => {
  expect([looseFingerprint('x'.repeat(20_000), null), looseFingerprint('['.repeat(900) + ']'.repeat(900), null)]).toEqual([
    null,
    null,
  ])
  expect(looseFingerprint(null, orders)).toBeNull()
})
