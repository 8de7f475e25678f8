import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { noteKinds, NOTE_LIMITS } from '../../src/model/note.ts'
import { problems, read, shorts } from './reading.ts'

test('a line is a note in our shape', () => {
  const line =
    '{"kind":"ticket","text":"It froze","author":{"role":"customer","weight":2},"rating":{"score":1,"min":0,"max":1},"links":[{"type":"task","id":"refund"}]}'
  expect(shorts(read(line, 'jsonl'))).toEqual([
    { kind: 'ticket', by: 'customer', weight: 2, text: 'It froze', rating: '1 of 0 to 1', quotes: [': It froze -> task refund'] },
  ])
})

test('a line is a row of an export; what is no field of a note is left out', () => {
  const line = '{"Body":"Too slow","created_at":1793714702,"User ID":42,"stars":2,"labels":["tempo"],"assignee":"someone"}'
  const result = read(`\n${line}\n\n${line}`, 'jsonl')
  const note = {
    kind: 'other',
    text: 'Too slow',
    userId: '42',
    at: '2026-11-03T14:05:02.000Z',
    rating: '2 of 1 to 5',
    about: 'tempo',
  }
  expect(shorts(result)).toEqual([note, note])
  expect([result.ignored, result.drafts.map((draft) => draft.line)]).toEqual([['assignee'], [2, 4]])
})

test('one array of objects is taken as well', () => {
  expect(shorts(read('[{"text":"a"},\n{"text":"b"}]', 'jsonl')).map((note) => note['text'])).toEqual(['a', 'b'])
})

test('every line that does not fit is named', () => {
  const result = read(
    [
      '{"text":"good"}',
      'not json',
      '[1]',
      '{"text":5}',
      '{"text":"a","quotes":[{"text":""}]}',
      '{"text":"a","author":{"nick":"x"}}',
      '{"text":{"a":1}}',
    ].join('\n'),
    'jsonl',
  )
  expect(shorts(result)).toEqual([
    { kind: 'other', text: 'good' },
    { kind: 'other', text: '5' },
  ])
  expect(problems(result)).toEqual([
    'line 2, row: a JSON object, not "not json"',
    'line 3, row: a JSON object, not "[1]"',
    'line 5, quotes.0.text: text of 1 to 100000 characters, not null',
    'line 6, author.nick: no such field, not "{\\"nick\\":\\"x\\"}"',
    'line 7, text: text of at most 100000 characters, not "{\\"a\\":1}"',
  ])
})

const words = (max: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: Math.min(max, 60) }).map((text) => text.replaceAll(/[\0\r]/g, '').trim())
const row = fc.record({
  kind: fc.constantFrom(...noteKinds),
  title: words(NOTE_LIMITS.title),
  text: words(NOTE_LIMITS.text).filter((text) => text !== ''),
  userId: words(NOTE_LIMITS.id),
  role: words(NOTE_LIMITS.role),
  at: fc
    .date({ min: new Date('1990-01-02'), max: new Date('2099-12-30'), noInvalidDate: true })
    .map((date) => date.toISOString()),
  traceId: fc.stringMatching(/^[0-9a-f]{32}$/),
})

test('whatever stands in a table comes back out of it, the same by CSV and by JSON lines', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), fc.constantFrom(',', ';', '\t', '|'), (rows, sign) => {
      const names = ['kind', 'title', 'text', 'userId', 'role', 'at', 'traceId'] as const
      const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`
      const csv = [names.join(sign), ...rows.map((one) => names.map((name) => cell(one[name])).join(sign))].join('\r\n')
      const json = rows.map((one) => JSON.stringify(one)).join('\n')
      const fromCsv = read(csv, 'csv')
      expect(fromCsv.wrong).toEqual([])
      expect(fromCsv.drafts.map(({ draft }) => draft)).toEqual(read(json, 'jsonl').drafts.map(({ draft }) => draft))
      expect(fromCsv.drafts.map(({ draft }) => [draft.title, draft.text, draft.userId ?? '', draft.author.role ?? ''])).toEqual(
        rows.map(({ title, text, userId, role }) => [title, text, userId, role]),
      )
    }),
  )
})

test('reading is total: any bytes give notes, problems or one refusal', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('csv', 'jsonl', 'markdown', 'vtt', 'srt'),
      (text, format) => {
        try {
          const { drafts, wrong } = read(text, format)
          for (const { draft } of drafts) expect(draft.quotes.length).toBeGreaterThan(0)
          expect(wrong.every(({ line }) => line >= 1)).toBe(true)
        } catch (error) {
          expect(error).toHaveProperty('name', 'UnreadableNotesError')
        }
      },
    ),
    { numRuns: 500 },
  )
})

test.each([
  ['a long line of quotes', '"'.repeat(200_000)],
  ['a long line of commas', `text${','.repeat(200_000)}\n`],
  ['nested brackets', `{"text":${'['.repeat(50_000)}`],
  ['an endless word', `text\n${'a'.repeat(100_000)}`],
])('%s does not hold anybody up', (_, text) => {
  const started = performance.now()
  for (const format of ['csv', 'jsonl', 'markdown', 'vtt', 'srt'] as const) {
    try {
      read(text, format)
    } catch (error) {
      expect(error).toHaveProperty('name', 'UnreadableNotesError')
    }
  }
  expect(performance.now() - started).toBeLessThan(5_000)
})
