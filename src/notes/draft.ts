/** From what somebody sent to a note: absent becomes null, what is said twice becomes one thing, and there is a quote for every link. */
import type { ScoreScale } from '../model/feedback.ts'
import {
  isSameTarget,
  type LinkTarget,
  noSpeaker,
  type NoteDraft,
  type NoteKind,
  type NoteRating,
  type QuoteDraft,
  type Speaker,
} from '../model/note.ts'
import type { NoteBody } from './body.ts'
import { type DayOrder, parseWhen } from './when.ts'

/** What holds where a note does not say otherwise. */
export interface DraftDefaults {
  readonly kind?: NoteKind | undefined
  readonly title?: string | undefined
  readonly role?: string | undefined
  readonly weight?: number | undefined
  readonly atMs?: number | undefined
  readonly system?: string | undefined
  readonly file?: string | undefined
  readonly scale?: ScoreScale | undefined
  readonly dayOrder?: DayOrder | null | undefined
}

/** A note out of a body that its schema has let through. */
export function draftOf(body: NoteBody, defaults: DraftDefaults = {}): NoteDraft {
  const { author, about, source } = body
  const text = body.text ?? ''
  const said = orNull(body.at)
  return {
    kind: body.kind ?? defaults.kind ?? 'other',
    title: orNull(body.title) ?? defaults.title ?? '',
    text,
    author: {
      name: orNull(author?.name),
      role: orNull(author?.role) ?? defaults.role ?? null,
      weight: author?.weight ?? defaults.weight ?? 1,
    },
    userId: orNull(body.userId),
    atMs: (said === null ? null : parseWhen(said, defaults.dayOrder ?? null)) ?? defaults.atMs ?? null,
    about: { text: orNull(about?.text), task: orNull(about?.task), tags: [...new Set(about?.tags ?? [])] },
    rating: ratingOf(body.rating, defaults.scale ?? null),
    source: {
      system: orNull(source?.system) ?? defaults.system ?? null,
      externalId: orNull(source?.externalId),
      file: orNull(source?.file) ?? defaults.file ?? null,
      url: orNull(source?.url) ?? addressIn(source?.externalId),
    },
    quotes: quotesOf(body, text),
  }
}

function quotesOf(body: NoteBody, text: string): readonly QuoteDraft[] {
  const given = (body.quotes ?? []).map((quote) => ({
    speaker: speakerOf(quote.speaker),
    text: quote.text,
    offsetMs: quote.offsetMs ?? null,
    links: distinct(quote.links ?? []),
  }))
  const [first, ...rest] = given.length > 0 ? given : [{ speaker: noSpeaker, text, offsetMs: null, links: [] }]
  if (first === undefined) return []
  return [{ ...first, links: distinct([...first.links, ...linksOf(body)]) }, ...rest]
}

function linksOf({ traceId, conversationId, links = [] }: NoteBody): readonly LinkTarget[] {
  const [trace, conversation] = [orNull(traceId), orNull(conversationId)]
  return [
    ...(trace === null ? [] : [{ type: 'run', id: trace } as const]),
    ...(conversation === null ? [] : [{ type: 'conversation', id: conversation } as const]),
    ...links,
  ]
}

function distinct(links: readonly LinkTarget[]): readonly LinkTarget[] {
  const spelled = links.map(({ type, id }) => ({ type, id: type === 'run' ? id.toLowerCase() : id }))
  return spelled.filter((link, index) => spelled.findIndex((other) => isSameTarget(link, other)) === index)
}

function ratingOf(rating: NoteBody['rating'], scale: ScoreScale | null): NoteRating | null {
  if (rating === undefined || rating === null) return null
  if (typeof rating === 'number') return { score: rating, label: null, scale }
  if (typeof rating === 'string') return { score: null, label: rating, scale: null }
  const { score = null, label = null, min = null, max = null, higherIsBetter = true } = rating
  if (score === null && label === null) return null
  const stated = min === null || max === null || min >= max ? null : { min, max, higherIsBetter }
  return { score, label, scale: stated ?? (score === null ? null : scale) }
}

function speakerOf(
  speaker: { readonly name?: string | null | undefined; readonly role?: string | null | undefined } | null | undefined,
): Speaker {
  return { name: orNull(speaker?.name), role: orNull(speaker?.role) }
}

/** An id that is an address also leads there. */
function addressIn(id: string | null | undefined): string | null {
  return typeof id === 'string' && /^https?:\/\//.test(id) ? id : null
}

function orNull(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text
}
