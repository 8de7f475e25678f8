import { expect, test } from 'vitest'
import { Attempts } from '../../src/web/attempts.ts'
import type { Source } from '../../src/web/attempts.ts'

const limits = { perVisitor: 3, perPeer: 7, windowMs: 60_000, maxAddresses: 4 }

/** Somebody whose connection comes from there, or from a proxy that names them. */
const at = (visitor: string, peer = visitor): Source => ({ peer, visitor })

function attempts(): { attempts: Attempts; clock: { nowMs: number }; fail: (source: Source, times: number) => void } {
  const clock = { nowMs: 0 }
  const counted = new Attempts(limits, () => clock.nowMs)
  const fail = (source: Source, times: number): void => {
    for (let i = 0; i < times; i++) counted.fail(source)
  }
  return { attempts: counted, clock, fail }
}

test('after the last attempt an address waits until a minute after its first one', () => {
  const { attempts: counted, clock, fail } = attempts()
  fail(at('192.0.2.1'), 2)
  expect(counted.waitMs(at('192.0.2.1'))).toBe(0)
  clock.nowMs = 10_000
  fail(at('192.0.2.1'), 1)
  expect(counted.waitMs(at('192.0.2.1'))).toBe(50_000)
  expect(counted.waitMs(at('192.0.2.2'))).toBe(0)
  clock.nowMs = 60_000
  expect(counted.waitMs(at('192.0.2.1'))).toBe(0)
  fail(at('192.0.2.1'), 2)
  expect(counted.waitMs(at('192.0.2.1'))).toBe(0)
})

test('of more addresses than it may hold it forgets the one that failed first', () => {
  const { attempts: counted, fail } = attempts()
  fail(at('192.0.2.1'), 3)
  fail(at('192.0.2.2'), 3)
  fail(at('192.0.2.3'), 3)
  expect(['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) => counted.waitMs(at(address)) > 0)).toEqual([false, true, true])
})

test.each([
  ['192.0.2.1', '::ffff:192.0.2.1', true],
  ['192.0.2.1', '192.0.2.11', false],
  ['2001:db8:1:2::1', '2001:DB8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['2001:db8::1', '2001:db8:0:0:5::1', true],
  ['::1', '0:0:0:0:0:0:0:2', true],
  ['', '192.0.2.1', false],
])('%j and %j are one visitor: %j', (a, b, isSame) => {
  const { attempts: counted, fail } = attempts()
  fail(at(a), 3)
  expect(counted.waitMs(at(b)) > 0).toBe(isSame)
})

test('visitors of one proxy do not wait for each other, until there are too many wrong tokens of all of them', () => {
  const { attempts: counted, clock, fail } = attempts()
  const [eve, ada] = [at('203.0.113.1', '10.0.0.7'), at('203.0.113.2', '10.0.0.7')]
  fail(eve, 3)
  expect([eve, ada, at('203.0.113.1'), at('10.0.0.7')].map((source) => counted.waitMs(source))).toEqual([60_000, 0, 0, 0])
  clock.nowMs = 1_000
  fail(at('203.0.113.3', '10.0.0.7'), 2)
  fail(at('203.0.113.4', '10.0.0.7'), 2)
  expect([ada, at('10.0.0.7'), at('203.0.113.2')].map((source) => counted.waitMs(source))).toEqual([59_000, 59_000, 0])
})
