/** The support agent: sorts the message, looks up the help center, works with tools. Refunds go to an agent of their own, and to a complaint no answer leaves unread. */
import type OpenAI from 'openai'
import { agent, step } from '../../src/sdk/index.ts'
import { ArticleIndex } from './articles.ts'
import type { Asker } from './ask.ts'
import type { ChatRequest } from './chat-request.ts'
import { classify } from './classify.ts'
import { planRefund } from './plan-refund.ts'
import type { Release } from './release.ts'
import { resolve, type Work } from './resolve.ts'
import { review } from './review.ts'
import type { Shop } from './shop.ts'
import { toolsFor } from './tools.ts'

export interface Support {
  readonly client: OpenAI
  readonly release: Release
  readonly shop: Shop
  readonly retryAfterMs: number
}

export async function answerCustomer(
  support: Support,
  { conversationId, userId, messages }: ChatRequest,
  signal: AbortSignal,
): Promise<string> {
  const { client, release, shop, retryAfterMs } = support
  const asker: Asker = { client, fallback: release.models.fallback, userId, conversationId, signal, retryAfterMs }
  const index = new ArticleIndex(client, release.models.embed, userId)
  const said = messages.at(-1)?.content ?? ''

  const intent = await step('classify', () => classify(asker, release, messages))
  // Nobody who says thanks wants an article.
  const articles = intent.intent === 'other' ? [] : await step('search', () => index.search(said))
  const work: Work = { messages, articles, tools: toolsFor(shop, index), notes: `Intent: ${intent.intent}.` }
  const answer =
    intent.intent === 'refund'
      ? await handleRefund(asker, release, work)
      : await step('resolve', () => resolve(asker, release, work))
  return intent.intent === 'complaint' ? step('review', () => review(asker, release, answer)) : answer
}

function handleRefund(asker: Asker, release: Release, work: Work): Promise<string> {
  return agent('refunds', async () => {
    const plan = await step('plan', () => planRefund(asker, release, work.messages, work.articles))
    const notes = `${work.notes} Refund: ${plan.decision}, because ${plan.reason}`
    return step('resolve', () => resolve(asker, release, { ...work, notes }))
  })
}
