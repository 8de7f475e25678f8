/** Markdown with front matter to one note: the front matter has the fields, block quotes are the quotes, the rest is its text. */
import { parse as parseYaml } from 'yaml'

import { noteBodySchema } from './body.ts'
import { type DraftDefaults, draftOf } from './draft.ts'
import { titleOfFile } from './identity.ts'
import type { ReadResult } from './read-result.ts'
import { bodyOfFields, rowProblem } from './table.ts'
import { UnreadableNotesError } from './unreadable.ts'

const frontMatter = /^\s*---[ \t]*\n([\s\S]*?)\n---[ \t]*(?:\n|$)/

/** @throws {UnreadableNotesError} when its front matter is no YAML. */
export function readMarkdown(text: string, defaults: DraftDefaults): ReadResult {
  const lines = text.replaceAll(/\r\n?/g, '\n')
  const found = frontMatter.exec(lines)
  const { body, columns, ignored, cells } = bodyOfFields(fieldsOf(found?.[1] ?? ''))
  const content = lines.slice(found?.[0].length ?? 0).trim()
  const quotes = blockQuotes(content)
  const heading = /^#{1,2}[ \t]+(\S.{0,298})/m.exec(content)?.[1]?.trim()
  const whole = {
    ...(heading !== undefined && { title: heading }),
    ...(defaults.file !== undefined && heading === undefined && { title: titleOfFile(defaults.file) }),
    ...body,
    ...(content !== '' && { text: content }),
    ...(quotes.length > 0 && { quotes }),
  }
  const parsed = noteBodySchema.safeParse(whole)
  if (parsed.success)
    return {
      drafts: [{ line: 1, draft: draftOf(parsed.data, defaults) }],
      wrong: [],
      columns: Object.fromEntries(columns),
      ignored,
    }
  const wrong = parsed.error.issues.map((issue) => rowProblem(issue, 1, cells, columns))
  return { drafts: [], wrong, columns: Object.fromEntries(columns), ignored }
}

function fieldsOf(yaml: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = parseYaml(yaml, { maxAliasCount: 0 })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
    throw new UnreadableNotesError('front matter', `The front matter is no YAML: ${reason}`)
  }
  if (value === null || value === undefined) return {}
  if (typeof value === 'object' && !Array.isArray(value)) return { ...value }
  throw new UnreadableNotesError(
    'front matter',
    'Expected names and values between the two lines of ---, such as "kind: interview".',
  )
}

interface Quote {
  readonly text: string
  readonly speaker?: { readonly role: string }
}

/** Each block of `>` lines; a last line that begins with a dash says who said it. */
function blockQuotes(content: string): readonly Quote[] {
  const blocks: string[][] = []
  let isOpen = false
  for (const line of content.split('\n')) {
    const [, inner] = /^ {0,3}>[ \t]?(.*)$/.exec(line) ?? []
    if (inner !== undefined) {
      if (!isOpen) blocks.push([])
      blocks.at(-1)?.push(inner)
    }
    isOpen = inner !== undefined
  }
  return blocks.map(quoteOf).filter(({ text }) => text !== '')
}

function quoteOf(lines: readonly string[]): Quote {
  const [, role] = /^\s*(?:—|–|--)\s*(\S.{0,63})$/.exec(lines.at(-1) ?? '') ?? []
  const text = (role === undefined ? lines : lines.slice(0, -1)).join('\n').trim()
  return { text, ...(role !== undefined && { speaker: { role: role.trim() } }) }
}
