/** What was said at one step, whatever its kind. */
import type { TranscriptMessage } from '../../model/transcript.ts'
import type { Attributes, PlainValue } from '../../otlp/span.ts'
import type { Chain } from '../dialect.ts'
import type { WholeReader } from '../messages/whole.ts'
import { isContent } from '../read.ts'

export interface Said {
  readonly input: readonly TranscriptMessage[]
  readonly output: readonly TranscriptMessage[]
  readonly isPartial: boolean
}

/** The first value along the chain that holds content; a text as what it stands for. */
export function firstValue(attributes: Attributes, chain: Chain, reader: WholeReader): PlainValue | undefined {
  for (const key of chain) {
    const value = plainValue(attributes.value(key), reader)
    if (value !== undefined) return value
  }
  return undefined
}

export function plainValue(value: PlainValue | undefined, reader: WholeReader): PlainValue | undefined {
  if (typeof value === 'string') return reader.plain(value)
  return value === undefined || value === null || !isContent(shortText(value)) ? undefined : value
}

/** Enough to tell an empty value from one that is none. */
function shortText(value: PlainValue): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : 'list'
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 ? '{}' : 'object'
  return String(value)
}
