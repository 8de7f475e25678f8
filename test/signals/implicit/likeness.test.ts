/** Whether two turns ask the same. */
import { expect, test } from 'vitest'
import { userTurnOf } from '../../../src/language/turn.ts'
import { type Likeness, likenessOf } from '../../../src/signals/implicit/likeness.ts'

function likeness(before: string, now: string): Likeness {
  const [a, b] = [userTurnOf(before), userTurnOf(now)]
  return a === null || b === null ? 'other' : likenessOf(a, b)
}

test.each([
  ['word for word', 'Where is my order?', 'where is my order'],
  ['with a please', 'Where is my order?', 'please, where is my order?'],
])('the same: %s', (_, before, now) => {
  expect(likeness(before, now)).toBe('same')
})

test.each([
  ['in another frame', 'How do I export my contacts to CSV?', 'I want to know how I can export the contacts as CSV'],
  ['with fewer words', 'Why was my new credit card declined yesterday?', 'why was my credit card declined yesterday'],
  ['singular and plural', 'Please delete all archived invoices from Berlin', 'delete the archived invoice from Berlin'],
])('similar: %s', (_, before, now) => {
  expect(likeness(before, now)).toBe('similar')
})

test.each([
  ['another city', 'What is the weather in Paris tomorrow morning?', 'What is the weather in Berlin tomorrow morning?'],
  ['another number', 'Where is parcel 1234 from the blue shop?', 'Where is parcel 9876 from the blue shop?'],
  ['a number that is left out', 'Where is parcel 1234 from the blue shop?', 'Where is the parcel from the blue shop?'],
  ['the way back', 'Show cheap flights from Paris to Berlin on Monday', 'Show cheap flights from Berlin to Paris on Monday'],
  ['a refinement', 'Show the revenue by region of last year', 'Show the revenue by region of last year as a table'],
  ['off for on', 'Turn on the lights in the living room', 'Turn off the lights in the living room'],
  ['too few words', 'yes please', 'yes please'],
  ['an id again', 'ZX81-22 12345 88', 'ZX81-22 12345 88'],
  ['two prompts from a template', `Rate it: ${'a b c d e '.repeat(12)} one`, `Rate it: ${'a b c d e '.repeat(12)} two`],
])('other: %s', (_, before, now) => {
  expect(likeness(before, now)).toBe('other')
})
