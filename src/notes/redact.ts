/** A note as it may be stored. Ids stay: they are what a deletion request names. */
import type { NoteDraft, Speaker } from '../model/note.ts'

/** What takes personal data and secrets out: of content, which may be empty then, and of names, which stay. */
export interface Redaction {
  text(text: string): string
  name(name: string): string
}

export function redactDraft(draft: NoteDraft, redaction: Redaction): NoteDraft {
  const { author, about, rating, source } = draft
  const name = (given: string | null): string | null => orNull(given === null ? '' : redaction.name(given))
  const speaker = (given: Speaker): Speaker => ({ name: name(given.name), role: name(given.role) })
  return {
    ...draft,
    title: redaction.text(draft.title),
    text: redaction.text(draft.text),
    author: { ...author, ...speaker(author) },
    about: {
      text: orNull(redaction.text(about.text ?? '')),
      task: about.task,
      tags: about.tags.map((tag) => redaction.name(tag)).filter((tag) => tag !== ''),
    },
    rating: rating === null ? null : { ...rating, label: name(rating.label) },
    source: { ...source, file: name(source.file), url: name(source.url) },
    quotes: draft.quotes.map((quote) => ({ ...quote, speaker: speaker(quote.speaker), text: redaction.text(quote.text) })),
  }
}

function orNull(text: string): string | null {
  return text === '' ? null : text
}
