import { expect, test } from 'vitest'

import { createSubjectHash } from '../../src/erase/subject-hash.ts'
import { TombstoneSet, tombstonesOf } from '../../src/erase/tombstone-set.ts'
import type { Deletion, FeedbackSubject, Subject } from '../../src/model/tombstone.ts'

const T = 1_790_000_000_000
const hash = createSubjectHash('salt')
const nothingFound = { traceIds: [], conversations: [], feedbackIds: [] }

function after(deletion: Deletion, found: Partial<Parameters<typeof tombstonesOf>[1]> = {}): TombstoneSet {
  return new TombstoneSet(hash, tombstonesOf(deletion, { ...nothingFound, ...found }, hash, T))
}

function subject(changes: Partial<Subject> = {}): Subject {
  return { traceId: 'aa', userId: null, conversationId: null, service: 'shop', environment: 'prod', endUs: T * 1_000, ...changes }
}

test('without tombstones nothing is erased', () => {
  const none = new TombstoneSet(hash)
  expect([none.isEmpty, none.isErased(subject({ userId: 'ann' })), none.hasTrace('aa')]).toEqual([true, false, false])
})

test("a deleted person's data is erased when it was over before, and new data is not", () => {
  const set = after({ kind: 'user', userId: 'ann' })
  const isErased = (userId: string | null, endUs: number): boolean => set.isErased(subject({ userId, endUs }))
  expect([isErased('ann', T * 1_000), isErased('ann', 0), isErased('ann', T * 1_000 + 1)]).toEqual([true, true, false])
  expect([isErased('bob', 0), isErased(null, 0), isErased('Ann', 0)]).toEqual([false, false, false])
})

test('a deleted trace stays erased, whenever the rest of it comes', () => {
  const set = after({ kind: 'user', userId: 'ann' }, { traceIds: ['aa', 'bb'] })
  expect(['aa', 'bb', 'cc'].map((traceId) => set.isErased(subject({ traceId, endUs: T * 9_000 })))).toEqual([true, true, false])
  expect(set.hasTrace('aa')).toBe(true)
})

test('a conversation is erased in the service that the deletion names, and everywhere where it names none', () => {
  const conversationId = 'c1'
  const there = (set: TombstoneSet, service: string | null, environment: string | null): boolean =>
    set.isErased(subject({ conversationId, service, environment }))
  const ofShop = after({ kind: 'conversation', conversationId, service: 'shop', environment: 'prod' })
  expect([there(ofShop, 'shop', 'prod'), there(ofShop, 'shop', 'test'), there(ofShop, 'other', 'prod')]).toEqual([
    true,
    false,
    false,
  ])
  const ofService = after({ kind: 'conversation', conversationId, service: 'shop', environment: null })
  expect([there(ofService, 'shop', 'test'), there(ofService, 'other', 'prod')]).toEqual([true, false])
  const anywhere = after({ kind: 'conversation', conversationId, service: null, environment: null })
  expect([there(anywhere, 'other', 'x'), there(anywhere, null, null)]).toEqual([true, true])
  expect(anywhere.isErased(subject({ conversationId: 'c2' }))).toBe(false)
})

test('a conversation and a person with the same id have nothing to do with each other', () => {
  const set = after({ kind: 'user', userId: '1' })
  expect(set.isErased(subject({ conversationId: '1' }))).toBe(false)
})

test("a person's own conversations are erased with them", () => {
  const set = after(
    { kind: 'user', userId: 'ann' },
    { conversations: [{ conversationId: 'c1', service: 'shop', environment: '' }] },
  )
  expect(set.isErased(subject({ conversationId: 'c1', environment: '' }))).toBe(true)
})

test('feedback is erased by its own id, its target, its giver and its conversation', () => {
  const set = after(
    { kind: 'user', userId: 'ann' },
    {
      traceIds: ['aa'],
      feedbackIds: ['f1'],
      conversations: [{ conversationId: 'c1', service: null, environment: null }],
    },
  )
  const isErased = (changes: Partial<FeedbackSubject>): boolean =>
    set.isErasedFeedback({ id: 'f9', traceId: null, userId: null, conversationId: null, atMs: T, ...changes })
  expect(
    [{ id: 'f1', atMs: T + 9 }, { traceId: 'aa', atMs: T + 9 }, { userId: 'ann' }, { conversationId: 'c1' }].map(isErased),
  ).toEqual([true, true, true, true])
  expect([{}, { userId: 'ann', atMs: T + 1 }, { traceId: 'bb' }].map(isErased)).toEqual([false, false, false])
})

test('of two deletions the later one stands', () => {
  const set = after({ kind: 'user', userId: 'ann' })
  set.add([
    { kind: 'user', key: hash('user', 'ann'), deletedAtMs: T + 1_000 },
    { kind: 'user', key: hash('user', 'ann'), deletedAtMs: T - 1_000 },
  ])
  expect(set.isErased(subject({ userId: 'ann', endUs: (T + 1_000) * 1_000 }))).toBe(true)
})

test('no id of anybody is in a tombstone, and another salt gives other hashes', () => {
  const found = {
    ...nothingFound,
    conversations: [{ conversationId: 'canary', service: 'shop', environment: null }],
    feedbackIds: ['canary'],
  }
  const text = JSON.stringify(tombstonesOf({ kind: 'user', userId: 'canary' }, found, hash, T))
  expect(text).not.toContain('canary')
  expect(hash('user', 'canary')).toMatch(/^[\w-]{22}$/)
  expect(createSubjectHash('other')('user', 'canary')).not.toBe(hash('user', 'canary'))
  expect(createSubjectHash('salt')('user', 'canary')).toBe(hash('user', 'canary'))
})

test('however many ids are asked for, each has its own hash', () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => `user-${i}`)
  expect(new Set(ids.map((id) => hash('user', id))).size).toBe(10_000)
  expect(hash('user', 'user-0')).toBe(createSubjectHash('salt')('user', 'user-0'))
})
