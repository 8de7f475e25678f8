import { expect, test } from 'vitest'

import { dayOrderOf, parseWhen } from '../../src/notes/when.ts'

function iso(text: string, order: 'dmy' | 'mdy' | null = null): string | null {
  const ms = parseWhen(text, order)
  return ms === null ? null : new Date(ms).toISOString()
}

test.each([
  ['2026-11-03T14:05:02Z', '2026-11-03T14:05:02.000Z'],
  ['2026-11-03T14:05:02.5+01:00', '2026-11-03T13:05:02.500Z'],
  ['2026-11-03 14:05:02 UTC', '2026-11-03T14:05:02.000Z'],
  ['2026-11-03 14:05:02 +0200', '2026-11-03T12:05:02.000Z'],
  ['2026-11-03 14:05', '2026-11-03T14:05:00.000Z'],
  ['2026-11-03', '2026-11-03T00:00:00.000Z'],
  ['2026/11/3', '2026-11-03T00:00:00.000Z'],
  ['3.11.2026 9:07', '2026-11-03T09:07:00.000Z'],
  ['23/11/2026 9:07 pm', '2026-11-23T21:07:00.000Z'],
  ['11/23/2026 12:30 AM', '2026-11-23T00:30:00.000Z'],
  ['4/4/2026', '2026-04-04T00:00:00.000Z'],
  ['Nov 3, 2026', '2026-11-03T00:00:00.000Z'],
  ['3 November 2026 14:05', '2026-11-03T14:05:00.000Z'],
  ['1793714702', '2026-11-03T14:05:02.000Z'],
  ['1793714702123', '2026-11-03T14:05:02.123Z'],
])('%s is a time', (text, expected) => expect(iso(text)).toBe(expected))

test.each([
  '',
  'yesterday',
  '2026-02-31',
  '2026-13-01',
  '2026-11-03T25:00:00Z',
  '2026-11-03 13:00 pm',
  '03/04/2026',
  '31 Foo 2026',
  '0026-11-03',
  '12',
  `2026-11-03${' '.repeat(100)}x`,
])('%s is not guessed at', (text) => expect(iso(text)).toBeNull())

test('a column tells how its days are meant, unless it contradicts itself', () => {
  expect(dayOrderOf(['03/04/2026', '23/04/2026'])).toBe('dmy')
  expect(dayOrderOf(['03/04/2026 10:00', '04/23/2026 10:00'])).toBe('mdy')
  expect(dayOrderOf(['03/04/2026', '04/04/2026'])).toBeNull()
  expect(dayOrderOf(['23/04/2026', '04/23/2026'])).toBeNull()
  expect([iso('03/04/2026', 'dmy'), iso('03/04/2026', 'mdy')]).toEqual(['2026-04-03T00:00:00.000Z', '2026-03-04T00:00:00.000Z'])
})
