/**
 * Transcripts of meetings in WebVTT or SubRip to one note: what one speaker says in a row is a quote. Meeting tools keep to neither grammar (missing blank lines, commas
 * for points, names as text), so this reader asks for little: lines of times, and the text below them.
 */
import { NOTE_LIMITS, noSpeaker, noAbout, noSource, type QuoteDraft } from '../model/note.ts'
import type { DraftDefaults } from './draft.ts'
import { titleOfFile } from './identity.ts'
import type { ReadResult } from './read-result.ts'
import { nameBefore, plainText, spokenBy } from './speakers.ts'
import { UnreadableNotesError } from './unreadable.ts'

interface Options extends DraftDefaults {
  readonly roles?: ReadonlyMap<string, string> | undefined
}

interface Cue {
  readonly startMs: number
  readonly endMs: number
  readonly speaker: string | null
  readonly text: string
}

/** A quote grows until then; people can read it in one go. */
const MAX_QUOTE = 1_200
/** Somebody who goes on after this long says something new. */
const MAX_PAUSE_MS = 30_000
const MAX_CUES = 50_000

/** @throws {UnreadableNotesError} when it holds nothing that was said. */
export function readCaptions(text: string, format: 'vtt' | 'srt', options: Options): ReadResult {
  if (format === 'vtt' && !/^\s*WEBVTT/.test(text))
    throw new UnreadableNotesError('body', 'Expected WebVTT, which begins with the line WEBVTT. For SubRip say format=srt.')
  const cues = cuesOf(text)
  if (cues.length === 0)
    throw new UnreadableNotesError(
      'body',
      'Expected times such as 00:01:02.000 --> 00:01:05.000, each with the text below; there are none.',
    )
  const quotes = grouped(cues).map((cue): QuoteDraft => ({
    speaker: cue.speaker === null ? noSpeaker : speakerOf(cue.speaker, options),
    text: cue.text,
    offsetMs: cue.startMs,
    links: [],
  }))
  if (quotes.length > NOTE_LIMITS.quotes)
    throw new UnreadableNotesError(
      'body',
      `Expected at most ${NOTE_LIMITS.quotes} turns of speakers; there are ${quotes.length}. Split it.`,
    )
  const draft = {
    kind: options.kind ?? 'meeting',
    title: options.title ?? titleOfFile(options.file ?? null),
    text: '',
    author: { name: null, role: options.role ?? null, weight: options.weight ?? 1 },
    userId: null,
    atMs: options.atMs ?? null,
    about: noAbout,
    rating: null,
    source: { ...noSource, system: options.system ?? null, file: options.file ?? null },
    quotes,
  } as const
  return { drafts: [{ line: 1, draft }], wrong: [], columns: {}, ignored: [] }
}

function speakerOf(name: string, { roles }: Options): QuoteDraft['speaker'] {
  return { name: name.slice(0, NOTE_LIMITS.name), role: roles?.get(name.toLowerCase()) ?? null }
}

const times = /^\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})\s*-->\s*((?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3})(?:\s|$)/

/** Cues as they follow each other. What stands between them (numbers, ids, notes, styles) belongs to none: it is no line below a time. */
function cuesOf(text: string): readonly Cue[] {
  const blocks: { startMs: number; endMs: number; lines: string[] }[] = []
  let isOpen = false
  const lines = text.split(/\r\n|\r|\n/)
  for (const [index, line] of lines.entries()) {
    const [, start, end] = times.exec(line) ?? []
    if (start !== undefined && end !== undefined) {
      if (blocks.length === MAX_CUES)
        throw new UnreadableNotesError('body', `Expected at most ${MAX_CUES} times. Split the file.`)
      blocks.push({ startMs: msOf(start), endMs: msOf(end), lines: [] })
      isOpen = true
    } else if (line.trim() === '') isOpen = false
    // Where the blank line is missing, the number or id of the next cue stands right before its time.
    else if (isOpen && !times.test(lines[index + 1] ?? '')) blocks.at(-1)?.lines.push(line)
  }
  const spoken = blocks.flatMap(({ startMs, endMs, lines: below }) =>
    spokenBy(below.join('\n')).map(({ speaker, text: said }): Cue => ({ startMs, endMs, speaker, text: said })),
  )
  return named(spoken).filter((cue) => cue.text !== '')
}

function msOf(time: string): number {
  const [seconds = '0', minutes = '0', hours = '0'] = time.replace(',', '.').split(':').toReversed()
  return Math.round((Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000)
}

/** Some tools write `Name: text` in place of a voice tag. One such line is a coincidence; a transcript is full of them. */
function named(cues: readonly Cue[]): readonly Cue[] {
  if (cues.some(({ speaker }) => speaker !== null)) return cues.map((cue) => ({ ...cue, text: plainText(cue.text) }))
  const parts = cues.map((cue) => ({ cue, found: nameBefore(plainText(cue.text)) }))
  const names = parts.flatMap(({ found }) => (found.name === null ? [] : [found.name]))
  const isStyle = names.length >= cues.length * 0.6 && new Set(names).size <= Math.max(2, names.length / 2)
  if (!isStyle) return cues.map((cue) => ({ ...cue, text: plainText(cue.text) }))
  let last: string | null = null
  return parts.map(({ cue, found }) => {
    last = found.name ?? last
    return { ...cue, speaker: last, text: found.text }
  })
}

function grouped(cues: readonly Cue[]): readonly Cue[] {
  const groups: Cue[] = []
  for (const cue of cues) {
    const last = groups.at(-1)
    const goesOn =
      last !== undefined &&
      last.speaker === cue.speaker &&
      cue.startMs - last.endMs <= MAX_PAUSE_MS &&
      last.text.length + cue.text.length < MAX_QUOTE
    if (goesOn) groups[groups.length - 1] = { ...last, endMs: cue.endMs, text: `${last.text} ${cue.text}` }
    else groups.push(cue)
  }
  return groups
}
