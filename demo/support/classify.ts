/** First step: what the customer wants, as JSON. An answer that cannot be read is asked for once more. */
import { z } from 'zod'
import { parse, withContext } from '../../src/sdk/index.ts'
import { type Asker, ask } from './ask.ts'
import type { ChatMessage } from './chat-request.ts'
import type { Release } from './release.ts'

const intents = ['delivery', 'refund', 'order', 'question', 'complaint', 'other'] as const

export interface Intent {
  readonly intent: (typeof intents)[number]
  readonly language: string
  readonly isUrgent: boolean
}

const Intent: z.ZodType<Intent> = z.object({ intent: z.enum(intents), language: z.string(), isUrgent: z.boolean() })

const prompt = `You sort the messages of an online shop's customers. Read the whole conversation, but sort the last message.
Answer with one JSON object and nothing else:
{"intent": one of ${intents.join(', ')}, "language": two letters, "isUrgent": true or false}
- delivery: where a parcel is, when it comes.
- refund: money back, double charges, returns.
- order: changing or cancelling an order.
- question: how something works.
- complaint: anger about the shop itself, or the wish to talk to a person.
- other: thanks, greetings, nothing to do.
A message is urgent if money was taken wrongly or a date is near.`

const TRIES = 2

export async function classify(asker: Asker, release: Release, messages: readonly ChatMessage[]): Promise<Intent> {
  return withContext({ promptName: 'classify', promptVersion: release.classifyPromptVersion }, async () => {
    for (let tries = 1; ; tries++) {
      const { text } = await ask(asker, {
        model: release.models.classify,
        messages: [{ role: 'system', content: prompt }, ...messages],
        response_format: { type: 'json_object' },
        temperature: 0,
        max_completion_tokens: 100,
      })
      try {
        return readIntent(text, release.mendsFencedJson)
      } catch (error) {
        if (tries === TRIES) throw error
      }
    }
  })
}

function readIntent(text: string, mendsFencedJson: boolean): Intent {
  return parse({ format: 'json' }, (attempt) => {
    const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1]
    if (fenced === undefined || !mendsFencedJson) return Intent.parse(JSON.parse(text))
    attempt.repaired()
    return Intent.parse(JSON.parse(fenced))
  })
}
