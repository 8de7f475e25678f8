/** What a user said -> the small fact about it that leaves the dialect. */
import type { UserTurn } from '../model/turn.ts'
import { ownWordsOf } from './own-words.ts'
import { phrasesIn } from './phrases.ts'
import { MAX_COMPARED, sketchOf } from './sketch.ts'
import { CHARACTER, textOf, type Token, WEIGHT_BITS } from './words.ts'

const MAX_QUOTE = 200

/** Null where there are no words. The same message stands on the spans of an agent and of its calls: the last one is remembered. */
export function userTurnOf(message: string): UserTurn | null {
  if (message !== last.message) last = { message, turn: readTurn(message) }
  return last.turn
}

let last: { readonly message: string; readonly turn: UserTurn | null } = { message: '', turn: null }

function readTurn(message: string): UserTurn | null {
  const { text, isOwn } = ownWordsOf(message)
  const read = textOf(text)
  const { tokens, words, items } = read
  if (words.length === 0) return null
  let characters = 0
  for (const item of items) if ((item & WEIGHT_BITS) === CHARACTER) characters++
  return {
    phrases: isOwn ? phrasesIn(tokens) : [],
    sketch: isOwn && words.length <= MAX_COMPARED ? sketchOf(read) : [],
    words: words.length - Math.floor(characters / 2),
    quote: quoteOf(text),
    fingerprint: fingerprintOf(words),
    isOwn,
  }
}

/** Two hashes over those of the words: equality is taken as equality of texts, inside one conversation only. */
function fingerprintOf(words: readonly Token[]): string {
  let first = 0x9e3779b9
  let second = 0x85ebca6b
  for (const word of words) {
    first = Math.imul(first ^ word, 2654435761)
    second = Math.imul(second ^ word, 1597334677)
  }
  first ^= first >>> 16
  second ^= second >>> 13
  return `${(first >>> 0).toString(36)}.${(second >>> 0).toString(36)}`
}

const spaces = /\s+/g
const oddSpace = /[^\S ]| {2}/

/** In one line; of a long text as a copy: a plain slice would keep the whole message in memory. */
function quoteOf(text: string): string {
  const beginning = text.length > 2 * MAX_QUOTE ? text.slice(0, 2 * MAX_QUOTE) : text
  const line = oddSpace.test(beginning) ? beginning.replaceAll(spaces, ' ').trim() : beginning
  return line.length <= MAX_QUOTE ? line : Buffer.from(`${line.slice(0, MAX_QUOTE - 1)}…`).toString()
}
