/** Transcripts as meeting tools write them. The samples are made up; their oddities are not. */
import { expect, test } from 'vitest'

import { parseWhen } from '../../src/notes/when.ts'
import { read, short, shorts } from './reading.ts'

function quotesOf(text: string, format: 'vtt' | 'srt' = 'vtt'): unknown {
  return shorts(read(text, format))[0]?.['quotes']
}

test('Teams: voice tags, ids of cues, notes; what one speaker says in a row is one quote', () => {
  const text = `WEBVTT

NOTE Confidence: 0.91

6f1e7a2c-1111-4222-8333-444455556666/12-0
00:00:03.210 --> 00:00:05.430
<v Speaker 1>So the assistant asked for</v>

6f1e7a2c-1111-4222-8333-444455556666/12-1
00:00:05.430 --> 00:00:07.100
<v Speaker 1>the order number &amp; then again.</v>

6f1e7a2c-1111-4222-8333-444455556666/15-0
00:00:08.000 --> 00:00:09.500
<v Speaker 2>How often?</v>

6f1e7a2c-1111-4222-8333-444455556666/16-0
01:00:10.000 --> 01:00:11.000
<v.loud Speaker 1>Three <b>times</b>.</v> <v Speaker 2>Oh.</v>
`
  const options = { file: 'call.vtt', roles: new Map([['speaker 1', 'customer']]), atMs: parseWhen('2026-11-03 14:00') ?? 0 }
  expect(shorts(read(text, 'vtt', options))).toEqual([
    {
      kind: 'meeting',
      title: 'call',
      at: '2026-11-03T14:00Z',
      from: 'call.vtt',
      quotes: [
        '3210 Speaker 1, customer: So the assistant asked for the order number & then again.',
        '8000 Speaker 2: How often?',
        '3610000 Speaker 1, customer: Three times.',
        '3610000 Speaker 2: Oh.',
      ],
    },
  ])
})

test('Zoom: numbered cues, names before the text, and a colon that is no name', () => {
  const cue = (n: number, text: string): string => `${n}\r\n00:00:${10 + n}.000 --> 00:00:${11 + n}.000\r\n${text}\r\n`
  const text = [
    'WEBVTT\r\n',
    cue(1, 'Speaker 1: It said: one moment.'),
    cue(2, 'Speaker 1: And then nothing.'),
    cue(3, 'which was the problem: nothing'),
    cue(4, 'Speaker 2: Right.'),
    cue(5, 'Speaker 1: So.'),
  ].join('\r\n')
  expect(quotesOf(text)).toEqual([
    '11000 Speaker 1: It said: one moment. And then nothing. which was the problem: nothing',
    '14000 Speaker 2: Right.',
    '15000 Speaker 1: So.',
  ])
})

test('captions without names: pauses tell the turns, and a single colon makes nobody a speaker', () => {
  const text = `WEBVTT - made by a recorder
Kind: captions

STYLE
::cue { color: white }

00:01.000 --> 00:02.500 align:start position:0%
Note: it was late.

00:02.500 --> 00:04.000
We waited.

00:59.000 --> 01:01.000
Then it came.
`
  expect(quotesOf(text)).toEqual(['1000 : Note: it was late. We waited.', '59000 : Then it came.'])
})

test('Otter and others in SubRip: commas for points, blank lines that are missing', () => {
  const text = `1
00:00:01,000 --> 00:00:02,000
Speaker 1: It was quick.
2
00:00:02,500 --> 00:00:04,000
Speaker 2: Not for me.

3
00:00:05,000 --> 00:00:06,000
Speaker 2: Not at all.`
  expect(quotesOf(text, 'srt')).toEqual(['1000 Speaker 1: It was quick.', '2500 Speaker 2: Not for me. Not at all.'])
})

test('a long speech is cut into quotes that can be read in one go', () => {
  const sentence = 'word '.repeat(60).trim()
  const cues = Array.from(
    { length: 20 },
    (_, n) =>
      `00:${String(n).padStart(2, '0')}:00.000 --> 00:${String(n).padStart(2, '0')}:59.000\n<v Speaker 1>${sentence}</v>\n`,
  )
  const [note] = read(['WEBVTT', '', ...cues].join('\n'), 'vtt').drafts
  const lengths = note?.draft.quotes.map(({ text }) => text.length) ?? []
  expect([lengths.length, Math.max(...lengths)]).toEqual([5, 1_199])
})

test.each([
  [
    'no header',
    '00:01.000 --> 00:02.000\nHello',
    'Expected WebVTT, which begins with the line WEBVTT. For SubRip say format=srt.',
  ],
  [
    'nothing said',
    'WEBVTT\n\nNOTE nothing',
    'Expected times such as 00:01:02.000 --> 00:01:05.000, each with the text below; there are none.',
  ],
])('%s is refused', (_, text, message) => expect(() => read(text, 'vtt')).toThrow(message))

test('more turns than a note holds are refused', () => {
  const cues = Array.from({ length: 2_001 }, (_, n) => `00:00:00.000 --> 00:00:01.000\n<v Speaker ${n}>a</v>\n`)
  expect(() => read(['WEBVTT', '', ...cues].join('\n'), 'vtt')).toThrow(
    'Expected at most 2000 turns of speakers; there are 2001. Split it.',
  )
})

test('markup that is none stays text', () => {
  const cue = (text: string): unknown => quotesOf(`WEBVTT\n\n00:01.000 --> 00:02.000\n${text}\n`)
  expect(cue('a < b && c > d &bogus; &#x41; &#0; &lt;script&gt;')).toEqual(['1000 : a < b && c > d &bogus; A &#0; <script>'])
  expect(cue('<v>nobody</v> <c.yellow>said</c> <00:01.500>this')).toEqual(['1000 : nobody said this'])
})

test('a note with no name, no time and no file is still one', () => {
  const [note] = read('WEBVTT\n\n00:01.000 --> 00:02.000\nHello', 'vtt').drafts
  expect(note && short(note.draft)).toEqual({ kind: 'meeting', quotes: ['1000 : Hello'] })
})
