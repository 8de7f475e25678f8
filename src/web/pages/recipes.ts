/**
 * The recipes of docs/instrument as pages and as snippets to copy. One text serves the repository, the tests that run it and the people who wait for
 * their first span. The files are our own, so their Markdown is rendered as it is.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { Marked, type Token, type Tokens } from 'marked'
import { escapeText, renderMarkdown } from './markdown.ts'
import type { Site } from './site.ts'

export interface Recipe {
  /** Name of the file without its ending, and of the page. */
  readonly name: string
  readonly title: string
  /** The first paragraph, as Markdown. */
  readonly summary: string
  readonly markdown: string
  /** What to install, the files and the command, in the order of the page; empty for pages that are only read. */
  readonly blocks: readonly RecipeBlock[]
}

interface RecipeBlock {
  /** What stands above it: a file name, or what to do. */
  readonly label: string
  readonly code: string
}

/** Reads all recipes of a folder; none when there is no folder (a build that left it out must not keep the processor from starting). */
export function readRecipes(folder: URL): readonly Recipe[] {
  let files: string[]
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.md'))
  } catch {
    return []
  }
  return files.sort().map((file) => parseRecipe(file.slice(0, -'.md'.length), readFileSync(new URL(file, folder), 'utf8')))
}

/** Reads one recipe. */
export function parseRecipe(name: string, markdown: string): Recipe {
  const tokens = new Marked().lexer(markdown)
  const heading = tokens.find(isHeading)
  const paragraph = tokens.find(isParagraph)
  return {
    name,
    title: heading?.text ?? name,
    summary: paragraph?.text ?? '',
    markdown,
    blocks: tokens.filter(isCode).flatMap((code) => {
      const label = labelOf(code.lang ?? '')
      return label === null ? [] : [{ label, code: code.text }]
    }),
  }
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

function isParagraph(token: Token): token is Tokens.Paragraph {
  return token.type === 'paragraph'
}

function isCode(token: Token): token is Tokens.Code {
  return token.type === 'code'
}

/** The info string is a language and then what the block is for; a block without the latter only explains. */
function labelOf(info: string): string | null {
  const role = info.trim().split(/\s+/)[1]
  if (role === undefined) return null
  if (role.startsWith('install')) return 'Install'
  return role === 'run' ? 'Run' : role
}

/** A recipe as HTML. Links to other recipes lead to their pages, links to the rest of the documentation stay text. */
export function renderRecipe(site: Site, { markdown }: Recipe): string {
  return renderMarkdown(markdown, labelOf, {
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      const target = targetOf(site, href)
      return target === null ? text : `<a href="${escapeText(target)}">${text}</a>`
    },
  })
}

function targetOf(site: Site, href: string): string | null {
  if (/^https?:/.test(href) || href.startsWith('#')) return href
  const [, name, anchor = ''] = /^(?:\.\/)?([\w-]+)\.md(#[\w-]+)?$/.exec(href) ?? []
  if (name === undefined) return null
  return name === 'README' ? site.href('/instrument') : site.href(`/instrument/${name}${anchor}`)
}
