/**
 * A text -> its words and where its clauses end. Case, accents and apostrophes make no difference (people leave them out). Scripts without spaces give
 * a word a character, so that the same matching serves them. One pass that makes no strings, since it is done for what every model call was told; and
 * equal on every version of Node: no segmenter's dictionary.
 */

/** A word as a hash above `QUOTE`, a mark as one of the constants, an emoji below zero. */
export type Token = number

const COMMA = 1
const STOP = 2
export const ASK = 3
const SHOUT = 4
const QUOTE = 5

export interface Text {
  readonly tokens: readonly Token[]
  /** The words among them. */
  readonly words: readonly Token[]
  /** The same words as they are compared: a hash of the stem, and in the last two bits a weight. */
  readonly items: readonly number[]
}

/** A word that says nothing of its own (articles, pronouns); one with a meaning; one thing among others (numbers, ids); a character, which is half a word. */
export const FUNCTION = 0
const CONTENT = 1
export const SPECIFIC = 2
export const CHARACTER = 3
export const WEIGHT_BITS = 3

/** What is beyond is not looked at. */
const MAX_CHARACTERS = 2_000

export function textOf(text: string): Text {
  const reader = new Reader()
  reader.read(plain(text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS) : text))
  return reader
}

/** Whether a clause ends before this token: at a mark, at an emoji, and at the end of the text. */
export function endsClause(token: Token | undefined): boolean {
  return token === undefined || token <= SHOUT
}

export function isMark(token: Token): boolean {
  return token > 0 && token <= QUOTE
}

// oxlint-disable-next-line no-control-regex -- the fast way to ask for ASCII
const ascii = /^[\0-\x7f]*$/
const accents = /[\u0300-\u036f\u064b-\u0652\u0670\u0640]/g

const folded: ReadonlyMap<string, string> = new Map([
  ['ı', 'i'],
  ['ł', 'l'],
  ['ß', 'ss'],
  ['ø', 'o'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['آ', 'ا'],
  ['أ', 'ا'],
  ['إ', 'ا'],
  ['ى', 'ي'],
  ['ة', 'ه'],
])
const foldable = new RegExp(`[${[...folded.keys()].join('')}]`, 'g')

function plain(text: string): string {
  const lower = text.toLowerCase()
  if (ascii.test(lower)) return lower
  const bare = lower.normalize('NFKD').replaceAll(accents, '').normalize('NFC')
  return bare.replaceAll(foldable, (letter) => folded.get(letter) ?? letter)
}

/** FNV-1a, kept to 30 bits, which engines hold without a box. */
const FNV_START = 0x811c9dc5
const FNV_PRIME = 0x01000193
const HASH_BITS = 0x3fffffff
const MAX_STEM = 6
const LETTER_S = 115

class Reader implements Text {
  readonly tokens: Token[] = []
  readonly words: Token[] = []
  readonly items: number[] = []
  #length = 0
  #hash = FNV_START
  /** The hash before the last letter, and that of the first six. */
  #before = FNV_START
  #stem = FNV_START
  #last = 0
  #secondLast = 0
  #hasDigit = false

  read(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      const kind = code < 128 ? (asciiKinds[code] ?? NOTHING) : kindOf(code)
      if (kind === LETTER || kind === DIGIT) this.#letter(code, kind === DIGIT)
      else if (kind !== APOSTROPHE) at += this.#between(text, at, kind)
    }
    this.#endWord()
  }

  #letter(code: number, isDigit: boolean): void {
    this.#before = this.#hash
    this.#hash = Math.imul(this.#hash ^ code, FNV_PRIME)
    if (++this.#length === MAX_STEM) this.#stem = this.#hash
    this.#secondLast = this.#last
    this.#last = code
    if (isDigit) this.#hasDigit = true
  }

  /** Takes what stands between words; tells how many code units more than one it is. */
  #between(text: string, at: number, kind: number): number {
    this.#endWord()
    if (kind <= QUOTE) this.tokens.push(kind)
    else if (kind === DASH) {
      // With a space beside it a dash ends a clause; a hyphen does not.
      if (text[at + 1] === ' ' || text[at - 1] === ' ') this.tokens.push(COMMA)
    } else if (kind === ALONE) this.#add(hashOfCode(text.charCodeAt(at)), hashOfCode(text.charCodeAt(at)), CHARACTER)
    else if (kind === SYMBOL) this.tokens.push(-1 - text.charCodeAt(at))
    else if (kind === SURROGATE) {
      this.tokens.push(-1 - (text.codePointAt(at) ?? 0))
      return 1
    }
    return 0
  }

  #endWord(): void {
    if (this.#length === 0) return
    const { hash, stem } = { hash: this.#hash, stem: this.#stemHash() }
    this.#add(hash, this.#hasDigit ? hash : stem, this.#hasDigit ? SPECIFIC : CONTENT)
    this.#length = 0
    this.#hash = FNV_START
    this.#last = 0
    this.#hasDigit = false
  }

  /** Light: of long words six letters count, and of short ones a plural goes. */
  #stemHash(): number {
    if (this.#length > MAX_STEM) return this.#stem
    return this.#length > 3 && this.#last === LETTER_S && this.#secondLast !== LETTER_S ? this.#before : this.#hash
  }

  #add(hash: number, stem: number, weight: number): void {
    const token = Math.max(QUOTE + 1, (hash ^ (hash >>> 15)) & HASH_BITS)
    this.tokens.push(token)
    this.words.push(token)
    this.items.push(((stem ^ (stem >>> 15)) & (HASH_BITS - WEIGHT_BITS)) | weight)
  }
}

function hashOfCode(code: number): number {
  return Math.imul(FNV_START ^ code, FNV_PRIME)
}

/** What a character is, where it is none of the marks. */
const NOTHING = 10
const LETTER = 11
const DIGIT = 12
const APOSTROPHE = 13
const DASH = 14
/** A word of its own. */
const ALONE = 15
const SYMBOL = 16
const SURROGATE = 17

const listed: readonly (readonly [letters: string, kind: number])[] = [
  ['.;:\n…。؛।', STOP],
  [',()、،', COMMA],
  ['?¿؟', ASK],
  ['!¡', SHOUT],
  ['"“”„«»「」『』', QUOTE],
  ["'’‘`´ʼ", APOSTROPHE],
  ['-–—', DASH],
]
const marks: ReadonlyMap<string, number> = new Map(
  listed.flatMap(([letters, kind]) => Array.from(letters, (letter) => [letter, kind] as const)),
)

const asciiKinds: readonly number[] = Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code)
  return /[a-z]/.test(letter) ? LETTER : /\d/.test(letter) ? DIGIT : (marks.get(letter) ?? NOTHING)
})

/** Beyond ASCII everything is a letter but for these. */
function kindOf(code: number): number {
  const mark = marks.get(String.fromCharCode(code))
  if (mark !== undefined) return mark
  if (isAlone(code)) return ALONE
  if (code >= 0xd800 && code <= 0xdbff) return SURROGATE
  if (code >= 0x2600 && code <= 0x27bf) return SYMBOL
  return code >= 0xc0 && !(code >= 0x2000 && code <= 0x2bff) && !(code >= 0x3000 && code <= 0x303f) && code < 0xfe00
    ? LETTER
    : NOTHING
}

/** Han, kana and Hangul: written without spaces, or with spaces that many leave out. */
function isAlone(code: number): boolean {
  return (
    (code >= 0x3041 && code <= 0x30ff) ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0xac00 && code <= 0xd7a3)
  )
}
