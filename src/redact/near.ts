/** What stands around a number says what it is: a word shortly before it, in the same clause. */

const BEFORE = 60

/** True when the word is near before the place, with no other number in between. */
export function isNear(text: string, start: number, words: RegExp): boolean {
  const before = text.slice(Math.max(0, start - BEFORE), start)
  return words.test(before.slice(lastDigit(before) + 1))
}

function lastDigit(text: string): number {
  let index = text.length - 1
  while (index >= 0 && !isDigit(text.charCodeAt(index))) index--
  return index
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
