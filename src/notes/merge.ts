/** A draft to the note that is stored. One that comes again keeps what people have decided about it. */
import { isSameTarget, type Note, type NoteDraft, type NoteLink, type NoteQuote, type QuoteDraft } from '../model/note.ts'
import type { NoteIdentity } from './identity.ts'

export interface MergeContext extends NoteIdentity {
  /** The same note as it is stored; null = it is new. */
  readonly known: Note | null
  readonly by: string | null
  readonly nowMs: number
}

export function noteOf(draft: NoteDraft, context: MergeContext): Note {
  const { known, id, digest, by, nowMs } = context
  return {
    ...draft,
    id,
    digest,
    quotes: quotesOf(draft.quotes, context),
    createdAtMs: known?.createdAtMs ?? nowMs,
    createdBy: known === null ? by : known.createdBy,
    changedAtMs: nowMs,
  }
}

/** A quote is the same when its words are; the only quote of a note stays the same also when its words change. */
function quotesOf(drafts: readonly QuoteDraft[], context: MergeContext): readonly NoteQuote[] {
  const left = [...(context.known?.quotes ?? [])]
  const isOnly = left.length === 1 && drafts.length === 1
  let last = Math.max(0, ...left.map(({ id }) => Number(id.slice(1))))
  return drafts.map((draft) => {
    const index = isOnly ? 0 : left.findIndex((quote) => quote.text === draft.text && quote.speaker.name === draft.speaker.name)
    const [same] = index < 0 ? [] : left.splice(index, 1)
    const { speaker, text, offsetMs } = draft
    return { id: same?.id ?? `q${++last}`, speaker, text, offsetMs, links: linksOf(draft, same?.links ?? [], context) }
  })
}

function linksOf(draft: QuoteDraft, decided: readonly NoteLink[], { by, nowMs }: MergeContext): readonly NoteLink[] {
  const fresh = draft.links.filter((target) => !decided.some((link) => isSameTarget(link, target)))
  return [
    ...decided,
    ...fresh.map(
      (target) => ({ ...target, state: 'confirmed', score: null, why: 'named by its source', by, atMs: nowMs }) as const,
    ),
  ]
}
