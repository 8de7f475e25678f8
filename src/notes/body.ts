/** A note as somebody sends it: the one shape that JSON, rows of a table, front matter and our own form are read into. */
import { z } from 'zod'

import { type LinkType, linkTypes, NOTE_LIMITS, type NoteKind, noteKinds } from '../model/note.ts'
import { parseWhen, whenExpected } from './when.ts'

type Maybe<T> = T | null | undefined

interface SpeakerBody {
  readonly name?: Maybe<string>
  readonly role?: Maybe<string>
}

interface LinkBody {
  readonly type: LinkType
  readonly id: string
}

interface RatingBody {
  readonly score?: Maybe<number>
  readonly label?: Maybe<string>
  readonly min?: Maybe<number>
  readonly max?: Maybe<number>
  readonly higherIsBetter?: boolean | undefined
}

interface QuoteBody {
  readonly text: string
  readonly speaker?: Maybe<SpeakerBody>
  readonly offsetMs?: Maybe<number>
  readonly links?: readonly LinkBody[] | undefined
}

export interface NoteBody {
  readonly kind?: NoteKind | undefined
  readonly title?: Maybe<string>
  readonly text?: Maybe<string>
  readonly author?: Maybe<SpeakerBody & { readonly weight?: Maybe<number> }>
  readonly userId?: Maybe<string>
  readonly at?: Maybe<string>
  readonly about?: Maybe<{
    readonly text?: Maybe<string>
    readonly task?: Maybe<string>
    readonly tags?: readonly string[] | undefined
  }>
  readonly rating?: Maybe<number | string | RatingBody>
  readonly source?: Maybe<Readonly<Partial<Record<'system' | 'externalId' | 'file' | 'url', Maybe<string>>>>>
  readonly traceId?: Maybe<string>
  readonly conversationId?: Maybe<string>
  readonly links?: readonly LinkBody[] | undefined
  readonly quotes?: readonly QuoteBody[] | undefined
}

const { title, text, name, role, id, url, tag, tags, quotes, links, maxWeight } = NOTE_LIMITS

/** One kind of line break, no half characters, and nothing that a database may stumble over. */
function clean(given: string): string {
  return given.toWellFormed().replaceAll('\0', '').replaceAll(/\r\n?/g, '\n').trim()
}

function textUpTo(max: number): z.ZodType<string> {
  const error = `text of at most ${max} characters`
  return z.string({ error }).overwrite(clean).max(max, { error })
}

const filled = (max: number): z.ZodType<string> => {
  const error = `text of 1 to ${max} characters`
  return z.string({ error }).overwrite(clean).min(1, { error }).max(max, { error })
}

const traceIdExpected = 'a trace id: 32 hexadecimal digits'
const link = z.strictObject({ type: z.enum(linkTypes, { error: `one of ${linkTypes.join(', ')}` }), id: filled(id) })
const linkList = z
  .array(link)
  .max(links, { error: `at most ${links} links` })
  .refine((given) => given.every((one) => one.type !== 'run' || isTraceId(one.id)), { error: traceIdExpected })

const speakerFields = { name: textUpTo(name).nullish(), role: textUpTo(role).nullish() }
const finite = z.number({ error: 'a number' })

const rating = z.union(
  [
    finite,
    filled(role),
    z
      .strictObject({
        score: finite.nullish(),
        label: filled(role).nullish(),
        min: finite.nullish(),
        max: finite.nullish(),
        higherIsBetter: z.boolean().optional(),
      })
      .refine(({ score, label }) => (score ?? null) !== null || (label ?? null) !== null, {
        error: 'a score or a label',
        path: ['score'],
      })
      .refine(({ score, min, max }) => isOnScale(score ?? null, min ?? null, max ?? null), {
        error: 'a number from min to max',
        path: ['score'],
      }),
  ],
  { error: 'a number, a word, or {score, label, min, max, higherIsBetter}' },
)

const weightExpected = `a number from 0 to ${maxWeight}`
const offsetExpected = 'milliseconds from the beginning of the recording, a whole number'

const quote = z.strictObject({
  text: filled(text),
  speaker: z.strictObject(speakerFields).nullish().describe('Default: the author of the note.'),
  offsetMs: z.int({ error: offsetExpected }).min(0, { error: offsetExpected }).nullish().describe(offsetExpected),
  links: linkList.optional().describe('What it is about, as far as you know: counts as confirmed.'),
})

const fields = z.strictObject({
  kind: z
    .enum(noteKinds, { error: `one of ${noteKinds.join(', ')}` })
    .optional()
    .describe('Default: other.'),
  title: textUpTo(title).nullish(),
  text: textUpTo(text).nullish(),
  author: z
    .strictObject({
      ...speakerFields,
      weight: z
        .number({ error: weightExpected })
        .min(0, { error: weightExpected })
        .max(maxWeight, { error: weightExpected })
        .nullish()
        .describe('How much their word counts. Default: 1.'),
    })
    .nullish()
    .describe('Who said it; the name only where you want it kept.'),
  userId: textUpTo(id).nullish().describe('The id that the runs of this user have.'),
  at: z
    .string({ error: whenExpected })
    .refine((given) => given.trim() === '' || parseWhen(given) !== null, { error: whenExpected })
    .nullish()
    .describe(`When it was said: ${whenExpected}.`),
  about: z
    .strictObject({
      text: textUpTo(title).nullish(),
      task: textUpTo(id).nullish(),
      tags: z
        .array(filled(tag))
        .max(tags, { error: `at most ${tags} tags` })
        .optional(),
    })
    .nullish(),
  rating: rating.nullish(),
  source: z
    .strictObject({
      system: textUpTo(role).nullish(),
      externalId: textUpTo(id).nullish(),
      file: textUpTo(id).nullish(),
      url: textUpTo(url).nullish(),
    })
    .nullish()
    .describe('A note with the same system and externalId replaces the one before.'),
  traceId: z
    .string({ error: traceIdExpected })
    .refine(isTraceId, { error: traceIdExpected })
    .nullish()
    .describe('Short for a link.'),
  conversationId: textUpTo(id).nullish().describe('Short for a link.'),
  links: linkList.optional().describe('Of the first quote.'),
  quotes: z
    .array(quote)
    .max(quotes, { error: `at most ${quotes} quotes` })
    .optional()
    .describe('Default: the text as one.'),
})

const someExpected = 'a text, a quote or a rating: one of them at least'

/** A note as JSON. */
export const noteBodySchema: z.ZodType<NoteBody> = fields.refine(
  (body) => isFilled(body.text) || (body.quotes ?? []).length > 0 || (body.rating ?? null) !== null,
  { error: someExpected, path: ['text'] },
)

const countExpected = `1 to ${NOTE_LIMITS.notes} notes`

export const noteListSchema: z.ZodType<readonly NoteBody[]> = z
  .array(noteBodySchema)
  .min(1, { error: countExpected })
  .max(NOTE_LIMITS.notes, { error: countExpected })

/** Names of the fields, as we spell them. */
export const bodyFields: ReadonlySet<string> = new Set(Object.keys(fields.shape))

function isFilled(given: Maybe<string>): boolean {
  return given !== undefined && given !== null && given !== ''
}

function isOnScale(score: number | null, min: number | null, max: number | null): boolean {
  return score === null || ((min === null || score >= min) && (max === null || score <= max))
}

function isTraceId(given: string): boolean {
  return /^[0-9a-f]{32}$/i.test(given)
}
