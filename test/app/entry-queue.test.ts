import { expect, test } from 'vitest'
import { EntryQueue, type Queued } from '../../src/entry-queue.ts'

function entry(seq: number, kind: 'tick' | 'start' = 'start', applied?: Queued['applied']): Queued {
  const content = kind === 'tick' ? ({ type: 'tick', door: [] } as const) : ({ type: 'start' } as const)
  return { place: { seq, atMs: seq, kind, bytes: 0 }, content, applied }
}

const seqs = (group: readonly Queued[]): readonly number[] => group.map(({ place }) => place.seq)

test('gives out what came up to and with the next tick', () => {
  const queue = new EntryQueue()
  for (const item of [entry(1), entry(2, 'tick'), entry(3), entry(5)]) queue.add(item)
  expect([queue.weight, seqs(queue.takeGroup()), seqs(queue.takeGroup()), queue.isEmpty, queue.weight]).toEqual([
    4,
    [1, 2],
    [3, 5],
    true,
    0,
  ])
})

test('an entry that comes after a later one is an error: applying it would be skipped', () => {
  const queue = new EntryQueue()
  queue.add(entry(2))
  expect(() => queue.add(entry(1))).toThrow('entry 1 came after entry 2')
  expect(() => queue.add(entry(2))).toThrow('entry 2 came after entry 2')
})

test('what a recovery has applied is dropped, and whoever waits for it is told', () => {
  const queue = new EntryQueue()
  const told: unknown[] = []
  for (const seq of [1, 2, 3]) queue.add(entry(seq, 'start', (receipts) => told.push([seq, receipts])))
  queue.dropUpTo(2)
  expect([told, seqs(queue.takeGroup())]).toEqual([
    [
      [1, null],
      [2, null],
    ],
    [3],
  ])
})
