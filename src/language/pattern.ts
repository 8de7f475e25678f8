/** The small notation in which phrases are written (see language.ts), and its matching against tokens: bounded steps a position. */
import { endsClause, isMark, textOf, type Token } from './words.ts'

type Part =
  | { readonly type: 'words'; readonly alternatives: readonly (readonly Token[])[]; readonly isOptional: boolean }
  | { readonly type: 'gap' }
  | { readonly type: 'end' }

/** Where a pattern may begin. */
export type Anchor = 'clause' | 'turn' | 'anywhere'

export interface Pattern {
  readonly anchor: Anchor
  readonly parts: readonly Part[]
  /** Words that it may begin with. */
  readonly firstWords: readonly Token[]
}

const MAX_GAP = 4

/**
 * The patterns in a text: `|` outside of parentheses separates whole ones.
 * @throws Error when one does not begin with a word: a mistake in a data file.
 */
export function patternsOf(text: string, anchor: Anchor): readonly Pattern[] {
  const found = text.startsWith('~') ? 'anywhere' : text.startsWith('^') ? 'turn' : anchor
  return alternativesIn(text.replace(/^[~^]/, '')).map((phrase) => patternOf(phrase, found))
}

/** Split at `|`, but for those in parentheses. */
function alternativesIn(text: string): readonly string[] {
  if (!text.includes('(')) return text.split('|')
  const phrases: string[] = []
  let start = 0
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]
    if (letter === '(') depth++
    else if (letter === ')') depth--
    else if (letter === '|' && depth === 0) {
      phrases.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...phrases, text.slice(start)]
}

function patternOf(text: string, anchor: Anchor): Pattern {
  const parts = [...text.matchAll(/\(([^)]*)\)(\?)?|\S+/g)].map(([part, inner, optional]) =>
    inner === undefined ? partOf(part) : wordsPart(inner, optional === '?'),
  )
  const firstWords = firstOf(parts)
  if (firstWords.length === 0 || firstWords.some(isMark)) throw new Error(`phrase "${text}": it must begin with a word`)
  return { anchor, parts, firstWords }
}

function partOf(part: string): Part {
  if (part === '..') return { type: 'gap' }
  if (part === '$') return { type: 'end' }
  const isOptional = part.endsWith('?') && part.length > 1
  return wordsPart(isOptional ? part.slice(0, -1) : part, isOptional)
}

function wordsPart(alternatives: string, isOptional: boolean): Part {
  return { type: 'words', alternatives: alternatives.split('|').map((text) => textOf(text).tokens), isOptional }
}

function firstOf(parts: readonly Part[]): readonly Token[] {
  const words: Token[] = []
  for (const part of parts) {
    if (part.type !== 'words') break
    words.push(...part.alternatives.flatMap(([first]) => first ?? []))
    if (!part.isOptional) break
  }
  return words
}

/** Where the match that begins here ends; -1 = there is none. */
export function matchAt(pattern: Pattern, tokens: readonly Token[], at: number): number {
  return matchParts(pattern.parts, 0, tokens, at)
}

function matchParts(parts: readonly Part[], index: number, tokens: readonly Token[], at: number): number {
  const part = parts[index]
  if (part === undefined) return at
  if (part.type === 'end') return endsClause(tokens[at]) ? matchParts(parts, index + 1, tokens, at) : -1
  if (part.type === 'gap') {
    for (let length = 1; length <= MAX_GAP && at + length <= tokens.length; length++) {
      const end = matchParts(parts, index + 1, tokens, at + length)
      if (end >= 0) return end
    }
    return -1
  }
  for (const words of part.alternatives) {
    if (!standsAt(words, tokens, at)) continue
    const end = matchParts(parts, index + 1, tokens, at + words.length)
    if (end >= 0) return end
  }
  return part.isOptional ? matchParts(parts, index + 1, tokens, at) : -1
}

function standsAt(words: readonly Token[], tokens: readonly Token[], at: number): boolean {
  for (let offset = 0; offset < words.length; offset++) if (tokens[at + offset] !== words[offset]) return false
  return true
}
