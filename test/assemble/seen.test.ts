import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { SeenSet } from '../../src/assemble/seen.ts'
import { stepId } from '../helpers/steps.ts'

const spanId = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((id) => id.toString(16).padStart(16, '0'))
const mark = fc.oneof(
  fc.record({ type: fc.constant('seen' as const), spanId }),
  fc.record({ type: fc.constant('call' as const), spanId, parentId: fc.option(spanId), responseId: fc.option(fc.string()) }),
)
type Mark = typeof mark extends fc.Arbitrary<infer T> ? T : never

function setOf(marks: readonly Mark[]): SeenSet {
  const set = new SeenSet()
  for (const item of marks) {
    if (item.type === 'seen') set.markSeen(item.spanId)
    else set.markCountedCall(item.spanId, item.parentId, item.responseId)
  }
  return set
}

test('what was marked is known after packing and unpacking', () => {
  fc.assert(
    fc.property(fc.array(mark), (marks) => {
      const set = SeenSet.unpack(setOf(marks).pack())
      for (const item of marks) {
        expect(set.isSeen(item.spanId)).toBe(true)
        if (item.type === 'seen') continue
        expect(set.isCountedCall(item.spanId)).toBe(true)
        if (item.parentId !== null) expect(set.isParentOfCountedCall(item.parentId)).toBe(true)
        if (item.responseId !== null) expect(set.isCountedResponse(item.responseId)).toBe(true)
      }
    }),
  )
})

test('equal sets are equal bytes, in whatever order they were filled', () => {
  fc.assert(
    fc.property(fc.array(mark), (marks) => {
      expect(setOf(marks.toReversed()).pack()).toEqual(setOf(marks).pack())
    }),
  )
})

test('nine bytes a record, sorted by id', () => {
  const set = new SeenSet()
  set.markCountedCall(stepId(2), stepId(1), null)
  expect([...set.pack()]).toEqual([0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0, 0, 2, 3])
})

test('each mark says only what it means', () => {
  const set = new SeenSet()
  set.markSeen(stepId(1))
  set.markCountedCall(stepId(2), stepId(3), 'resp')
  const questions = (id: string): readonly boolean[] => [set.isSeen(id), set.isCountedCall(id), set.isParentOfCountedCall(id)]
  expect([1, 2, 3, 4].map((id) => questions(stepId(id)))).toEqual([
    [true, false, false],
    [true, true, false],
    [false, false, true],
    [false, false, false],
  ])
  expect([set.isCountedResponse('resp'), set.isCountedResponse('other'), set.isCountedResponse(stepId(2))]).toEqual([
    true,
    false,
    false,
  ])
})

test('bytes that are no whole records are refused', () => {
  expect(() => SeenSet.unpack(new Uint8Array(10))).toThrow(new RangeError('seen-set: expected a multiple of 9 bytes, got 10'))
})

test('a part of a larger buffer is unpacked alone', () => {
  const set = new SeenSet()
  set.markSeen(stepId(5))
  const larger = new Uint8Array(27).fill(0xff)
  larger.set(set.pack(), 9)
  expect(SeenSet.unpack(larger.subarray(9, 18)).isSeen(stepId(5))).toBe(true)
})
