/** What people decide about links of a note. */
import { isSameTarget, type LinkTarget, type Note, type NoteLink, NOTE_LIMITS } from '../model/note.ts'

/** `remove` takes a link back as if nobody had decided. */
export interface LinkChange extends LinkTarget {
  readonly quoteId: string
  readonly action: 'confirm' | 'reject' | 'remove'
  /** Of the suggestion that was decided about. */
  readonly score?: number | null | undefined
  readonly why?: string | undefined
}

export type ChangeRefusal = { readonly quoteId: string; readonly expected: string }

/** The note with its links as decided, or why that cannot be. */
export function withLinks(
  note: Note,
  changes: readonly LinkChange[],
  decision: { readonly by: string | null; readonly nowMs: number },
): Note | ChangeRefusal {
  let quotes = note.quotes
  for (const change of changes) {
    const quote = quotes.find(({ id }) => id === change.quoteId)
    if (quote === undefined)
      return { quoteId: change.quoteId, expected: `a quote of this note, ${note.quotes[0]?.id ?? 'q1'} for instance` }
    const others = quote.links.filter((link) => !isSameTarget(link, change))
    if (change.action !== 'remove' && others.length >= NOTE_LIMITS.links)
      return { quoteId: quote.id, expected: `at most ${NOTE_LIMITS.links} links of one quote` }
    const links = change.action === 'remove' ? others : [...others, decided(change, decision)]
    quotes = quotes.map((other) => (other === quote ? { ...quote, links } : other))
  }
  return { ...note, quotes, changedAtMs: decision.nowMs }
}

function decided(change: LinkChange, { by, nowMs }: { readonly by: string | null; readonly nowMs: number }): NoteLink {
  const { type, id, action, score = null, why = '' } = change
  return { type, id, state: action === 'confirm' ? 'confirmed' : 'rejected', score, why, by, atMs: nowMs }
}
