import { expect, test } from 'vitest'
import { readRecord } from '../../src/dialects/logs/index.ts'
import { timesOf } from '../../src/dialects/times.ts'
import { logRecord } from '../helpers/steps.ts'

const now = Date.UTC(2026, 10, 1) * 1_000
const year = 365 * 86_400e6

test.each<[what: string, startUs: number, endUs: number, expected: readonly [startUs: number, endUs: number, areSound: boolean]]>(
  [
    ['both', now, now + 5, [now, now + 5, true]],
    ['no end', now, 0, [now, now, true]],
    ['no start', 0, now, [now, now, true]],
    ['neither', 0, 0, [0, 0, true]],
    ['an end before the start', now + 5, now, [now + 5, now, true]],
    ['a start in 1970', 1, now, [now, now, false]],
    ['an end in the next century', now, now + 80 * year, [now, now, false]],
    ['both beyond all numbers', 2 ** 64 / 1_000, 2 ** 64 / 1_000, [0, 0, false]],
    ['a week', now, now + 7 * 86_400e6, [now, now + 7 * 86_400e6, true]],
    ['a year', now, now + year, [now, now, false]],
  ],
)('%s', (_, startUs, endUs, [start, end, areSound]) => {
  expect(timesOf(startUs, endUs)).toEqual({ startUs: start, endUs: end, areSound })
})

test.each<
  [
    what: string,
    atUs: number,
    durationMs: number,
    expected: readonly [startUs: number, endUs: number, unreadable: readonly string[]],
  ]
>([
  ['as it should be', now, 250, [now - 250_000, now, []]],
  ['a time beyond all numbers', 2 ** 64 / 1_000, 250, [0, 0, ['time']]],
  ['a duration of ages', now, 1e17, [now, now, []]],
])('a call that a log record reports: %s', (_, atUs, durationMs, [startUs, endUs, unreadable]) => {
  const attributes = {
    'event.name': 'gemini_cli.api_response',
    'session.id': 's-1',
    model: 'gemini-2.5-flash',
    duration_ms: durationMs,
  }
  const [step] = readRecord(logRecord({ atUs, attributes }))?.steps ?? []
  expect([step?.startUs, step?.endUs, step?.unreadable]).toEqual([startUs, endUs, unreadable])
})
