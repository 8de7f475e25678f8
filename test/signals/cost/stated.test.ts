import { expect, test } from 'vitest'
import { compareStated, type StatedCost } from '../../../src/signals/cost/stated.ts'

test.each<[what: string, statedNanoUsd: number | null, ourNanoUsd: number | null, expected: StatedCost | null]>([
  ['the same', 3_500_000, 3_500_000, 'agrees'],
  ['noise of floating point', 3_500_001, 3_500_000, 'agrees'],
  ['1 % more', 3_500_123, 3_466_000, 'agrees'],
  ['2 % less', 3_433_123, 3_500_000, 'differs'],
  ['a region’s 10 %', 4_950_123, 4_500_000, 'differs'],
  ['cached tokens charged as input', 4_500_123, 2_500_000, 'differs'],
  ['rounded to six decimals', 21_000, 21_400, 'agrees'],
  ['rounded to six decimals, but of something else', 21_000, 22_000, 'differs'],
  ['rounded to four decimals', 1_200_000, 1_249_000, 'agrees'],
  ['beyond four decimals', 1_200_000, 1_260_000, 'differs'],
  ['rounded to cents, which says too little', 10_000_000, 13_000_000, 'differs'],
  ['nothing for nothing', 0, 0, 'agrees'],
  ['nothing for what rounds to nothing', 0, 40_000, 'agrees'],
  ['nothing for something, as from a gateway’s cache', 0, 3_500_000, 'differs'],
  ['something for what is free here', 3_500_000, 0, 'differs'],
  ['nothing stated', null, 3_500_000, null],
  ['no price of ours', 3_500_000, null, null],
  ['not a number', Number.NaN, 3_500_000, null],
  ['less than nothing', -1, 3_500_000, null],
  ['without end', Number.POSITIVE_INFINITY, 3_500_000, null],
])('%s: %j beside our %j', (_what, stated, ours, expected) => {
  expect(compareStated(stated, ours)).toBe(expected)
})
