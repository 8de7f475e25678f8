/** What an emitter sends: the words of docs/emitters.md. */

/** `yes`, `not sent` (the emitter never puts it on the wire), or `partly: ` with the reason. */
export type Cell = 'yes' | 'not sent' | `partly: ${string}`

export const columns = [
  'calls',
  'tokens',
  'cache',
  'reasoning',
  'cost',
  'tools',
  'content',
  'conversation',
  'user',
  'failures',
] as const
export type Column = (typeof columns)[number]

export interface Emitter extends Readonly<Record<Column, Cell>> {
  readonly name: string
  /** Versions that were seen on the wire. */
  readonly packages: string
  /** Folders of test/fixtures with its bytes, against which the row is checked; none = seen, but its bytes are not kept. */
  readonly captures: readonly string[]
}

/** An emitter that is read as its documentation and source say and was not seen on the wire here. */
export interface UnseenEmitter {
  readonly name: string
  /** The dialect in src/dialects that takes its spans. */
  readonly dialect: string
  readonly note: string
}
