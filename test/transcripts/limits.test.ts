import { describe, expect, test } from 'vitest'
import type { TranscriptStep } from '../../src/model/transcript.ts'
import { cutText, limited, MAX_CHARACTERS, MAX_PART_CHARACTERS, MAX_STEPS } from '../../src/transcripts/limits.ts'
import { asks, tells, user } from './builders.ts'

function step(spanId: string, over: Partial<TranscriptStep> = {}): TranscriptStep {
  return { spanId, input: [], repeated: 0, output: [], isPartial: false, missing: null, ...over }
}

function sizeOf(steps: readonly TranscriptStep[]): number {
  return JSON.stringify(steps).length
}

describe('texts', () => {
  test('are cut with a mark that says how much is missing', () => {
    expect(cutText('abcdef', 4)).toBe('abcd… (2 characters more)')
    expect(cutText('abcd', 4)).toBe('abcd')
  })

  test('are never cut through the middle of a character', () => {
    expect(cutText('abc😀def', 4)).toBe('abc… (5 characters more)')
  })

  test('are at most 64 KiB each, in messages, arguments and results', () => {
    const long = 'x'.repeat(MAX_PART_CHARACTERS + 10)
    const cut = `${'x'.repeat(MAX_PART_CHARACTERS)}… (10 characters more)`
    const { steps } = limited([step('1', { input: [user(long), asks('f', long)], output: [tells(long)] })], () => false)
    expect(steps).toEqual([step('1', { input: [user(cut), asks('f', cut)], output: [tells(cut)] })])
  })

  test('that are too much together are cut at one length, so that short ones stay whole', () => {
    const steps = Array.from({ length: 100 }, (_, at) =>
      step(String(at), { input: [user('short')], output: [user('y'.repeat(60_000))] }),
    )
    const { steps: kept, omittedSteps } = limited(steps, () => false)
    expect(omittedSteps).toBe(0)
    expect(new Set(kept.flatMap(({ input }) => input))).toEqual(new Set(kept.map(() => user('short'))))
    const lengths = new Set(
      kept.flatMap(({ output }) => output.flatMap(({ parts }) => parts.map((part) => ('text' in part ? part.text.length : 0)))),
    )
    expect(lengths.size).toBe(1)
    expect(sizeOf(kept)).toBeLessThan(MAX_CHARACTERS + 100 * 400)
  })

  test('beyond number leave out the middle of the run, and none that failed', () => {
    const many = Array.from({ length: 200 }, () => user('z'.repeat(300)))
    const steps = Array.from({ length: 200 }, (_, at) => step(String(at), { input: many }))
    const { steps: kept, omittedSteps } = limited(steps, ({ spanId }) => spanId === '100')
    const ids = kept.map(({ spanId }) => spanId)
    expect(omittedSteps).toBe(200 - kept.length)
    expect(omittedSteps).toBeGreaterThan(0)
    expect([ids[0], ids.at(-1), ids.includes('100'), ids.includes('101')]).toEqual(['0', '199', true, false])
  })
})

describe('steps', () => {
  const steps = Array.from({ length: 5_000 }, (_, at) => step(String(at)))

  test('of long runs are the first and the last', () => {
    const { steps: kept, omittedSteps } = limited(steps, () => false)
    expect([kept.length, omittedSteps, kept[0]?.spanId, kept[499]?.spanId, kept[500]?.spanId, kept.at(-1)?.spanId]).toEqual([
      MAX_STEPS,
      4_000,
      '0',
      '499',
      '4500',
      '4999',
    ])
  })

  test('that failed are never left out, however many they are', () => {
    const hasFailed = ({ spanId }: { spanId: string }) => Number(spanId) % 2 === 0
    const { steps: kept, omittedSteps } = limited(steps, hasFailed)
    expect(kept.filter(hasFailed)).toEqual(steps.filter(hasFailed))
    expect([kept.length, omittedSteps, kept.at(-1)?.spanId]).toEqual([2_502, 2_498, '4999'])
  })

  test('of short runs are all there', () => {
    const few = steps.slice(0, MAX_STEPS)
    expect(limited(few, () => false)).toEqual({ steps: few, omittedSteps: 0 })
  })
})
