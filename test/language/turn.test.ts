/** What is left of a user's words: phrases, in whatever language, and no more than that. */
import { expect, test } from 'vitest'
import { languages } from '../../src/language/languages.ts'
import { userTurnOf } from '../../src/language/turn.ts'

function phrases(text: string): string {
  return userTurnOf(text)?.phrases.join(' ') ?? 'nothing'
}

test.each([
  ["No, that's wrong.", 'contradicts invites_repeat'],
  ["that's not what i asked", 'contradicts'],
  ["Sorry, but that's incorrect", 'contradicts'],
  ['I said Tuesday, not Thursday', 'contradicts'],
  ['Das stimmt nicht!', 'contradicts'],
  ['いいえ、違います', 'contradicts invites_repeat'],
  ['Can I talk to a human?', 'asks_for_human'],
  ['Yes, please transfer me to an agent', 'affirms asks_for_human'],
  ['Gerçek bir insanla konuşmak istiyorum', 'asks_for_human'],
  ['转人工', 'asks_for_human'],
  ['Great, thank you!', 'thanks'],
  ['Merci beaucoup', 'thanks'],
  ['Let me rephrase: where is it?', 'rephrases'],
  ['Tell me another joke', 'invites_repeat'],
])('%s', (text, expected) => {
  expect(phrases(text)).toBe(expected)
})

test.each([
  ['a question whether something is wrong', 'Is that wrong?'],
  ['a doubt', "That's wrong?"],
  ['a quote', 'What does "that is wrong" mean in French?'],
  ['something else that is wrong', 'My address is wrong'],
  ['a phrase in the middle of a clause', 'I do not think so and that is wrong of them'],
  ['a word that only begins like one', 'thanksgiving dinner ideas'],
  ['thanks before giving up', 'Thanks, cancel it then.'],
  ['thanks that close a request', 'Please cancel my order. Thanks'],
  ['thanks with a but', 'Thank you, but I need the other one'],
  ['thanks in irony', 'Thanks for nothing'],
  ['thanks with a frown', 'thanks a lot 🙄'],
  ['a person who is a subject', 'How do I talk to my manager about a raise?'],
  ['no wish to be transferred', "I don't want to be transferred to a human"],
])('says none of it: %s', (_, text) => {
  expect(phrases(text).split(' ')).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/contradicts|thanks|asks_for_human/)]),
  )
})

test('case, accents, apostrophes and punctuation make no difference', () => {
  expect(phrases('C’EST FAUX')).toBe(phrases("c'est faux!"))
  expect(phrases('eso no es lo que pedi')).toBe(phrases('Eso no es lo que pedí.'))
  const turns = ['Where is my order?', 'WHERE IS MY ORDER!!', '  where, is   my order ']
  expect(new Set(turns.map((text) => userTurnOf(text)?.fingerprint)).size).toBe(1)
  expect(userTurnOf('Where is my older order?')?.fingerprint).not.toBe(userTurnOf(turns[0] ?? '')?.fingerprint)
})

test('a phrase far from the start of a long turn is a story, and counts for nothing', () => {
  const story = 'I bought a lamp and a chair in your shop last week '.repeat(6)
  expect(phrases(`${story}. That's wrong.`)).toBe('')
})

test('a turn is a small fact: a quote of 200 characters, at most 64 words to compare', () => {
  const turn = userTurnOf('many words\nin lines '.repeat(30))
  expect(turn).toMatchObject({ words: 120, sketch: [], isOwn: true })
  expect(turn?.quote).toHaveLength(200)
  expect(turn?.quote).toMatch(/^many words in lines many .*…$/)
  expect(userTurnOf(' ?! ')).toBeNull()
  // Two characters of a script without spaces are one word.
  expect(userTurnOf('我的订单在哪里')?.words).toBe(4)
})

test('every phrase of every language can be read', () => {
  expect(languages.map(({ code }) => code).sort()).toEqual('ar de en es fr hi it ja ko nl pl pt ru tr zh'.split(' '))
  for (const { thanks } of languages) expect(thanks.say.length).toBeGreaterThan(0)
})

test('reading is linear in the text', () => {
  const nasty = ["no, that's ", 'i want to talk to a ', '<a>', '<a></a>', 'question: ', '"', '不，', 'x\n', 'x\n ** '].map(
    (part) => part.repeat(20_000),
  )
  const started = performance.now()
  for (const text of nasty) userTurnOf(text)
  expect(performance.now() - started).toBeLessThan(2_000)
})
