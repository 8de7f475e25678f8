/** Reads values out of parsed JSON whose shape nobody has checked: what is missing or of another type reads as absent. */

export type Json = Readonly<Record<string, unknown>>

export function record(value: unknown): Json {
  return isRecord(value) ? value : {}
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

export function count(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** The parsed text, or null where it is no JSON. */
export function parsed(raw: string): unknown {
  try {
    return JSON.parse(raw) as unknown
  } catch {
    return null
  }
}

/** Content as the providers spell it: a string, or parts of which those with a text count. */
export function contentText(content: unknown): string {
  if (typeof content === 'string') return content
  return list(content)
    .map((part) => (typeof part === 'string' ? part : (text(record(part)['text']) ?? '')))
    .filter((part) => part !== '')
    .join('\n')
}
