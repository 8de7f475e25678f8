import { describe, expect, test } from 'vitest'
import {
  formatCount,
  formatDuration,
  formatShare,
  formatTime,
  formatUsd,
  plural,
  usdDigits,
  visible,
} from '../../../src/web/pages/format.ts'

describe('numbers as people read them', () => {
  test.each([
    [null, 'unknown'],
    [0, '0 USD'],
    [1, '< 0.000001 USD'],
    [1_000, '0.0000010 USD'],
    [4_123_000, '0.0041 USD'],
    [410_000_000, '0.41 USD'],
    [994_000_000, '0.99 USD'],
    [996_000_000, '1.00 USD'],
    [12_345_678_900, '12.35 USD'],
    [1_234_567_000_000_000, '1,234,567.00 USD'],
  ])('%s nano-USD is %s', (nanoUsd, text) => {
    expect(formatUsd(nanoUsd)).toBe(text)
  })

  test('a column names the unit in its head', () => {
    expect(usdDigits(4_123_000)).toBe('0.0041')
  })

  test.each([
    [0, '0 ms'],
    [80, '0.080 ms'],
    [120_000, '120 ms'],
    [1_234_000, '1.2 s'],
    [59_940_000, '59.9 s'],
    [59_960_000, '1 min 0 s'],
    [184_400_000, '3 min 4 s'],
    [7_500_000_000, '2 h 5 min'],
  ])('%s us is %s', (us, text) => {
    expect(formatDuration(us)).toBe(text)
  })

  test.each([
    [3, 7, '3 of 7'],
    [0, 40, '0 %'],
    [2, 25, '8.0 %'],
    [13, 40, '33 %'],
    [1, 5_000, '< 0.1 %'],
  ])('%s of %s is %s', (part, all, text) => {
    expect(formatShare(part, all)).toBe(text)
  })

  test('counts have their noun, estimates are rounded, unknown is said', () => {
    expect([
      plural(1, 'run'),
      plural(2.4, 'run'),
      plural(3, 'run is', 'runs are'),
      formatCount(1_234.5),
      formatCount(null),
    ]).toEqual(['1 run', '2 runs', '3 runs are', '1,235', 'unknown'])
  })

  test('a time is readable without script and exact on hover; none is said', () => {
    expect(String(formatTime(Date.UTC(2026, 0, 31, 12, 0, 5, 7)))).toBe(
      '<time datetime="2026-01-31T12:00:05.007Z" title="2026-01-31T12:00:05.007Z">2026-01-31 12:00:05 UTC</time>',
    )
    expect([0, Number.NaN, 1e20].map((ms) => String(formatTime(ms)))).toEqual(Array(3).fill('<span>unknown</span>'))
  })

  test('characters that hide or turn text around are made visible, line breaks stay', () => {
    expect(visible('a\u202Eb\u0000c\u200Bd\ne\tf ä 日本 🙂')).toBe('a\\u{202e}b\\u{0}c\\u{200b}d\ne\tf ä 日本 🙂')
  })
})
