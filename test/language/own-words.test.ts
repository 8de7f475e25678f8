/** The user's own words in a prompt that an application filled in. */
import { expect, test } from 'vitest'
import { ownWordsOf } from '../../src/language/own-words.ts'

const question = 'Where is my order?'

test.each([
  ['nothing around it', question],
  ['a tag that says so', `<context>a long document</context>\n<user_query>${question}</user_query>`],
  ['reminders and files in tags', `<system-reminder>Today is Monday.</system-reminder>\n${question}`],
  [
    'a label behind documents',
    `Use the following context to answer.\n\nContext: a long document\n\nQuestion: ${question}\nAnswer:`,
  ],
  ['a heading', `### Context\na long document\n\n### User question:\n${question}`],
])('%s', (_, message) => {
  expect(ownWordsOf(message)).toEqual({ text: question, isOwn: true })
})

test('blank lines are read once', () => {
  const started = performance.now()
  for (const gap of ['\n', '\n ', ' ', '\n\t']) ownWordsOf(`x${gap.repeat(200_000)}x`)
  expect(performance.now() - started).toBeLessThan(1_000)
})

test.each([
  ['instructions without a user', 'You are a helpful assistant. Summarize the text below in three lines.'],
  ['a task of a program', '### Task:\nGenerate a concise title for the chat.\n\n### Guidelines:\nThree words.'],
  ['a prompt of a module', '[[ ## question ## ]]\nwhere\n\n[[ ## answer ## ]]'],
  ['a tag that does not end', '<document>where is my order'],
  ['more than anybody types', 'word '.repeat(1_000)],
])('a program wrote it: %s', (_, message) => {
  expect(ownWordsOf(message).isOwn).toBe(false)
})
