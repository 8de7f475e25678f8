/**
 * What every carrier comes down to, and the id that it gets. The id decides what is counted once:
 *
 * - An id of the sender's own is kept: the same id with another value replaces the first.
 * - Where the judge can be told from others (an identifier, an evaluator, a user) or is a program or model, its latest word on a target counts. That is
 *   how Phoenix and OpenInference see it, and how a thumb is turned.
 * - Of anybody else two ratings are two: the occasion (the time of an event, the span that carries it) and the value are part of the id, so that only a
 *   repeated delivery is the same.
 */
import { FEEDBACK_LIMITS, type Feedback, type FeedbackEvent, type FeedbackTarget, type Judge } from '../../model/feedback.ts'
import { fingerprint } from '../../model/fingerprint.ts'
import { timesOf } from '../times.ts'

export interface Said extends Pick<Feedback, 'name' | 'score' | 'scale' | 'label' | 'comment' | 'userId'> {
  readonly judge: Judge
  /** The sender's own id of this feedback. */
  readonly ownId: string | null
  /** Tells this judge from others of the same question. */
  readonly judgeKey: string | null
}

/** Where and when it was said. */
export interface Occasion {
  readonly target: FeedbackTarget
  /** Unix microseconds, 0 = not known. */
  readonly atUs: number
  /** Tells two ratings of strangers apart that say the same of the same. */
  readonly key: string
  /** A later word of a known judge takes the place of the earlier; false where all of them were there at once. */
  readonly isReplacing: boolean
}

/** Null when nothing is said. Of nothing known (`noTarget`) is left to the caller, who counts it. */
export function eventOf(said: Said, occasion: Occasion): FeedbackEvent | null {
  const { target, atUs } = occasion
  const { name, score, scale, label, comment, judge } = said
  if (score === null && label === null && comment === null) return null
  const isByUser = judge !== 'model' && judge !== 'code'
  const { endUs, areSound } = timesOf(atUs, atUs)
  return {
    type: 'given',
    feedback: {
      id: `otlp:${said.ownId ?? idOf(said, occasion)}`,
      target,
      name,
      score,
      scale,
      label,
      rating: null,
      comment,
      correction: null,
      userId: isByUser ? said.userId : null,
      source: 'otlp',
      judge,
      atMs: areSound && endUs > 0 ? Math.floor(endUs / 1_000) : null,
    },
  }
}

function idOf({ name, judge, judgeKey, userId, score, label, comment }: Said, { target, key, isReplacing }: Occasion): string {
  const { traceId, spanId, conversationId, responseId, messageId } = target
  const isMachine = judge === 'model' || judge === 'code'
  const who = judgeKey ?? (isMachine ? null : userId)
  const isKnown = who !== null || (isMachine && isReplacing)
  const question = [traceId, spanId, conversationId, responseId, messageId, name, judge]
  return fingerprint(JSON.stringify(isKnown ? [question, who] : [question, key, score, label, comment]))
}

/** Longer ones are stood for by their fingerprint: two that begin alike are still two. */
export function ownIdOf(id: string | null): string | null {
  if (id === null) return null
  return id.length <= FEEDBACK_LIMITS.id - 'otlp:'.length ? id : fingerprint(id)
}
