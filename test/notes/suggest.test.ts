import { expect, test } from 'vitest'

import { type Candidate, suggestLinks } from '../../src/notes/suggest.ts'
import { wordsOf } from '../../src/notes/words.ts'

const NOW_MS = Date.UTC(2026, 10, 3, 14)
const MINUTE_MS = 60_000

function run(traceId: string, minutesBefore: number, more: Partial<Candidate> = {}): Candidate {
  const startedAtMs = NOW_MS - minutesBefore * MINUTE_MS
  return { traceId, conversationId: null, userId: 'u-1', startedAtMs, hasFailed: false, texts: ['support agent'], ...more }
}

const loop = {
  hasFailed: true,
  texts: ['support agent', 'recursion_loop', 'tool lookup_order was called 9 times with order 18812'],
}
const saying = { text: 'Asked for my order 18812 again and again, the lookup never ended', userId: 'u-1', atMs: NOW_MS }

test('the run of the same user that speaks of the same comes first, with the reasons in words', () => {
  expect(suggestLinks(saying, [run('a', 5), run('b', 12, loop), run('c', 3_000)])).toEqual([
    {
      type: 'run',
      id: 'b',
      score: 0.84,
      why: 'same user; 12 minutes before; both speak of order, 18812, lookup; the run failed',
    },
    { type: 'run', id: 'a', score: 0.65, why: 'same user; 5 minutes before' },
    { type: 'run', id: 'c', score: 0.54, why: 'same user; 2 days before' },
  ])
})

test('a run of another user is never suggested, whatever it speaks of', () => {
  expect(suggestLinks(saying, [run('b', 12, { ...loop, userId: 'u-2' })])).toEqual([])
})

test('without a user, words have to tell: time alone suggests nothing', () => {
  const nobody = { ...saying, userId: null }
  expect(suggestLinks(nobody, [run('a', 1), run('b', 12, loop)]).map(({ id }) => id)).toEqual(['b'])
  expect(suggestLinks({ ...nobody, text: 'It was slow' }, [run('a', 1), run('b', 1, loop)])).toEqual([])
})

test('words that every run holds tell nothing', () => {
  const alike = Array.from({ length: 50 }, (_, index) =>
    run(String(index), index, { userId: null, texts: ['order refund parcel lookup'] }),
  )
  const vague = { ...saying, userId: null, text: 'The refund of my order: no parcel, no lookup' }
  expect(suggestLinks(vague, alike)).toEqual([])
  expect(suggestLinks(vague, alike.slice(0, 1)).length).toBe(1)
})

test('two weeks before is too long ago; a note that is dated by its day may be of a run later that day', () => {
  const ids = suggestLinks(saying, [run('long ago', 15 * 1_440), run('later', -300), run('next week', -2 * 1_440)]).map(
    ({ id, why }) => [id, why],
  )
  expect(ids).toEqual([['later', 'same user; less than a day after']])
})

test('without a time only user and words are left', () => {
  const never = { ...saying, atMs: null }
  expect(suggestLinks(never, [run('b', 100_000, loop)])).toEqual([
    { type: 'run', id: 'b', score: 0.7, why: 'same user; both speak of order, 18812, lookup; the run failed' },
  ])
})

test('where runs of one conversation are as likely as each other, the conversation is suggested', () => {
  const chat = { conversationId: 'chat-1' }
  const vague = { ...saying, text: 'It did not work' }
  expect(
    suggestLinks(vague, [run('a', 5, chat), run('b', 9, chat), run('c', 12)]).map(({ type, id, why }) => [type, id, why]),
  ).toEqual([
    ['conversation', 'chat-1', 'same user; 5 minutes before; one of 2 runs of the conversation'],
    ['run', 'c', 'same user; 12 minutes before'],
  ])
  expect(suggestLinks(saying, [run('a', 5, chat), run('b', 9, { ...chat, ...loop })])[0]).toMatchObject({ type: 'run', id: 'b' })
})

test('three at most', () => {
  const many = Array.from({ length: 20 }, (_, index) => run(String(index), index))
  expect(suggestLinks(saying, many).length).toBe(3)
})

test('words are told apart in any script; small ones and small numbers say nothing', () => {
  expect([...wordsOf('The refund of order 18812 was 20 EUR, und das Ticket?')]).toEqual([
    'refund',
    'order',
    '18812',
    'eur',
    'ticket',
  ])
  expect([...wordsOf('退款没有到账')].length).toBeGreaterThan(1)
  expect([...wordsOf('tool_bad_arguments')]).toEqual(['tool', 'bad', 'arguments'])
})

test('two thousand quotes beside four hundred runs take a moment', async () => {
  const { createSuggester } = await import('../../src/notes/suggest.ts')
  const runs = Array.from({ length: 400 }, (_, index) =>
    run(String(index), index, { userId: null, texts: [`order ${10_000 + index} lookup refund parcel ${index % 7} late`] }),
  )
  const suggest = createSuggester(runs)
  const started = performance.now()
  for (let quote = 0; quote < 2_000; quote++)
    suggest({ text: `my order ${10_000 + (quote % 400)} was late, the refund too`, userId: null, atMs: NOW_MS })
  expect(performance.now() - started).toBeLessThan(10_000)
})
