/** Exports that are recognised by the names of their columns: where they come from, and what their columns mean there. */
import type { ScoreScale } from '../model/feedback.ts'
import type { NoteKind } from '../model/note.ts'
import type { ColumnNames } from './columns.ts'

export interface KnownSystem {
  readonly name: string
  readonly kind: NoteKind
  readonly role: string
  readonly scale: ScoreScale | null
  /** Column names without spaces, signs and capitals: all of one list are there. */
  readonly tells: readonly (readonly string[])[]
  readonly columns: ColumnNames
}

export const fiveStars: ScoreScale = { min: 1, max: 5, higherIsBetter: true }

const systems: readonly KnownSystem[] = [
  {
    name: 'google-play',
    kind: 'review',
    role: 'user',
    scale: fiveStars,
    tells: [['packagename', 'starrating']],
    // A review has no id of its own there; its link holds one.
    columns: {
      text: ['reviewtext'],
      title: ['reviewtitle'],
      at: ['reviewlastupdatedateandtime', 'reviewsubmitdateandtime'],
      rating: ['starrating'],
      externalId: ['reviewlink'],
    },
  },
  {
    name: 'app-store',
    kind: 'review',
    role: 'user',
    scale: fiveStars,
    tells: [
      ['reviewernickname', 'rating'],
      ['territory', 'rating'],
    ],
    columns: { text: ['body', 'review'], at: ['createddate', 'lastmodified'] },
  },
  {
    name: 'zendesk',
    kind: 'ticket',
    role: 'customer',
    scale: null,
    tells: [
      ['requesterid', 'submitter', 'subject'],
      ['requesterid', 'tickettype'],
      ['requester', 'satisfactionscore', 'subject'],
    ],
    // The external id is the one that the customer's own application gave; the others are Zendesk's.
    columns: { userId: ['requesterexternalid'], rating: ['satisfactionscore', 'satisfactionrating'], at: ['createdat'] },
  },
  {
    name: 'intercom',
    kind: 'ticket',
    role: 'customer',
    scale: fiveStars,
    tells: [
      ['conversationid', 'conversationrating'],
      ['conversationid', 'teammateassigned'],
      ['conversationid', 'conversationstartedat'],
    ],
    columns: {
      externalId: ['conversationid'],
      at: ['conversationstartedat', 'createdat'],
      rating: ['conversationrating', 'rating'],
      text: ['conversationratingremark', 'firstmessage', 'message', 'body'],
    },
  },
  {
    name: 'typeform',
    kind: 'other',
    role: 'user',
    scale: null,
    tells: [
      ['#', 'submitdateutc'],
      ['networkid', 'submitdateutc'],
    ],
    columns: { externalId: ['#', 'token'], at: ['submitdateutc'] },
  },
]

/** Null = none that is known. `names` as `plainName` makes them. */
export function systemOf(names: ReadonlySet<string>): KnownSystem | null {
  return systems.find(({ tells }) => tells.some((all) => all.every((name) => names.has(name)))) ?? null
}

/** The scale of a column that is called so, where its name tells. */
export function scaleOfName(name: string): ScoreScale | null {
  if (name === 'starrating' || name === 'stars') return fiveStars
  return name === 'nps' || name === 'npsscore' ? { min: 0, max: 10, higherIsBetter: true } : null
}

/** A column `rating` with nothing but whole numbers from 1 to 5 is stars; a wider one says nothing about its scale. */
export function looksLikeStars(name: string, scores: readonly number[]): boolean {
  return name === 'rating' && scores.length > 0 && scores.every((score) => Number.isInteger(score) && score >= 1 && score <= 5)
}
