/** What the chat page sends: the whole conversation each time, so that the agent itself remembers nothing between turns. */
import { z } from 'zod'

export interface ChatMessage {
  readonly role: 'user' | 'assistant'
  readonly content: string
}

export interface ChatRequest {
  readonly conversationId: string
  readonly userId: string
  readonly messages: readonly ChatMessage[]
}

const ChatMessage: z.ZodType<ChatMessage> = z.object({ role: z.enum(['user', 'assistant']), content: z.string() })

export const ChatRequest: z.ZodType<ChatRequest> = z.object({
  conversationId: z.string().min(1),
  userId: z.string().min(1),
  messages: z.array(ChatMessage).min(1),
})
