/** Who says what in a piece of a transcript: voice tags of WebVTT, or names before the text. */

export interface Spoken {
  readonly speaker: string | null
  /** Still with markup. */
  readonly text: string
}

const voice = /<v(?:\.[^\s<>]{1,100})?[ \t]([^<>\n]{1,200})>/g
const tag = /<\/?[a-z\d][^<>\n]{0,200}>/gi
const MAX_NAME = 60

/** The parts of one cue by voice tag; without any, one part of nobody. */
export function spokenBy(cue: string): readonly Spoken[] {
  const starts = [...cue.matchAll(voice)]
  const [first] = starts
  if (first === undefined) return [{ speaker: null, text: cue }]
  const before = cue.slice(0, first.index)
  const parts = starts.map((start, index): Spoken => {
    const from = start.index + start[0].length
    return { speaker: plainText(start[1] ?? ''), text: cue.slice(from, starts[index + 1]?.index ?? cue.length) }
  })
  return plainText(before) === '' ? parts : [{ speaker: null, text: before }, ...parts]
}

/** `Name: text`. A name is short, has no sentence in it and begins with a capital or a letter without one. */
export function nameBefore(text: string): { readonly name: string | null; readonly text: string } {
  const colon = text.indexOf(': ')
  const name = text.slice(0, Math.max(colon, 0)).trim()
  const isName = name !== '' && name.length <= MAX_NAME && /^[\p{Lu}\p{Lo}\d]/u.test(name) && !/[.!?,;"]/.test(name)
  return isName ? { name, text: text.slice(colon + 1).trim() } : { name: null, text }
}

const entities: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['lrm', ''],
  ['rlm', ''],
])

/** Without tags and entities, on one line. */
export function plainText(markup: string): string {
  return markup
    .replaceAll(tag, '')
    .replaceAll(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z]{2,5});/gi, (whole, name: string) => entity(name.toLowerCase()) ?? whole)
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function entity(name: string): string | undefined {
  if (!name.startsWith('#')) return entities.get(name)
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : undefined
}
