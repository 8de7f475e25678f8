/** A rated note that is linked to a run or a conversation is feedback about it: once, however many of its quotes are linked. */
import { FEEDBACK_LIMITS, type Feedback, type FeedbackEvent, type Judge, noTarget } from '../model/feedback.ts'
import type { Note, NoteLink } from '../model/note.ts'

/** Roles of people who do not speak for a user. */
const reviewers: ReadonlySet<string> = new Set(['team', 'reviewer'])

/** Null = the note is not rated, or nobody has said what it is about. */
function feedbackOf(note: Note): Feedback | null {
  const { rating, author } = note
  if (rating === null) return null
  for (const quote of note.quotes) {
    const link = ratedLink(quote.links)
    if (link === undefined) continue
    const judge: Judge = reviewers.has((author.role ?? '').toLowerCase()) ? 'reviewer' : 'user'
    return {
      id: `note:${note.id}:${quote.id}`,
      target: { ...noTarget, ...(link.type === 'run' ? { traceId: link.id } : { conversationId: link.id }) },
      name: 'user_rating',
      score: rating.score,
      scale: rating.scale,
      label: rating.label,
      rating: null,
      comment: quote.text === '' ? null : quote.text.slice(0, FEEDBACK_LIMITS.text),
      correction: null,
      userId: note.userId,
      source: 'import',
      judge,
      atMs: note.atMs,
    }
  }
  return null
}

/** A run says more than its conversation. */
function ratedLink(links: readonly NoteLink[]): NoteLink | undefined {
  const confirmed = links.filter(({ state }) => state === 'confirmed')
  return confirmed.find(({ type }) => type === 'run') ?? confirmed.find(({ type }) => type === 'conversation')
}

/** What a change of a note means for feedback. Null = there is, or was, no such note. */
export function feedbackEvents(before: Note | null, after: Note | null): readonly FeedbackEvent[] {
  const old = before === null ? null : feedbackOf(before)
  const now = after === null ? null : feedbackOf(after)
  if (JSON.stringify(old) === JSON.stringify(now)) return []
  return [
    ...(old !== null && old.id !== now?.id ? [{ type: 'withdrawn', id: old.id } as const] : []),
    ...(now === null ? [] : [{ type: 'given', feedback: now } as const]),
  ]
}
