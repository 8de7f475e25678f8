import { expect, test } from 'vitest'
import { formatTimeUs, parseTime } from '../../src/web/times.ts'

test.each([
  ['1h', 1_000_000_000 - 3_600_000],
  ['30m', 1_000_000_000 - 1_800_000],
  ['7d', 1_000_000_000 - 604_800_000],
  ['0s', 1_000_000_000],
  ['1970-01-01T00:00:01Z', 1_000],
  ['1970-01-01t00:00:01.5z', 1_500],
  ['1970-01-01 02:00:00+02:00', 0],
  ['1970-01-01T00:00:00.123456789Z', 123],
  ['', null],
  ['1', null],
  ['-1h', null],
  ['1970-01-01', null],
  ['1970-01-01T00:00:00', null],
  ['1970-02-40T00:00:00Z', null],
  ['1970-01-01T25:00:00Z', null],
  ['now', null],
])('%j', (text, expected) => {
  expect(parseTime(text, 1_000_000_000)).toBe(expected)
})

test('times are written in UTC with milliseconds', () => {
  expect(formatTimeUs(1_769_860_800_123_999)).toBe('2026-01-31T12:00:00.123Z')
})
