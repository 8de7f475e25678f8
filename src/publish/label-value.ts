/** Makes any text safe as a label value. Values come from the wire: they may be a megabyte long, hold control characters or be broken UTF-16. */

/** Stands for all values that found no place. */
export const OTHER = '__other__'

/** Stands for every tool that nobody defined. */
export const UNKNOWN_TOOL = '__unknown__'

/** Longest label value, in UTF-16 code units. */
const MAX_LABEL_VALUE_LENGTH = 128

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/
// oxlint-disable-next-line no-control-regex -- the same, for all of them
const controlCharacters = /[\u0000-\u001f\u007f]/g

/** Well-formed, without control characters (each becomes a space), at most 128 long; a clean value is returned as it is. */
export function cleanLabelValue(value: string): string {
  const short = value.length > MAX_LABEL_VALUE_LENGTH ? cut(value) : value
  const wellFormed = short.isWellFormed() ? short : short.toWellFormed()
  return controlCharacter.test(wellFormed) ? wellFormed.replaceAll(controlCharacters, ' ') : wellFormed
}

function cut(value: string): string {
  const last = value.charCodeAt(MAX_LABEL_VALUE_LENGTH - 1)
  const isHalfOfPair = last >= 0xd800 && last <= 0xdbff
  const kept = value.slice(0, isHalfOfPair ? MAX_LABEL_VALUE_LENGTH - 1 : MAX_LABEL_VALUE_LENGTH)
  // A slice keeps its whole parent alive in V8; going through an array copies the few characters, so that the megabyte can be freed.
  return kept.split('').join('')
}
