/** A rule: a pattern and what becomes of its matches. Rules run one after the other, each on what the ones before it left. */

export interface Found {
  readonly match: string
  /** The match's first group; '' where it has none. */
  readonly group: string
  readonly text: string
  readonly start: number
  /** How many matches of the rule the text had before this one. */
  readonly nth: number
}

export interface Rule {
  /** Global, and linear: every repetition is bounded or over one class of characters, and begins where nothing of its class stands before it. */
  readonly pattern: RegExp
  /** One of these is in every text with a match, in this spelling: others are not searched. */
  readonly needs?: readonly string[]
  /** What stands in place of the match; the match to leave it as it is. */
  readonly replace: (found: Found) => string
}

export function applyRules(text: string, rules: readonly Rule[]): string {
  let rest = text
  for (const rule of rules) rest = applyRule(rest, rule)
  return rest
}

function applyRule(text: string, { pattern, needs, replace }: Rule): string {
  if (needs !== undefined && !needs.some((literal) => text.includes(literal))) return text
  let made = ''
  let end = 0
  let nth = 0
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const found = { match: match[0], group: match[1] ?? '', text, start: match.index, nth: nth++ }
    made += text.slice(end, match.index) + replace(found)
    end = match.index + match[0].length
  }
  return end === 0 ? text : made + text.slice(end)
}

/** A range of a text that is replaced as a whole. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Ranges may come in any order and overlap; what overlaps is replaced once. */
export function replaceRanges(text: string, ranges: readonly Range[], replacement: string): string {
  if (ranges.length === 0) return text
  let made = ''
  let end = 0
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    if (range.start >= end) made += text.slice(end, range.start) + replacement
    end = Math.max(end, range.end)
  }
  return made + text.slice(end)
}
