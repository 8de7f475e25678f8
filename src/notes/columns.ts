/** Which column of a table is which field of a note, by its name. What is not sure is left out and named: a wrong column is worse than none. */
import { UnreadableNotesError } from './unreadable.ts'

/** What a column can be, in the order in which they choose. */
const rowFields = [
  'text',
  'title',
  'externalId',
  'at',
  'userId',
  'rating',
  'kind',
  'role',
  'name',
  'weight',
  'tags',
  'task',
  'about',
  'url',
  'traceId',
  'conversationId',
] as const
export type RowField = (typeof rowFields)[number]

export type ColumnNames = Readonly<Partial<Record<RowField, readonly string[]>>>

/**
 * Names without spaces, signs and capitals; the first that is there wins. Names of people are left out (`requester`, `author`, `nickname`): whoever wants them kept
 * says so. A `conversation id` of a help desk is not one of ours, and so is no link.
 */
const usualNames: ColumnNames = {
  text: [
    'text',
    'reviewtext',
    'reviewbody',
    'comment',
    'comments',
    'body',
    'message',
    'description',
    'review',
    'content',
    'feedback',
    'quote',
    'response',
    'answer',
    'note',
    'notes',
  ],
  title: ['title', 'subject', 'reviewtitle', 'headline', 'summary'],
  externalId: ['externalid', 'id', 'ticketid', 'reviewid', 'responseid', 'caseid', 'casenumber', 'ticket', 'ticketnumber'],
  at: [
    'at',
    'createdat',
    'created',
    'createddate',
    'creationdate',
    'submittedat',
    'submitdate',
    'submitted',
    'reviewdate',
    'date',
    'datetime',
    'timestamp',
    'time',
    'opened',
    'openedat',
    'received',
    'receivedat',
  ],
  userId: ['userid', 'enduserid', 'customerid', 'externaluserid', 'user', 'contactid'],
  rating: [
    'rating',
    'starrating',
    'stars',
    'csat',
    'csatscore',
    'nps',
    'npsscore',
    'satisfaction',
    'satisfactionrating',
    'satisfactionscore',
    'score',
  ],
  kind: ['kind'],
  role: ['role', 'authorrole', 'speakerrole', 'authortype'],
  weight: ['weight'],
  tags: ['tags', 'tag', 'labels', 'label', 'category', 'categories', 'topic', 'topics'],
  task: ['task', 'intent'],
  about: ['about'],
  url: ['url', 'link', 'permalink', 'reviewlink', 'ticketurl'],
  traceId: ['traceid'],
}

export interface ChosenColumns {
  /** Names as the file spells them. Several only for the text. */
  readonly columns: ReadonlyMap<RowField, readonly string[]>
  readonly ignored: readonly string[]
}

/** Pairs of a field and a column: `text:Comment,userId:Customer No`. An empty column name = none. */
export type ColumnMap = readonly (readonly [field: RowField, column: string])[]

/**
 * Chooses columns: first what was asked for, then our own spelling, then the names of the system that made the file, then usual ones.
 * @throws {UnreadableNotesError} when a column that was asked for is not there.
 */
export function chooseColumns(headers: readonly string[], map: ColumnMap, ofSystem: ColumnNames): ChosenColumns {
  const chosen = new Map<RowField, readonly string[]>()
  for (const [field, column] of map) chosen.set(field, [...(chosen.get(field) ?? []), ...asked(headers, field, column)])
  const taken = new Set([...chosen.values()].flat())
  for (const field of rowFields) {
    if (chosen.has(field)) continue
    const found = columnFor(field, headers, taken, ofSystem)
    if (found === undefined) continue
    chosen.set(field, [found])
    taken.add(found)
  }
  return { columns: chosen, ignored: headers.filter((header) => !taken.has(header)) }
}

function columnFor(
  field: RowField,
  headers: readonly string[],
  taken: ReadonlySet<string>,
  ofSystem: ColumnNames,
): string | undefined {
  const free = headers.filter((header) => !taken.has(header))
  if (free.includes(field)) return field
  for (const name of [...(ofSystem[field] ?? []), ...(usualNames[field] ?? [])]) {
    const found = free.find((header) => plainName(header) === name)
    if (found !== undefined) return found
  }
  return undefined
}

function asked(headers: readonly string[], field: RowField, column: string): readonly string[] {
  if (column === '') return []
  const found = headers.find((header) => header === column) ?? headers.find((header) => plainName(header) === plainName(column))
  if (found !== undefined) return [found]
  throw new UnreadableNotesError('map', `map=${field}:${column}: no such column. There are: ${listed(headers)}.`)
}

/** Without spaces, signs and capitals. */
export function plainName(header: string): string {
  return header.toLowerCase().replaceAll(/[^\p{L}\p{N}#]+/gu, '')
}

/** Names for a message, not all of them when there are many. */
export function listed(headers: readonly string[]): string {
  const most = 30
  return headers.slice(0, most).join(', ') + (headers.length > most ? ` and ${headers.length - most} more` : '')
}

const pairStart = new RegExp(String.raw`(?:^|,)\s*(?=(?:${rowFields.join('|')})\s*:)`, 'i')

/**
 * Reads `text:Comment,userId:Customer No`. Column names may hold commas and colons.
 * @throws {UnreadableNotesError}
 */
export function parseColumnMap(texts: readonly string[]): ColumnMap {
  return texts.flatMap((text) =>
    text
      .split(pairStart)
      .filter((pair) => pair.trim() !== '')
      .map((pair) => {
        const colon = pair.indexOf(':')
        const name = pair.slice(0, Math.max(colon, 0)).trim().toLowerCase()
        const field = rowFields.find((known) => known.toLowerCase() === name)
        if (field === undefined)
          throw new UnreadableNotesError(
            'map',
            `map=${pair}: expected FIELD:COLUMN where FIELD is one of ${rowFields.join(', ')}. Several are separated by commas.`,
          )
        return [field, pair.slice(colon + 1).trim()] as const
      }),
  )
}
