/** Ways in which the same spans can come: whole requests or one span each, in any order, more than once, several emitters mixed. */
import type { EntryContent, TracedNote, TracedStep } from '../../src/fold/content.ts'
import { readContent } from '../../src/fold/content.ts'
import type { EntryKind } from '../../src/model/entry.ts'
import { type CaptureName, capturedRequests } from './captures.ts'
import type { TestEntry } from './fold.ts'

/** A part of a delivery: any group of spans or of notes. */
export interface Parcel {
  readonly kind: EntryKind
  readonly content: EntryContent
}

export function requestsOf(name: CaptureName): readonly Parcel[] {
  return capturedRequests(name).map(({ kind, format, content }) => ({ kind, content: readContent(kind, format, content) }))
}

/** One span or one note a parcel. */
export function oneByOne(parcels: readonly Parcel[]): readonly Parcel[] {
  return parcels.flatMap(({ kind, content }): readonly Parcel[] => {
    if (content.type === 'spans') return content.steps.map((step) => ({ kind, content: spans([step]) }))
    if (content.type === 'logs')
      return [
        ...content.notes.map((note) => ({ kind, content: logs([note], []) })),
        ...content.steps.map((step) => ({ kind, content: logs([], [step]) })),
      ]
    return []
  })
}

/** Takes one of each in turn until all are used up. */
export function interleave(lists: readonly (readonly Parcel[])[]): readonly Parcel[] {
  const longest = Math.max(...lists.map((list) => list.length))
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat()
}

export const DELIVERY_START_MS: number = Date.parse('2026-11-23T04:10:00Z')

/** Numbers and times the parcels and lets ticks pass: one a second while they come, then `quietMs` of silence. */
export function entriesOf(
  parcels: readonly Parcel[],
  options: { readonly perSecond?: number; readonly quietMs?: number } = {},
): readonly TestEntry[] {
  const perSecond = options.perSecond ?? Infinity
  const quietMs = options.quietMs ?? 660_000
  const entries: TestEntry[] = []
  let atMs = DELIVERY_START_MS
  let seconds = 1
  const add = (kind: EntryKind, content: EntryContent): void => {
    entries.push({ seq: entries.length + 1, atMs, kind, bytes: 100, content })
  }
  parcels.forEach(({ kind, content }, index) => {
    for (; index / perSecond >= seconds; seconds++) {
      atMs += 1_000
      add('tick', { type: 'tick', door: [] })
    }
    add(kind, content)
  })
  for (let passed = 0; passed < quietMs; passed += 5_000) {
    atMs += 5_000
    add('tick', { type: 'tick', door: [] })
  }
  return entries
}

function spans(steps: readonly TracedStep[]): EntryContent {
  return { type: 'spans', steps, feedback: [], rejected: [] }
}

function logs(notes: readonly TracedNote[], steps: readonly TracedStep[]): EntryContent {
  return { type: 'logs', notes, steps, feedback: [], rejected: [] }
}
