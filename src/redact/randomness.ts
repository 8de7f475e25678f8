/** What tells a key from words: keys are random. */

export function hasDigit(text: string): boolean {
  return /\d/.test(text)
}

export function upperOrMixed({ match }: { readonly match: string }): string {
  return hasDigit(match) || match === match.toUpperCase() ? '[secret]' : match
}

/** Letters of both cases and digits, or hexadecimal with both: random characters have them, words and paths do not. */
export function isMixed(text: string): boolean {
  return hasDigit(text) && /[a-z]/i.test(text) && !/^[a-z/]+\d*$/.test(text)
}

/** `sk-learn-and-other-packages-2`: each part is a word or a number. */
export function isMadeOfWords(text: string): boolean {
  return text
    .split(/[-_./=]/)
    .every((part) => /^(?:[a-z]{0,14}|[A-Z]?[a-z]{0,14}|[A-Z]{2,12}|\d{1,4}[a-z]?|\d{8}|[a-z]{1,10}\d{1,3})$/.test(part))
}
