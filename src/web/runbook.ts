/** The runbook as a page: where the links in alerts lead, also when nothing else can be reached. It holds no data, so it needs no token. */
import { createHash } from 'node:crypto'
import { Marked } from 'marked'
import type { Route } from './route.ts'

const style = `body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8884 } code { font-size: .9em }
table { border-collapse: collapse } th, td { padding: .25rem .5rem; border: 1px solid #8884; text-align: left; vertical-align: top }
h2 { margin-top: 3rem; border-top: 1px solid #8884; padding-top: 1rem } :target { color: #c33 }`

const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; frame-ancestors 'none'`

/**
 * `markdown` is docs/runbook.md. Each heading gets its text in lower case, with dashes for spaces, as its anchor, and the name of an alert also as it is
 * spelled: dashboards can link to no other.
 */
export function runbookRoute(markdown: string): Route {
  const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Runbook of Agent Flywheel</title>
<style>${style}</style>
${render(markdown)}</html>
`
  return {
    path: '/runbook',
    summary: 'What to do about each alert.',
    answers: { 200: { description: 'A page with a section for each alert.', contentType: 'text/html' } },
    handle: (_request, response) => {
      response.set({ 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy }).send(page)
    },
  }
}

function render(markdown: string): string {
  const marked = new Marked({
    async: false,
    renderer: {
      heading({ tokens, depth, text }) {
        const exact = /^Flywheel\w+$/.test(text) ? `<a id="${text}"></a>` : ''
        return `<h${depth} id="${anchorOf(text)}">${exact}${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
    },
  })
  const html = marked.parse(markdown)
  return typeof html === 'string' ? html : ''
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s+/g, '-')
}
