/** One question to a model, tried again where that helps: twice the model of the step, then the fallback. Each try is a span of its own. */
import { setTimeout as sleep } from 'node:timers/promises'
import type OpenAI from 'openai'
import { APIConnectionError, APIError, APIUserAbortError } from 'openai'

export interface Asker {
  readonly client: OpenAI
  readonly fallback: string
  readonly userId: string
  readonly conversationId: string
  /** Aborted when the customer has left. */
  readonly signal: AbortSignal
  readonly retryAfterMs: number
}

export type Question = Omit<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming, 'safety_identifier' | 'prompt_cache_key'>

export interface Reply {
  readonly message: OpenAI.Chat.ChatCompletionMessage
  readonly text: string
}

export async function ask(asker: Asker, question: Question): Promise<Reply> {
  const models = [question.model, question.model, asker.fallback]
  for (const [index, model] of models.entries()) {
    try {
      return await askOnce(asker, { ...question, model })
    } catch (error) {
      if (index === models.length - 1 || !isWorthARetry(error)) throw error
      await sleep(asker.retryAfterMs, undefined, { signal: asker.signal })
    }
  }
  throw new Error('expected at least one model to ask')
}

async function askOnce({ client, userId, conversationId, signal }: Asker, question: Question): Promise<Reply> {
  const completion = await client.chat.completions.create(
    { ...question, safety_identifier: userId, prompt_cache_key: conversationId },
    { signal },
  )
  const message = completion.choices[0]?.message
  if (message === undefined) throw new Error('expected a choice in the answer of the model, got none')
  return { message, text: message.content ?? message.refusal ?? '' }
}

/** The provider is busy, down or cut off. A wrong key or a prompt that is too long stays wrong. */
function isWorthARetry(error: unknown): boolean {
  if (error instanceof APIUserAbortError) return false
  if (error instanceof APIConnectionError) return true
  if (error instanceof APIError) return error.status === 429 || error.status === undefined || error.status >= 500
  // undici's word for a body that ended early.
  return error instanceof TypeError && error.message === 'terminated'
}
