/**
 * When two parts of messages say the same. Emitters write one message in many ways: spaced and sorted otherwise, split into parts or joined, with ids or
 * without. Fingerprints stand for texts, so that a long conversation is compared in the time that it takes to read it.
 */
import { fingerprint } from '../model/fingerprint.ts'
import type { MessagePart, TranscriptMessage } from '../model/transcript.ts'

/** What is shown or left out as one: adjacent texts, or any other part. */
export interface Unit {
  readonly parts: readonly MessagePart[]
  readonly key: string
  /** Of a tool's call or result. */
  readonly id: string | null
  /** Letters and digits of what a tool was asked or answered, to be looked for in another. */
  readonly letters: string
}

export function unitsOf({ parts }: TranscriptMessage): readonly Unit[] {
  const units: Unit[] = []
  let texts: MessagePart[] = []
  const close = (): void => {
    if (texts.length > 0) units.push(textUnit(texts))
    texts = []
  }
  for (const part of parts) {
    if (part.type === 'text' || part.type === 'refusal') texts.push(part)
    else {
      close()
      units.push(otherUnit(part))
    }
  }
  close()
  return units
}

function textUnit(parts: readonly MessagePart[]): Unit {
  const text = parts.map((part) => ('text' in part ? part.text : '')).join('')
  return { parts, key: `text ${fingerprint(text.replaceAll(/\s+/g, ''))}`, id: null, letters: '' }
}

function otherUnit(part: MessagePart): Unit {
  switch (part.type) {
    case 'tool_call': {
      const letters = lettersOf(part.arguments ?? '')
      return { parts: [part], key: `call ${part.name} ${fingerprint(letters)}`, id: part.id, letters }
    }
    case 'tool_result':
      return { parts: [part], key: resultKey(part.text), id: part.id, letters: lettersOf(part.text) }
    case 'thought':
      return { parts: [part], key: `thought ${fingerprint(lettersOf(part.text))}`, id: null, letters: '' }
    case 'media':
      return { parts: [part], key: `media ${part.what}`, id: null, letters: '' }
    case 'text':
    case 'refusal':
      return textUnit([part])
    default:
      return part satisfies never
  }
}

/** The key that a text has as a tool's answer. */
export function resultKey(text: string): string {
  return `result ${fingerprint(lettersOf(text))}`
}

/** What JSON, Python and prose have in common of one text; in the order of the letters, so that sorted keys make no difference. */
function lettersOf(text: string): string {
  return sortedIfData(text).replaceAll(/[^\p{L}\p{N}]+/gu, '')
}

const MAX_SORTED = 65_536

/** Keys in one order. Long texts are compared as they are. */
function sortedIfData(text: string): string {
  if (text.length > MAX_SORTED || !/^\s*[[{]/.test(text)) return text
  try {
    return JSON.stringify(JSON.parse(text), sortedKeys)
  } catch {
    return text
  }
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Whether one is the other with at most so much around it. */
export function isAround(a: string, b: string, most: number): boolean {
  const [long, short] = a.length >= b.length ? [a, b] : [b, a]
  return long.length - short.length <= most && long.includes(short)
}
