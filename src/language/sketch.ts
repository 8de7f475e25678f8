/**
 * The words of a turn as numbers, so that two turns can be compared once their texts are gone: a hash of the word's stem, and in its last bits how much it
 * says. Politeness is left out.
 */
import { languages } from './languages.ts'
import { CHARACTER, FUNCTION, SPECIFIC, type Text, textOf, type Token, WEIGHT_BITS } from './words.ts'

/** Longer turns are not compared: of two prompts made from one template most words are equal. */
export const MAX_COMPARED = 64

const FILLER = 16
const FUNCTION_BITS = 0xffff

/** Bit n: a function word of language n; bit 16 + n: a filler of it. */
const lightWords = new Map<Token, number>()
for (const [index, language] of languages.entries()) {
  for (const text of language.functionWords) addBit(text, index)
  for (const text of language.fillers) addBit(text, FILLER + index)
}

function addBit(text: string, bit: number): void {
  for (const word of textOf(text).words) lightWords.set(word, (lightWords.get(word) ?? 0) | (1 << bit))
}

export function sketchOf({ words, items }: Text): readonly number[] {
  const light = words.map((word) => lightWords.get(word) ?? 0)
  const language = languageOf(light)
  const sketch: number[] = []
  for (let at = 0; at < items.length; at++) {
    const bits = (light[at] ?? 0) >>> language
    const item = items[at] ?? 0
    if ((bits & (1 << FILLER)) === 0) sketch.push((bits & 1) === 0 ? item : (item & ~WEIGHT_BITS) | FUNCTION)
  }
  return sketch
}

/** The language of which most words are: short words are spelled alike in several. */
function languageOf(light: readonly number[]): number {
  const counts = languages.map(() => 0)
  let most = 0
  for (const bits of light)
    for (let left = bits & FUNCTION_BITS; left !== 0; left &= left - 1) {
      const index = 31 - Math.clz32(left & -left)
      const count = (counts[index] ?? 0) + 1
      counts[index] = count
      if (count > most) most = count
    }
  return most === 0 ? 0 : counts.indexOf(most)
}

export function isContent(item: number): boolean {
  return (item & WEIGHT_BITS) !== FUNCTION
}

export function isSpecific(item: number): boolean {
  return (item & WEIGHT_BITS) === SPECIFIC
}

/** In words: a character is half of one. */
export function weightOfItem(item: number): number {
  return (item & WEIGHT_BITS) === CHARACTER ? 0.5 : 1
}
