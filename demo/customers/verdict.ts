/** What the stand-in for a judging model says: by the texts alone, as a judge would. An answer about an order or parcel of which the question does not speak, or about none, is no help. */
import type { ReplyPlan } from '../model-server/plan.ts'
import type { ModelRequest } from '../model-server/wire.ts'

export function verdictOn(request: ModelRequest): ReplyPlan {
  const [question = '', answer = ''] = (request.messages.at(-1)?.text ?? '').split('\n\nThe agent:\n')
  const asked = numbersIn(question)
  const isHelpful = asked.every((number) => numbersIn(answer).includes(number))
  const reason = isHelpful ? 'The answer is about what was asked.' : `The answer says nothing about A-${asked[0] ?? ''}.`
  return { text: JSON.stringify({ score: isHelpful ? 0.9 : 0.1, reason }) }
}

/** Of orders and parcels: a parcel has the number of its order. */
function numbersIn(text: string): readonly string[] {
  return [...text.matchAll(/\b[AP]-(\d+)/g)].map(([, number = '']) => number)
}
