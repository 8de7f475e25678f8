/** Parts of notes in words. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { NoteRating, NoteSummary, Speaker } from '../../../model/note.ts'

/** Who it is from: name and role as far as they are given. */
export function authorWords({ author, userId, kind }: Pick<NoteSummary, 'author' | 'userId' | 'kind'>): string {
  const words = speakerWords(author)
  if (words !== '') return words
  if (userId !== null) return `user ${userId}`
  return kind === 'meeting' ? 'several' : 'not said'
}

/** Empty where nothing is given. */
export function speakerWords({ name, role }: Speaker): string {
  return [...(name === null ? [] : [name]), ...(role === null ? [] : [role])].join(', ')
}

/** `2 on 1 to 5`, or the word. */
export function ratingText(rating: NoteRating | null): string {
  if (rating === null) return ''
  const { score, label, scale } = rating
  const number = score === null ? [] : [scale === null ? `${score}` : `${score} on ${scale.min} to ${scale.max}`]
  return [...(label === null ? [] : [label]), ...number].join(', ')
}

/** `1:02:05`, how far into a recording. */
export function offsetText(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (part: number): string => String(part).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** Where there are no words: nobody writes an empty note. */
export const textNotStored: SafeHtml = html`<span class="empty"
  >The text is not stored (FLYWHEEL_CONTENT), or there was none.</span
>`
