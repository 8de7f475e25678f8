/** The runbook as a page: where the links in alerts lead, also when nothing else can be reached. It holds no data, so it needs no token. */
import { html } from '@remix-run/html-template'
import { logoutTokenOf, personOf } from './auth.ts'
import { renderMarkdown } from './pages/markdown.ts'
import { page, sendPage } from './pages/shell.ts'
import type { Site } from './pages/site.ts'
import type { Route } from './route.ts'

/**
 * `markdown` is docs/runbook.md. Each heading gets its text in lower case, with dashes for spaces, as its anchor, and the name of an alert also as it is
 * spelled: dashboards can link to no other.
 */
export function runbookRoute(site: Site, markdown: string): Route {
  const body = html`<article class="prose">${html.raw`${render(markdown)}`}</article>`
  return {
    path: '/runbook',
    summary: 'What to do about each alert.',
    answers: { 200: { description: 'A page with a section for each alert.', contentType: 'text/html' } },
    handle: (request, response) => {
      const who = { person: personOf(request), csrfToken: logoutTokenOf(request) }
      sendPage(response, page(site, { title: 'runbook', current: 'runbook', ...who, body }))
    },
  }
}

function render(markdown: string): string {
  return renderMarkdown(markdown, () => null, {
    heading({ tokens, depth, text }) {
      const exact = /^Flywheel\w+$/.test(text) ? `<a id="${text}"></a>` : ''
      return `<h${depth} id="${anchorOf(text)}">${exact}${this.parser.parseInline(tokens)}</h${depth}>\n`
    },
  })
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(/\s+/g, '-')
}
