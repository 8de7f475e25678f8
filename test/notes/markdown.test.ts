import { expect, test } from 'vitest'

import { problems, read, shorts } from './reading.ts'

test('front matter has the fields, block quotes are the quotes with who said them', () => {
  const text = `---
Kind: Interview
date: 2026-11-03
Role: customer
weight: 3
user_id: u-42
tags: [refund, loops]
source:
  system: research
  externalId: i-7
conversation: 12
---

# About refunds

We talked for half an hour.

> It asked for the order number
> three times.
>
> Then it stopped.

Later:

> I would not use it again.
> — customer's colleague
`
  const result = read(text, 'markdown', { file: 'interview-7.md' })
  expect(shorts(result)).toEqual([
    {
      kind: 'interview',
      title: 'About refunds',
      text: text.slice(text.indexOf('# About')).trim(),
      by: 'customer',
      weight: 3,
      userId: 'u-42',
      at: '2026-11-03T00:00Z',
      about: 'refund, loops',
      from: 'research | i-7 | interview-7.md',
      quotes: [
        ': It asked for the order number\nthree times.\n\nThen it stopped.',
        "customer's colleague: I would not use it again.",
      ],
    },
  ])
  expect(result.ignored).toEqual(['conversation'])
})

test('without front matter and quotes the whole text is one quote, titled by its file', () => {
  expect(shorts(read('Just a remark.\r\n\r\nAnd another.', 'markdown', { file: 'remark.md', role: 'team' }))).toEqual([
    { kind: 'other', title: 'remark', text: 'Just a remark.\n\nAnd another.', by: 'team', from: 'remark.md' },
  ])
})

test('quotes and links may stand in the front matter as they do in JSON', () => {
  const text = `---
quotes:
  - text: It froze.
    speaker: { role: user }
    links: [{ type: conversation, id: chat-1 }]
---`
  expect(shorts(read(text, 'markdown'))).toEqual([{ kind: 'other', quotes: ['user: It froze. -> conversation chat-1'] }])
})

test('what does not fit is named, what is no YAML is refused', () => {
  expect(problems(read('---\nkind: gossip\nat: someday\n---\ntext', 'markdown'))).toEqual([
    'line 1, kind: one of interview, meeting, ticket, review, other, not "gossip"',
    'line 1, at: a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 31.01.2026 12:00, not "someday"',
  ])
  expect(problems(read('', 'markdown'))).toEqual(['line 1, text: a text, a quote or a rating: one of them at least, not null'])
  expect(() => read('---\n{ a: [\n---\ntext', 'markdown')).toThrow('The front matter is no YAML: ')
  expect(() => read('---\n- a\n---\ntext', 'markdown')).toThrow('Expected names and values between the two lines of ---')
  expect(() => read('---\na: &x [1]\nb: *x\n---\ntext', 'markdown')).toThrow('The front matter is no YAML: ')
})

test('a line of dashes in the text is no front matter', () => {
  expect(shorts(read('Before\n---\nkind: gossip\n---\nafter', 'markdown'))).toEqual([
    { kind: 'other', text: 'Before\n---\nkind: gossip\n---\nafter' },
  ])
})
