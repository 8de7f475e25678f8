/** CSV as help desks, stores and surveys export it. The samples are made up; their columns and oddities are not. */
import { expect, test } from 'vitest'

import { problems, read, shorts } from './reading.ts'

const lines = (...rows: string[]): string => rows.join('\r\n')

test('reviews of Google Play: UTF-16 with a byte order mark, line breaks in texts, a link in place of an id', () => {
  const text = lines(
    'Package Name,App Version Code,App Version Name,Reviewer Language,Device,Review Submit Date and Time,Review Submit Millis Since Epoch,Review Last Update Date and Time,Star Rating,Review Title,Review Text,Developer Reply Text,Review Link',
    'com.example.shop,412,4.1.2,en,px7,2026-11-02T09:15:00Z,1793610900000,2026-11-03T10:00:00Z,2,,"It asked for my order number,',
    'three times.",,http://play.google.com/console/developers/app/user-feedback/review-details?reviewId=aa-1',
    'com.example.shop,412,4.1.2,de,px7,2026-11-02T09:20:00Z,1793611200000,2026-11-02T09:20:00Z,5,Gut,Schnell und „gut“,,http://play.google.com/console/developers/app/user-feedback/review-details?reviewId=aa-2',
    'com.example.shop,412,4.1.2,en,px7,2026-11-02T09:21:00Z,1793611260000,2026-11-02T09:21:00Z,4,,,,http://play.google.com/console/developers/app/user-feedback/review-details?reviewId=aa-3',
  )
  const result = read(Buffer.from(`\uFEFF${text}`, 'utf16le'), 'csv')
  const link = 'http://play.google.com/console/developers/app/user-feedback/review-details?reviewId='
  expect(shorts(result)).toEqual([
    {
      kind: 'review',
      text: 'It asked for my order number,\nthree times.',
      by: 'user',
      at: '2026-11-03T10:00Z',
      rating: '2 of 1 to 5',
      from: `google-play | ${link}aa-1 | ${link}aa-1`,
    },
    {
      kind: 'review',
      title: 'Gut',
      text: 'Schnell und „gut“',
      by: 'user',
      at: '2026-11-02T09:20Z',
      rating: '5 of 1 to 5',
      from: `google-play | ${link}aa-2 | ${link}aa-2`,
    },
    {
      kind: 'review',
      by: 'user',
      at: '2026-11-02T09:21Z',
      rating: '4 of 1 to 5',
      from: `google-play | ${link}aa-3 | ${link}aa-3`,
    },
  ])
  expect([result.wrong, result.ignored.includes('Developer Reply Text'), result.drafts.map(({ line }) => line)]).toEqual([
    [],
    true,
    [2, 4, 5],
  ])
})

test('reviews of the App Store: the name of the reviewer is left out', () => {
  const result = read(
    lines(
      'Id,Rating,Title,Body,Reviewer Nickname,Created Date,Territory',
      'r1,1,Loops,"It said ""one moment"" for ever.",nickname one,2026-11-03T08:00:00-07:00,USA',
    ),
    'csv',
  )
  expect(shorts(result)).toEqual([
    {
      kind: 'review',
      title: 'Loops',
      text: 'It said "one moment" for ever.',
      by: 'user',
      at: '2026-11-03T15:00Z',
      rating: '1 of 1 to 5',
      from: 'app-store | r1',
    },
  ])
  expect(result.ignored).toEqual(['Reviewer Nickname', 'Territory'])
})

test('tickets of Zendesk: the user is whom the own application knows, the subject is the text, offered is no rating', () => {
  const result = read(
    lines(
      'Summation column,Id,Requester,Requester id,Requester external id,Requester email,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket Type,Created at,Updated at,Satisfaction Score',
      '1,1881,Customer A,900,u-42,a@example.com,Customer A,Agent 1,Support,The assistant cannot find my order,"bot, refund",Closed,High,Web form,Problem,2026-11-03 14:05,2026-11-04 10:00,Bad',
      '1,1882,Customer B,901,,b@example.com,Customer B,Agent 1,Support,Thanks,,Closed,Low,Mail,Question,2026-11-03 15:00,2026-11-04 10:00,Offered',
    ),
    'csv',
  )
  expect(shorts(result)).toEqual([
    {
      kind: 'ticket',
      title: 'The assistant cannot find my order',
      text: 'The assistant cannot find my order',
      by: 'customer',
      userId: 'u-42',
      at: '2026-11-03T14:05Z',
      about: 'bot, refund',
      rating: 'Bad',
      from: 'zendesk | 1881',
    },
    { kind: 'ticket', title: 'Thanks', text: 'Thanks', by: 'customer', at: '2026-11-03T15:00Z', from: 'zendesk | 1882' },
  ])
})

test('conversations of Intercom: its conversation id is an id of the ticket, and no link to one of ours', () => {
  const result = read(
    lines(
      'Conversation ID,Conversation started at,User ID,Teammate assigned,Conversation rating,Conversation rating remark',
      '215,2026-11-03 14:05:00 UTC,u-42,Teammate 1,2,It went round in circles',
    ),
    'csv',
  )
  expect(shorts(result)).toEqual([
    {
      kind: 'ticket',
      text: 'It went round in circles',
      by: 'customer',
      userId: 'u-42',
      at: '2026-11-03T14:05Z',
      rating: '2 of 1 to 5',
      from: 'intercom | 215',
    },
  ])
})

test('a survey of Typeform: the questions are named by whoever imports it, the answers stand below them', () => {
  const text = lines(
    '#,"What did you want, and when?",What went wrong?,Submit Date (UTC),Network ID',
    'k1,A refund,"It asked, and asked",2026-11-03 14:05:06,n1',
    'k2,,Nothing,2026-11-03 14:06:00,n2',
  )
  expect(() => read(text, 'csv')).toThrow(
    'None of the columns is known to be the text. Say which one: map=text:COLUMN. There are: #, What did you want, and when?, What went wrong?, Submit Date (UTC), Network ID.',
  )
  const result = read(text, 'csv', { map: ['text:What did you want, and when?,text:What went wrong?'], kind: 'interview' })
  expect(shorts(result)).toEqual([
    {
      kind: 'interview',
      text: 'What did you want, and when?\nA refund\n\nWhat went wrong?\nIt asked, and asked',
      by: 'user',
      at: '2026-11-03T14:05:06.000Z',
      from: 'typeform | k1',
    },
    { kind: 'interview', text: 'Nothing', by: 'user', at: '2026-11-03T14:06Z', from: 'typeform | k2' },
  ])
})

test('a spreadsheet of the team: semicolons, days first, decimal commas, repeated names, empty rows', () => {
  const result = read(
    lines(
      '\uFEFFDatum;Date;Comment;Comment;Rolle;Role;Weight;Topic',
      ';03/04/2026;Zu langsam;noch einer;;customer;2,5;tempo | refund',
      ';;;;;;;',
      '',
      ';23/04/2026;"Fragt; immer ""wieder""";;;;;',
    ).replace('\uFEFF', ''),
    'csv',
  )
  expect(shorts(result)).toEqual([
    { kind: 'other', text: 'Zu langsam', by: 'customer', weight: 2.5, at: '2026-04-03T00:00Z', about: 'tempo, refund' },
    { kind: 'other', text: 'Fragt; immer "wieder"', at: '2026-04-23T00:00Z' },
  ])
  expect([result.columns['at'], result.ignored, result.drafts.map(({ line }) => line)]).toEqual([
    ['Date'],
    ['Datum', 'Comment (2)', 'Rolle'],
    [2, 5],
  ])
})

test('our own names win, ids of runs become links', () => {
  const result = read(
    lines(
      'text\tcomment\ttraceId\tconversationId\tuserId\tname',
      'first\tsecond\t0AF7651916CD43DD8448EB211C80319C\tchat 1\tu-1\tSpeaker 1',
    ),
    'csv',
  )
  expect(shorts(result)).toEqual([
    {
      kind: 'other',
      text: 'first',
      by: 'Speaker 1',
      userId: 'u-1',
      quotes: [': first -> run 0af7651916cd43dd8448eb211c80319c -> conversation chat 1'],
    },
  ])
  expect(result.ignored).toEqual(['comment'])
})

test('every value that does not fit is named with its line, its column and what came; good rows are read', () => {
  const result = read(
    lines(
      'comment,date,stars,kind,weight,traceId,url',
      '"two',
      'lines",2026-11-03,3,,,,',
      'a,someday,3,,,,',
      'b,03/04/2026,3,,,,',
      'c,,7,,,,',
      'd,,,gossip,,,',
      'e,,,,11,,',
      'f,,,,,123,',
      ',2026-11-03,,,,,https://a',
      'g,,,,,,,,extra',
      '"never closed',
    ),
    'csv',
  )
  expect(shorts(result)).toEqual([{ kind: 'other', text: 'two\nlines', at: '2026-11-03T00:00Z', rating: '3 of 1 to 5' }])
  expect(problems(result)).toEqual([
    'line 4, date: a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 31.01.2026 12:00, not "someday"',
    'line 5, date: a day that can be read one way only; or say dates=dmy or dates=mdy, not "03/04/2026"',
    'line 6, stars: a number from 1 to 5, not "7"',
    'line 7, kind: one of interview, meeting, ticket, review, other, not "gossip"',
    'line 8, weight: a number from 0 to 10, not "11"',
    'line 9, traceId: a trace id: 32 hexadecimal digits, not "123"',
    'line 10, comment: a text, a quote or a rating: one of them at least, not null',
    'line 11, row: 7 columns as in the first line, not "extra"',
    'line 12, row: a quote that is closed before the end of the file, not null',
  ])
})

test('a scale is not guessed from a few numbers, unless the column is called so and they look like stars', () => {
  const scaleOf = (header: string, ...cells: string[]): unknown =>
    read(lines(`text,${header}`, ...cells.map((cell) => `a,${cell}`)), 'csv').drafts.map(
      ({ draft }) => draft.rating?.scale ?? null,
    )[0]
  const stars = { min: 1, max: 5, higherIsBetter: true }
  expect([scaleOf('rating', '1', '5'), scaleOf('rating', '1', '8'), scaleOf('rating', '0.5')]).toEqual([stars, null, null])
  expect([scaleOf('score', '1', '5'), scaleOf('NPS', '9'), scaleOf('Stars', '4')]).toEqual([
    null,
    { min: 0, max: 10, higherIsBetter: true },
    stars,
  ])
})

test.each([
  ['', 'Expected a first line with the names of the columns; there is nothing.'],
  ['a,b\n1,2', 'None of the columns is known to be the text. Say which one: map=text:COLUMN. There are: a, b.'],
])('%j is refused as a whole', (text, message) => expect(() => read(text, 'csv')).toThrow(message))

test.each([
  [['text:Nothing'], 'map=text:Nothing: no such column. There are: a, b.'],
  [['texts:a'], 'map=texts:a: expected FIELD:COLUMN where FIELD is one of text, title,'],
])('map=%j is refused', (map, message) => expect(() => read('a,b\n1,2', 'csv', { map })).toThrow(message))

test('more notes than one request takes are refused', () => {
  const rows = Array.from({ length: 10_001 }, (_, index) => `row ${index}`)
  expect(() => read(lines('text', ...rows), 'csv')).toThrow('Expected at most 10000 notes in one file. Split it.')
  expect(read(lines('text', ...rows.slice(1)), 'csv').drafts.length).toBe(10_000)
})

test('bytes that are no UTF-8 are refused, and read when their encoding is named', async () => {
  const { decodeText } = await import('../../src/notes/decode-text.ts')
  const bytes = Buffer.from('text\nz\u00fcgig', 'latin1')
  expect(() => decodeText(bytes)).toThrow(
    'Expected text in UTF-8, or in UTF-16 with a byte order mark. For another encoding name it',
  )
  expect(decodeText(bytes, 'windows-1252')).toBe('text\nzügig')
  expect(() => decodeText(bytes, 'klingon')).toThrow('charset klingon: no such encoding is known here.')
  expect(decodeText(Buffer.from('\uFEFFa', 'utf8'))).toBe('a')
  expect(decodeText(Buffer.from([0xfe, 0xff, 0, 0x61]))).toBe('a')
})
