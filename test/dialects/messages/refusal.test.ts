/** A refusal is an answer that is nothing else. Whoever is told what cannot be done, and then what can, was answered. */
import { expect, test } from 'vitest'
import { looksLikeRefusal } from '../../../src/dialects/messages/refusal.ts'

test.each([
  "I'm sorry, but I can't help with that request.",
  'I’m sorry, but I can’t assist with that.',
  "I can't assist with that.",
  'I cannot fulfill this request.',
  "I'm unable to comply with that.",
  'I am not able to help with this kind of request.',
  "I'm sorry, but I can't provide instructions for making explosives.",
  "Sorry, I can't do that.",
  "I'm sorry, but I can't discuss that topic.",
  "I'm sorry, I can't help with that. If you have other questions, feel free to ask!",
  "I won't help with that.",
  'Es tut mir leid, aber dabei kann ich dir leider nicht helfen.',
  'Désolé, mais je ne peux pas vous aider avec cette demande.',
  'Lo siento, pero no puedo ayudarte con eso.',
  'Mi dispiace, ma non posso aiutarti con questo.',
])('%s', (text) => {
  expect(looksLikeRefusal(text)).toBe(true)
})

test.each([
  "I can't help with that directly, but here is how you do it: open the settings.",
  "I'm sorry, I can't help with that order. However, the other one arrives on Monday.",
  "I can't help with that request - it is handled by our billing team at 555.",
  "I can't help with that. Contact the shop in Oslo.",
  "I can't do that, ask your bank.",
  "I can't help with that. Could you share your order number?",
  "Sorry, I can't provide the exact date, but your parcel arrives on Monday.",
  "I'm sorry, but I can't provide a refund after 30 days. You can exchange the item instead.",
  "I'm sorry, but I cannot create an account without your e-mail address. What is it?",
  "I can't help with that order, since it was placed in another shop; you may ask them.",
  "I'm sorry, I can't continue without your order number.",
  "I am sorry, but we can't deliver to Hawaii.",
  "I'm sorry to hear that your parcel is late. It arrives on Monday.",
  'I cannot find order A-17.',
  'You asked what to say to pushy callers: "I\'m sorry, but I can\'t help with that."',
  'Es tut mir leid, das kann ich nicht sagen: die Ware kommt am Montag.',
  `I'm sorry, but I can't help with that. ${'Here is why. '.repeat(40)}`,
  '',
])('no refusal: %s', (text) => {
  expect(looksLikeRefusal(text)).toBe(false)
})
