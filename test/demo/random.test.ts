import { expect, test } from 'vitest'
import { Random } from '../../demo/random.ts'

const draws = (random: Random, count: number): readonly number[] => Array.from({ length: count }, () => random.next())

test('a fork depends on seed and name, not on what was drawn before it', () => {
  const untouched = draws(new Random(3).fork('run 7'), 5)
  const used = new Random(3)
  draws(used, 10)
  expect(draws(used.fork('run 7'), 5)).toEqual(untouched)
  expect(draws(new Random(3).fork('run 8'), 5)).not.toEqual(untouched)
  expect(draws(new Random(4).fork('run 7'), 5)).not.toEqual(untouched)
})

test('draws are spread evenly, also the first of forks with neighbouring names', () => {
  const random = new Random(1)
  const firsts = Array.from({ length: 20_000 }, (_, index) => random.fork(`run ${index}`).next())
  for (const values of [draws(random, 20_000), firsts]) {
    const tenths = Array.from({ length: 10 }, (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth).length)
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(200)
  }
})

test('whole numbers include both ends, weights are kept, a skewed value has its median', () => {
  const random = new Random(1)
  expect(new Set(Array.from({ length: 200 }, () => random.whole(1, 3)))).toEqual(new Set([1, 2, 3]))
  const heavy = Array.from({ length: 10_000 }, () => random.weighted([1, 9], (weight) => weight)).filter((weight) => weight === 9)
  expect(Math.abs(heavy.length - 9_000)).toBeLessThan(200)
  const values = Array.from({ length: 10_000 }, () => random.skewed(100, 0.5)).sort((a, b) => a - b)
  expect(values[5_000]).toBeGreaterThan(95)
  expect(values[5_000]).toBeLessThan(105)
  expect(() => random.pick([])).toThrow('expected at least one item')
})
