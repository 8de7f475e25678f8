/** Notes against the real store: what comes again, what people decided, and the feedback that becomes of it. */
import { expect, onTestFinished, test } from 'vitest'

import type { FeedbackEvent } from '../../src/model/feedback.ts'
import type { Note, NoteDraft } from '../../src/model/note.ts'
import { UnavailableError } from '../../src/model/unavailable-error.ts'
import { NoteDesk, type NoteDeskOptions } from '../../src/notes/desk.ts'
import type { NoteStore } from '../../src/records/notes.ts'
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import { storePath } from '../records/setup.ts'
import { noteDraft } from './reading.ts'

const NOW_MS = Date.UTC(2026, 10, 3, 14)
const TRACE = '0af7651916cd43dd8448eb211c80319c'
const OTHER = '1bf7651916cd43dd8448eb211c80319d'

interface Opened {
  readonly desk: NoteDesk
  readonly notes: NoteStore
  /** What the ledger took, as `given ID target` and `withdrawn ID`. */
  readonly ledger: string[]
  readonly close: () => Promise<void>
}

async function opened(path = storePath(), options: Partial<NoteDeskOptions> = {}): Promise<Opened> {
  const store = await openSqliteStore({ path })
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await store.close()
    isOpen = false
  }
  onTestFinished(close)
  const ledger: string[] = []
  const desk = new NoteDesk({
    store: store.notes,
    feedback: {
      take: (events) => Promise.resolve(events.map((event) => ({ id: told(ledger, event), outcome: 'new' as const }))),
    },
    redaction: { text: (text) => text, name: (name) => name },
    nowMs: () => NOW_MS,
    onFault: (error) => {
      throw error
    },
    ...options,
  })
  return { desk, notes: store.notes, ledger, close }
}

function told(ledger: string[], event: FeedbackEvent): string {
  const { target } = event.type === 'given' ? event.feedback : { target: null }
  const id = event.type === 'given' ? event.feedback.id : event.id
  ledger.push(event.type === 'given' ? `given ${id} ${target?.traceId ?? target?.conversationId ?? ''}` : `withdrawn ${id}`)
  return id
}

async function take({ desk }: Opened, ...drafts: readonly NoteDraft[]): Promise<string[]> {
  return (await desk.take(drafts, { by: 'rita' })).map(({ outcome }) => outcome)
}

const ticket = (text: string, more: Parameters<typeof noteDraft>[0] = {}): NoteDraft =>
  noteDraft({ kind: 'ticket', text, source: { system: 'zendesk', externalId: '1881' }, ...more })
const rated = (more: Parameters<typeof noteDraft>[0] = {}): NoteDraft =>
  ticket('It looped', { rating: { score: 1, min: 1, max: 5 }, ...more })

async function onlyNote(notes: NoteStore): Promise<Note> {
  const { notes: found } = await notes.list({ limit: 10 })
  const note = await notes.find(found[0]?.id ?? '')
  if (note === null || found.length !== 1) throw new Error(`expected one note, got ${found.length}`)
  return note
}

test('a note comes back as it was given', async () => {
  const open = await opened()
  const given = noteDraft({
    kind: 'interview',
    title: 'T',
    text: 'All of it',
    author: { name: 'Speaker 1', role: 'customer', weight: 3 },
    userId: 'u-1',
    at: '2026-11-01T10:00:00Z',
    about: { text: 'refunds', task: 'refund', tags: ['a', 'b'] },
    rating: { label: 'bad', score: 2 },
    source: { system: 's', externalId: 'e', file: 'f', url: 'https://u' },
    quotes: [
      {
        text: 'One',
        speaker: { name: 'Speaker 2', role: 'user' },
        offsetMs: 1_000,
        links: [{ type: 'run', id: TRACE.toUpperCase() }],
      },
      { text: 'Two' },
    ],
  })
  expect(await take(open, given)).toEqual(['new'])
  const { id, digest, ...note } = await onlyNote(open.notes)
  expect([id.length, digest.length]).toEqual([24, 64])
  expect(note).toEqual({
    ...given,
    quotes: [
      {
        id: 'q1',
        speaker: { name: 'Speaker 2', role: 'user' },
        text: 'One',
        offsetMs: 1_000,
        links: [
          { type: 'run', id: TRACE, state: 'confirmed', score: null, why: 'named by its source', by: 'rita', atMs: NOW_MS },
        ],
      },
      { id: 'q2', speaker: { name: null, role: null }, text: 'Two', offsetMs: null, links: [] },
    ],
    createdAtMs: NOW_MS,
    createdBy: 'rita',
    changedAtMs: NOW_MS,
  })
})

test('what comes again adds nothing, also after a restart; what has changed at its source is replaced', async () => {
  const path = storePath()
  const first = await opened(path)
  expect(await take(first, ticket('One'), noteDraft({ text: 'Without an id' }), noteDraft({ text: 'Without an id' }))).toEqual([
    'new',
    'new',
    'repeated',
  ])
  await first.close()
  const second = await opened(path)
  expect(await take(second, ticket('One'), noteDraft({ text: 'Without an id' }), ticket('Two'))).toEqual([
    'known',
    'known',
    'repeated',
  ])
  expect(await take(second, ticket('Two'))).toEqual(['changed'])
  expect((await second.notes.list({ limit: 10 })).notes.map(({ text }) => text).toSorted()).toEqual(['Two', 'Without an id'])
})

test('an id without its system recognises nothing: row 1 of one table is not row 1 of another', async () => {
  const open = await opened()
  const numbered = (text: string): NoteDraft => noteDraft({ text, source: { externalId: '1' } })
  expect(await take(open, numbered('One'), numbered('Other'))).toEqual(['new', 'new'])
})

test('a file that was renamed, or a kind that was corrected, makes no new note', async () => {
  const open = await opened()
  const meeting = (file: string, kind: 'meeting' | 'interview'): NoteDraft =>
    noteDraft({ kind, title: file, text: '', source: { file: `${file}.vtt` }, quotes: [{ text: 'a' }, { text: 'b' }] })
  expect(await take(open, meeting('one', 'meeting'))).toEqual(['new'])
  expect(await take(open, meeting('two', 'meeting'))).toEqual(['known'])
  expect(await take(open, meeting('two', 'interview'))).toEqual(['changed'])
})

test('what was deleted stays away, unless it is asked back; nothing of it is left', async () => {
  const open = await opened()
  await take(open, ticket('One'))
  const { id } = await onlyNote(open.notes)
  expect([await open.desk.remove(id), await open.desk.remove(id), await open.notes.find(id)]).toEqual([true, false, null])
  expect(await take(open, ticket('One'))).toEqual(['deleted'])
  expect((await open.desk.take([ticket('One')], { by: null, restores: true }))[0]?.outcome).toBe('new')
  expect(await take(open, ticket('One'))).toEqual(['known'])
})

test('a trial says what would happen and changes nothing', async () => {
  const open = await opened()
  expect((await open.desk.take([ticket('One')], { by: null, isTrial: true }))[0]?.outcome).toBe('new')
  expect(await open.notes.count({})).toBe(0)
})

test('what people decided stays when the note changes, quote by quote', async () => {
  const open = await opened()
  const meeting = (...texts: string[]): NoteDraft => ticket('', { quotes: texts.map((text) => ({ text })) })
  await take(open, meeting('a', 'b', 'c'))
  const { id } = await onlyNote(open.notes)
  await open.desk.changeLinks(id, [{ quoteId: 'q2', type: 'run', id: TRACE, action: 'confirm', score: 0.5, why: 'w' }], 'rita')
  expect(await take(open, meeting('new', 'b', 'a'))).toEqual(['changed'])
  const note = await onlyNote(open.notes)
  expect(note.quotes.map((quote) => [quote.id, quote.text, quote.links.map((link) => link.id)])).toEqual([
    ['q4', 'new', []],
    ['q2', 'b', [TRACE]],
    ['q1', 'a', []],
  ])
})

test('a ticket that was edited keeps its link', async () => {
  const open = await opened()
  await take(open, ticket('One', { traceId: TRACE }))
  expect(await take(open, ticket('One, edited'))).toEqual(['changed'])
  expect((await onlyNote(open.notes)).quotes).toMatchObject([
    { id: 'q1', text: 'One, edited', links: [{ id: TRACE, state: 'confirmed' }] },
  ])
})

test('a rated note becomes feedback once it is linked, moves with its link, and goes with it', async () => {
  const open = await opened()
  await take(open, rated())
  const { id } = await onlyNote(open.notes)
  const feedback = `note:${id}:q1`
  const change = (action: 'confirm' | 'reject' | 'remove', type: 'run' | 'conversation', target: string) =>
    open.desk.changeLinks(id, [{ quoteId: 'q1', type, id: target, action }], 'rita')
  await change('confirm', 'conversation', 'chat-1')
  await change('confirm', 'run', TRACE)
  await change('confirm', 'run', TRACE)
  await change('reject', 'run', TRACE)
  await change('remove', 'conversation', 'chat-1')
  await change('confirm', 'run', OTHER)
  await open.desk.remove(id)
  expect(open.ledger).toEqual([
    `given ${feedback} chat-1`,
    `given ${feedback} ${TRACE}`,
    `given ${feedback} chat-1`,
    `withdrawn ${feedback}`,
    `given ${feedback} ${OTHER}`,
    `withdrawn ${feedback}`,
  ])
  expect(await open.notes.dueFeedback(10)).toEqual([])
})

test('one rating counts once, however many quotes are linked', async () => {
  const open = await opened()
  await take(open, rated({ quotes: [{ text: 'a' }, { text: 'b', links: [{ type: 'run', id: TRACE }] }] }))
  const { id } = await onlyNote(open.notes)
  await open.desk.changeLinks(id, [{ quoteId: 'q1', type: 'run', id: OTHER, action: 'confirm' }], null)
  expect(open.ledger).toEqual([`given note:${id}:q2 ${TRACE}`, `withdrawn note:${id}:q2`, `given note:${id}:q1 ${OTHER}`])
})

test('the feedback says who judged, what was said and on which scale', async () => {
  const events: FeedbackEvent[] = []
  const open = await opened(storePath(), {
    feedback: {
      take: (taken) => {
        events.push(...taken)
        return Promise.resolve([])
      },
    },
  })
  await take(open, rated({ traceId: TRACE, userId: 'u-1', at: '2026-11-01T10:00:00Z' }))
  await take(open, noteDraft({ text: 'x', author: { role: 'Team' }, rating: 'bad', conversationId: 'chat-1' }))
  expect(events.map((event) => (event.type === 'given' ? { ...event.feedback, id: '' } : null))).toEqual([
    {
      id: '',
      target: { traceId: TRACE, spanId: null, conversationId: null, responseId: null, messageId: null },
      name: 'user_rating',
      score: 1,
      scale: { min: 1, max: 5, higherIsBetter: true },
      label: null,
      rating: null,
      comment: 'It looped',
      correction: null,
      userId: 'u-1',
      source: 'import',
      judge: 'user',
      atMs: Date.UTC(2026, 10, 1, 10),
    },
    expect.objectContaining({ label: 'bad', score: null, scale: null, judge: 'reviewer', userId: null, atMs: null }) as unknown,
  ])
})

test('feedback that the ledger could not take waits in the store, also over a restart, and is passed on once', async () => {
  const path = storePath()
  const first = await opened(path, { feedback: { take: () => Promise.reject(new UnavailableError('full', 5)) } })
  expect(await take(first, rated({ traceId: TRACE }))).toEqual(['new'])
  expect((await first.notes.dueFeedback(10)).length).toBe(1)
  await first.close()
  const second = await opened(path)
  await Promise.all([second.desk.passOn(), second.desk.passOn()])
  const { id } = await onlyNote(second.notes)
  expect([second.ledger, await second.notes.dueFeedback(10)]).toEqual([[`given note:${id}:q1 ${TRACE}`], []])
})

test('everything a user said is deleted together, and its feedback is withdrawn', async () => {
  const open = await opened()
  await take(
    open,
    rated({ userId: 'u-1', traceId: TRACE }),
    noteDraft({ text: 'x', userId: 'u-1' }),
    noteDraft({ text: 'y', userId: 'u-2' }),
  )
  expect(await open.desk.removeOfUser('u-1')).toBe(2)
  expect([open.ledger.map((line) => line.split(' ')[0]), await open.notes.count({})]).toEqual([['given', 'withdrawn'], 1])
})

test('what a deleted user had said does not come back with an import; what they say since is new', async () => {
  const erasedAtMs = Date.UTC(2026, 10, 2)
  const open = await opened(storePath(), { isErased: (userId, atMs) => userId === 'u-1' && atMs <= erasedAtMs })
  const said = (at?: string, userId = 'u-1'): NoteDraft =>
    noteDraft({ text: `said ${at ?? 'once'}`, userId, ...(at !== undefined && { at }) })
  expect(await take(open, said('2026-11-01'), said(), said('2026-11-03'), said('2026-11-01', 'u-2'))).toEqual([
    'deleted',
    'deleted',
    'new',
    'new',
  ])
  expect((await open.desk.take([said()], { by: null, assumedAtMs: NOW_MS }))[0]?.outcome).toBe('new')
})

test('texts and names are redacted before they are stored, ids are not; with nothing stored the note still stands', async () => {
  const masked = await opened(storePath(), {
    redaction: { text: (text) => text.replaceAll('secret', '[secret]'), name: (name) => name.replaceAll('secret', '[secret]') },
  })
  const given = noteDraft({
    title: 'secret',
    text: 'a secret',
    author: { name: 'secret', role: 'secret' },
    userId: 'secret',
    about: { text: 'secret', tags: ['secret'] },
    rating: 'secret',
    source: { file: 'secret.md' },
  })
  await take(masked, given)
  expect(JSON.stringify(await onlyNote(masked.notes)).match(/"[^"]*(?<!\[)secret(?!\])[^"]*"/g)).toEqual(['"secret"'])
  expect(await take(masked, given)).toEqual(['known'])
  const off = await opened(storePath(), { redaction: { text: () => '', name: (name) => name } })
  await take(off, given)
  expect(await onlyNote(off.notes)).toMatchObject({ title: '', text: '', author: { name: 'secret' }, quotes: [{ text: '' }] })
})

test('a link needs a quote of the note, and a quote has room for twenty', async () => {
  const open = await opened()
  await take(open, ticket('One'))
  const { id } = await onlyNote(open.notes)
  const confirm = (quoteId: string, target: string) =>
    open.desk.changeLinks(id, [{ quoteId, type: 'task', id: target, action: 'confirm' }], null)
  expect([await confirm('q9', 'a'), await open.desk.changeLinks('none', [], null)]).toEqual([
    { quoteId: 'q9', expected: 'a quote of this note, q1 for instance' },
    null,
  ])
  for (let index = 0; index < 20; index++) await confirm('q1', `t${index}`)
  expect(await confirm('q1', 'one more')).toEqual({ quoteId: 'q1', expected: 'at most 20 links of one quote' })
})

test('decisions at the same time do not lose each other', async () => {
  const open = await opened()
  await take(open, ticket('One'))
  const { id } = await onlyNote(open.notes)
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((target) =>
      open.desk.changeLinks(id, [{ quoteId: 'q1', type: 'task', id: target, action: 'confirm' }], target),
    ),
  )
  expect((await onlyNote(open.notes)).quotes[0]?.links.map((link) => link.id)).toEqual(['a', 'b', 'c', 'd'])
})
