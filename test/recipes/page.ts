/** A page of docs/instrument as the test that it is: what to install, which files to write, how to run. Everything else is prose. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'

const folder = new URL('../../docs/instrument/', import.meta.url)

interface PageFile {
  readonly name: string
  readonly text: string
}

export interface RecipePage {
  readonly name: string
  /** The install line; null = the page is not tried in this suite and says why. */
  readonly install: string | null
  readonly files: readonly PageFile[]
  readonly run: string
}

interface Block {
  readonly language: string
  /** Second word behind the fence: `install`, `run` or a file name. */
  readonly role: string
  readonly text: string
}

/** Names of all pages, without the index. */
export function pageNames(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.md') && file !== 'README.md')
    .map((file) => file.slice(0, -'.md'.length))
    .sort()
}

export function pageText(name: string): string {
  const path = new URL(`${name}.md`, folder)
  if (!existsSync(path)) throw new Error(`docs/instrument/${name}.md: no such page`)
  return readFileSync(path, 'utf8')
}

/** Reads a page. A page with an install block must also say what to run, and the other way round. */
export function readPage(name: string): RecipePage {
  const blocks = blocksOf(pageText(name))
  const install = only(name, blocks, 'install')
  const run = only(name, blocks, 'run')
  const files = blocks.filter(({ role }) => role.includes('.')).map(({ role, text }) => ({ name: role, text }))
  if (install !== null && (run === null || files.length === 0))
    throw new Error(`docs/instrument/${name}.md: an install block needs a run block and at least one file beside it`)
  return { name, install: install?.trim() ?? null, files, run: run ?? '' }
}

function only(name: string, blocks: readonly Block[], role: string): string | null {
  const found = blocks.filter((block) => block.language === 'sh' && block.role === role)
  if (found.length > 1) throw new Error(`docs/instrument/${name}.md: expected one "sh ${role}" block, got ${found.length}`)
  return found[0]?.text ?? null
}

const fence = /^```([a-z]+)[ \t]+(\S+)[ \t]*\n([\s\S]*?)^```[ \t]*$/gm

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(fence)].map(([, language = '', role = '', text = '']) => ({ language, role, text }))
}
