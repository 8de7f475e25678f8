import { expect, test } from 'vitest'

import type { Note } from '../../src/model/note.ts'
import type { NoteFilter, NoteStore } from '../../src/records/notes.ts'
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import { storePath } from './setup.ts'
import { onTestFinished } from 'vitest'

const DAY_MS = 86_400_000

function note(id: string, more: Partial<Note> = {}): Note {
  return {
    id,
    kind: 'ticket',
    title: '',
    text: '',
    author: { name: null, role: null, weight: 1 },
    userId: null,
    atMs: DAY_MS,
    about: { text: null, task: null, tags: [] },
    rating: null,
    source: { system: null, externalId: null, file: null, url: null },
    quotes: [{ id: 'q1', speaker: { name: null, role: null }, text: `said in ${id}`, offsetMs: null, links: [] }],
    createdAtMs: 50 * DAY_MS,
    createdBy: null,
    changedAtMs: 50 * DAY_MS,
    digest: id,
    ...more,
  }
}

function linked(id: string, target: string, state: 'confirmed' | 'rejected' = 'confirmed'): Note {
  const [quote] = note(id).quotes
  if (quote === undefined) throw new Error('no quote')
  const link = { type: 'run', id: target, state, score: 0.5, why: 'w', by: null, atMs: 1 } as const
  return note(id, { quotes: [quote, { ...quote, id: 'q2', text: 'more', links: [link] }] })
}

async function storeOf(...notes: readonly Note[]): Promise<NoteStore> {
  const store = await openSqliteStore({ path: storePath() })
  onTestFinished(() => store.close())
  await store.notes.change([], 0, () => ({ save: notes }))
  return store.notes
}

async function idsOf(store: NoteStore, filter: Omit<NoteFilter, 'limit'>): Promise<string[]> {
  const { notes } = await store.list({ limit: 200, ...filter })
  expect(await store.count(filter)).toBe(notes.length)
  return notes.map(({ id }) => id)
}

test('lists are filtered by kind, time, user, words and links; the newest is first', async () => {
  const store = await storeOf(
    note('a', { kind: 'review', userId: 'u-1', atMs: 3 * DAY_MS }),
    note('b', { title: '100% sure', atMs: 2 * DAY_MS }),
    note('c', { text: 'It_broke', atMs: null }),
    linked('d', 'r1'),
    linked('e', 'r2', 'rejected'),
  )
  expect(await idsOf(store, {})).toEqual(['c', 'a', 'b', 'e', 'd'])
  expect(await idsOf(store, { kind: 'review' })).toEqual(['a'])
  expect(await idsOf(store, { userId: 'u-1' })).toEqual(['a'])
  expect(await idsOf(store, { sinceMs: 2 * DAY_MS, untilMs: 50 * DAY_MS })).toEqual(['a', 'b'])
  expect(await idsOf(store, { isLinked: true })).toEqual(['d'])
  expect(await idsOf(store, { isLinked: false })).toEqual(['c', 'a', 'b', 'e'])
  expect(await idsOf(store, { about: { type: 'run', id: 'r1' } })).toEqual(['d'])
  expect(await idsOf(store, { about: { type: 'run', id: 'r2' } })).toEqual([])
  expect(await idsOf(store, { text: '0% S' })).toEqual(['b'])
  expect(await idsOf(store, { text: 't_b' })).toEqual(['c'])
  expect(await idsOf(store, { text: 'said in d' })).toEqual(['d'])
  expect(await idsOf(store, { text: '%' })).toEqual(['b'])
  expect(await idsOf(store, { text: "' OR 1=1 --" })).toEqual([])
  expect(await store.idsOfUser('u-1')).toEqual(['a'])
})

test('a summary has the beginnings of texts, and how many quotes are linked', async () => {
  const store = await storeOf({ ...linked('d', 'r1'), text: 'x'.repeat(5_000) })
  const { quotes: _, digest: __, ...rest } = linked('d', 'r1')
  expect((await store.list({ limit: 1 })).notes).toEqual([
    { ...rest, text: 'x'.repeat(300), excerpt: 'said in d', quoteCount: 2, linkedCount: 1 },
  ])
})

test('pages follow each other without gaps, also where notes are of the same time', async () => {
  const store = await storeOf(
    ...Array.from({ length: 25 }, (_, index) => note(String(index).padStart(2, '0'), { atMs: (index % 3) * DAY_MS })),
  )
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<NoteStore['list']>> = await store.list({ limit: 7, ...(cursor !== null && { cursor }) })
    seen.push(...page.notes.map(({ id }) => id))
    cursor = page.next
  } while (cursor !== null)
  expect(seen).toEqual(await idsOf(store, {}))
  await expect(store.list({ limit: 0 })).rejects.toThrow('limit: expected 1 to 200, got 0.')
  await expect(store.list({ limit: 1, cursor: 'x' })).rejects.toThrow('cursor: expected')
})

test('a change that fails leaves everything as it was', async () => {
  const store = await storeOf(note('a'))
  const refused = store.change(['a'], 1, ({ notes }) => {
    expect([...notes.keys()]).toEqual(['a'])
    return { save: [note('b'), note('b')], remove: ['a'], feedback: [{ type: 'withdrawn', id: 'x' }] }
  })
  await expect(refused).rejects.toThrow('UNIQUE')
  expect([await idsOf(store, {}), await store.dueFeedback(9)]).toEqual([['a'], []])
})

test('what is deleted is gone from every table; only its id stays known', async () => {
  const path = storePath()
  const store = await openSqliteStore({ path })
  onTestFinished(() => store.close())
  await store.notes.change([], 0, () => ({ save: [linked('a', 'r1'), linked('b', 'r1')] }))
  await store.notes.change(['a'], 7, () => ({ remove: ['a'] }))
  await store.notes.change(['a', 'b'], 8, ({ notes, deleted }) => {
    expect([[...notes.keys()], [...deleted]]).toEqual([['b'], ['a']])
    return {}
  })
  const { DatabaseSync } = await import('node:sqlite')
  const db = new DatabaseSync(path, { readOnly: true })
  const left = ['notes', 'note_quotes', 'note_links'].map(
    (table) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n'],
  )
  db.close()
  expect(left).toEqual([1, 2, 1])
})

test('feedback waits in the order in which it came, until it is said to be taken', async () => {
  const store = await storeOf()
  const event = (id: string) => ({ type: 'withdrawn', id }) as const
  await store.change([], 1, () => ({ feedback: [event('a'), event('b')] }))
  await store.change([], 1, () => ({ feedback: [event('c')] }))
  const due = await store.dueFeedback(2)
  expect(due.map((one) => one.event.type === 'withdrawn' && one.event.id)).toEqual(['a', 'b'])
  await store.settleFeedback(due.map(({ number }) => number))
  expect((await store.dueFeedback(9)).map((one) => one.event)).toEqual([event('c')])
})

test('ten thousand quotes go in and out', async () => {
  const quotes = Array.from(
    { length: 2_000 },
    (_, index) => ({ ...note('x').quotes[0], id: `q${index + 1}`, text: `quote ${index}` }) as Note['quotes'][number],
  )
  const store = await storeOf(...['a', 'b', 'c', 'd', 'e'].map((id) => note(id, { quotes })))
  expect((await store.find('c'))?.quotes).toEqual(quotes)
})
