/** Cuts a text into the pieces that a stream sends: a word with the space before it, as tokens roughly are. */

export function pieces(text: string): readonly string[] {
  return text.match(/\s*[^\s]{1,12}|\s+$/gu) ?? []
}
