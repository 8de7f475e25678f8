/**
 * What the chat page sends when a customer presses a thumb: the run is the one that the page was told at the start of the answer. There is one value for each
 * answer: another one replaces it, and a thumb that is pressed again takes it back.
 */
import { z } from 'zod'
import { type FeedbackResult, sendFeedback, withdrawFeedback, type WithdrawResult } from '../../src/sdk/index.ts'

export interface Thumb {
  readonly run: string
  readonly userId: string
  /** Null: taken back. */
  readonly rating: 'positive' | 'neutral' | 'negative' | null
  readonly comment: string | null
  readonly correction: string | null
}

export const Thumb: z.ZodType<Thumb> = z.object({
  run: z.string().min(1),
  userId: z.string().min(1),
  rating: z.enum(['positive', 'neutral', 'negative']).nullable(),
  comment: z.string().nullable(),
  correction: z.string().nullable(),
})

export function passOn({ run, userId, rating, comment, correction }: Thumb): Promise<FeedbackResult | WithdrawResult> {
  const id = `thumb-${run}`
  if (rating === null) return withdrawFeedback(id)
  return sendFeedback({
    id,
    target: { traceId: run },
    userId,
    rating,
    comment: comment ?? undefined,
    correction: correction ?? undefined,
  })
}
