import { expect, test } from 'vitest'

import { LogClock } from '../../src/log/clock.ts'

const clock = (atMs: number): LogClock => new LogClock(atMs, { wallMs: atMs, monotonicMs: 0 })

test('follows the wall clock while that does not go back, also over a jump ahead', () => {
  const log = clock(1000)
  expect([
    log.advance({ wallMs: 1000, monotonicMs: 0 }),
    log.advance({ wallMs: 1010, monotonicMs: 10 }),
    log.advance({ wallMs: 90_000, monotonicMs: 20 }),
  ]).toEqual([1000, 1010, 90_000])
})

test('goes on at its own pace after the wall clock was set back, and follows it again once that has caught up', () => {
  const log = clock(0)
  expect([
    log.advance({ wallMs: 10_000, monotonicMs: 0 }),
    log.advance({ wallMs: 2000, monotonicMs: 500 }),
    log.advance({ wallMs: 2500, monotonicMs: 1000 }),
    log.advance({ wallMs: 12_000, monotonicMs: 1500 }),
  ]).toEqual([10_000, 10_500, 11_000, 12_000])
})

test('fractions of milliseconds add up while the wall clock is behind: many small steps do not stop time', () => {
  const log = clock(10_000)
  let atMs = 0
  for (let step = 1; step <= 1000; step++) atMs = log.advance({ wallMs: 0, monotonicMs: step * 0.25 })
  expect(atMs).toBe(10_250)
})

test('after a restart with the wall clock behind, time goes on from the last entry and counts since the start', () => {
  const log = new LogClock(50_000, { wallMs: 40_000, monotonicMs: 7 })
  expect(log.advance({ wallMs: 40_100, monotonicMs: 107 })).toBe(50_100)
})

test('resuming moves time forward only', () => {
  const log = clock(1000)
  log.resumeAfter(500, { wallMs: 1000, monotonicMs: 0 })
  expect(log.advance({ wallMs: 900, monotonicMs: 0 })).toBe(1000)
  log.resumeAfter(5000, { wallMs: 1000, monotonicMs: 0 })
  expect(log.advance({ wallMs: 1000, monotonicMs: 10 })).toBe(5010)
})
