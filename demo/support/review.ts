/** Last step where somebody complains: a small model of our own looks at the tone of the answer before the customer does. */
import { type Asker, ask } from './ask.ts'
import type { Release } from './release.ts'

const prompt = 'Is this answer to a customer polite and free of promises in the name of others? Answer ok, or write it better.'

export async function review(asker: Asker, release: Release, answer: string): Promise<string> {
  const { text } = await ask(asker, {
    model: release.models.review,
    messages: [
      { role: 'system', content: prompt },
      { role: 'user', content: answer },
    ],
    temperature: 0,
  })
  return text.trim().toLowerCase() === 'ok' || text.trim() === '' ? answer : text
}
