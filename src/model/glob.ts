/** Names with `*` for any characters, as `flywheel.yaml` states models and feedback. Linear, unlike a regular expression with several `.*`: names come from the wire. */

/** A pattern read once, to be matched often. Case does not matter. */
export function globParts(glob: string): readonly string[] {
  return glob.toLowerCase().split('*')
}

/** `text` is in lower case. */
export function matchesGlob(parts: readonly string[], text: string): boolean {
  const [first = '', ...rest] = parts
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - at >= last.length && text.endsWith(last)
}
