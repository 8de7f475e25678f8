/** Sends what a user thought of an answer, and takes it back. The processor joins it to the run, also days later. */
import { randomUUID } from 'node:crypto'
import { ask, refusalOf } from './feedback-request.ts'
import { targetOfContext, userOfContext } from './feedback-target.ts'
import type { FeedbackOptions, FeedbackRefusal, FeedbackTarget } from './feedback-types.ts'

export interface Feedback {
  /**
   * What is judged: one key is enough.
   *
   * @default the run being served, else the conversation of the context
   */
  readonly target?: FeedbackTarget | undefined
  /** Thumbs, in the words of the processor. */
  readonly rating?: 'positive' | 'neutral' | 'negative' | undefined
  /** A number on a scale of yours, for instance 4 of 5 stars. */
  readonly score?: number | undefined
  /** A word of yours, for instance "wrong order". */
  readonly label?: string | undefined
  /** What the user wrote. */
  readonly comment?: string | undefined
  /** What the answer should have been. */
  readonly correction?: string | undefined
  /**
   * What was asked, where there are several questions.
   *
   * @default 'user_rating', set by the processor
   */
  readonly name?: string | undefined
  /**
   * Makes the feedback replaceable: the same id with another value takes the place of the first, for instance when a thumb is turned.
   *
   * @default a new id
   */
  readonly id?: string | undefined
  /** @default the user of the context */
  readonly userId?: string | undefined
  /** @default now, set by the processor */
  readonly at?: Date | string | undefined
}

export type FeedbackResult =
  /** Taken: `isNew` is false for an id that the processor knew. */
  { readonly ok: true; readonly id: string; readonly isNew: boolean } | FeedbackRefusal

export type WithdrawResult =
  | { readonly ok: true; readonly id: string }
  | FeedbackRefusal
  /** The processor has no feedback with this id. */
  | { readonly ok: false; readonly id: string; readonly reason: 'unknown'; readonly detail: string }

/**
 * Sends feedback. Never rejects. It is tried again when the processor is away for a moment, always with the same id, so that it counts once.
 *
 * @example
 * await sendFeedback({ target: { traceId }, rating: 'negative', comment: 'That is not my order.' })
 */
export async function sendFeedback(feedback: Feedback, options: FeedbackOptions = {}): Promise<FeedbackResult> {
  const newId = randomUUID()
  try {
    const id = typeof feedback.id === 'string' && feedback.id !== '' ? feedback.id : newId
    const target = feedback.target ?? targetOfContext()
    if (target === null) return { ok: false, id, reason: 'invalid', detail: noTarget }
    const body = JSON.stringify({ source: 'api', ...feedback, id, target, userId: feedback.userId ?? userOfContext() })
    const answer = await ask({ method: 'POST', path: 'v1/feedback', body }, options)
    return answer.kind === 'final' && answer.isSuccess ? { ok: true, id, isNew: answer.status === 201 } : refusalOf(id, answer)
  } catch (error) {
    return { ok: false, id: newId, reason: 'invalid', detail: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * Takes back what was sent with this id: it counts no longer, and its words are deleted. Never rejects.
 *
 * @example
 * await withdrawFeedback(result.id)
 */
export async function withdrawFeedback(id: string, options: FeedbackOptions = {}): Promise<WithdrawResult> {
  try {
    // A path would leave these out.
    if (/^\.{0,2}$/.test(id)) return { ok: false, id, reason: 'invalid', detail: `id: expected that of feedback, got "${id}"` }
    const answer = await ask({ method: 'DELETE', path: `v1/feedback/${encodeURIComponent(id)}` }, options)
    if (answer.kind === 'final' && answer.isSuccess) return { ok: true, id }
    if (answer.kind === 'final' && answer.status === 404 && answer.isProblem) {
      return { ok: false, id, reason: 'unknown', detail: `${answer.url} knows no feedback with this id.` }
    }
    return refusalOf(id, answer)
  } catch (error) {
    return { ok: false, id, reason: 'invalid', detail: error instanceof Error ? error.message : String(error) }
  }
}

const noTarget = 'target: expected what is judged, for instance { traceId }; outside of a run there is no default.'
