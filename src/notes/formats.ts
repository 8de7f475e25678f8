/** The formats that files of notes come in, and how they are told apart. Apart from reading them: the command line needs no more. */

export const noteFormats = ['csv', 'jsonl', 'markdown', 'vtt', 'srt'] as const
export type NoteFormat = (typeof noteFormats)[number]

const endings: ReadonlyMap<string, NoteFormat> = new Map([
  ['csv', 'csv'],
  ['tsv', 'csv'],
  ['jsonl', 'jsonl'],
  ['ndjson', 'jsonl'],
  ['json', 'jsonl'],
  ['md', 'markdown'],
  ['markdown', 'markdown'],
  ['vtt', 'vtt'],
  ['srt', 'srt'],
])

/** The format of a file by its name; null = not known. */
export function formatOfFile(name: string): NoteFormat | null {
  return endings.get(/\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '') ?? null
}

const mediaTypes: ReadonlyMap<string, NoteFormat> = new Map([
  ['text/csv', 'csv'],
  ['application/csv', 'csv'],
  ['text/tab-separated-values', 'csv'],
  ['application/x-ndjson', 'jsonl'],
  ['application/ndjson', 'jsonl'],
  ['application/jsonl', 'jsonl'],
  ['application/json', 'jsonl'],
  ['text/markdown', 'markdown'],
  ['text/vtt', 'vtt'],
  ['application/x-subrip', 'srt'],
])

/** The format of a body by its media type, without parameters; null = not known. */
export function formatOfType(type: string): NoteFormat | null {
  return mediaTypes.get(type.toLowerCase()) ?? null
}
