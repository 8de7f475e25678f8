/** What all pages have around them: head, navigation, who is logged in. One stylesheet and one script, both files of ours: the policy allows nothing else. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Response } from 'express'
import { assetPath } from './assets.ts'
import { visible } from './format.ts'
import type { Site } from './site.ts'

/** Somebody who is logged in, as the shell shows it. */
interface Visitor {
  readonly name: string
}

type NavigationPlace = 'live' | 'runs' | 'feedback' | 'notes' | 'instrument' | 'runbook'

export interface PageOptions {
  /** Without the product's name. */
  readonly title: string
  /** The navigation entry that is shown as current. */
  readonly current?: NavigationPlace
  /** Null = nobody is known: an instance that everybody may read. */
  readonly person: Visitor | null
  /** For the form that logs out; null where nobody is logged in by a session. */
  readonly csrfToken: string | null
  readonly body: SafeHtml
}

/** Scripts, styles, requests and forms of this origin only; nothing inline, nothing framed. */
const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const places: readonly (readonly [place: NavigationPlace, path: string, label: string])[] = [
  ['live', '/', 'live'],
  ['runs', '/runs', 'runs'],
  ['feedback', '/feedback', 'feedback'],
  ['notes', '/notes', 'notes'],
  ['instrument', '/instrument', 'instrument'],
  ['runbook', '/runbook', 'runbook'],
]

/** A whole page as text. */
export function page(site: Site, { title, current, person, csrfToken, body }: PageOptions): string {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Agent Flywheel</title>
        <link rel="icon" href="${site.href(assetPath('icon.svg'))}" type="image/svg+xml" />
        <link rel="stylesheet" href="${site.href(assetPath('flywheel.css'))}" />
        <link rel="stylesheet" href="${site.href(assetPath('review.css'))}" />
        <script src="${site.href(assetPath('flywheel.js'))}" type="module"></script>
        <script src="${site.href(assetPath('keys.js'))}" type="module"></script>
      </head>
      <body data-base="${site.href('/')}">
        <a class="skip" href="#main">Skip to content</a>
        <header class="top">
          <a class="brand" href="${site.href('/')}">flywheel</a>
          <nav aria-label="Pages">${places.map(([place, path, label]) => link(site.href(path), label, place === current))}</nav>
          <div class="tools">${visitor(site, person, csrfToken)}</div>
        </header>
        <main id="main" tabindex="-1">${body}</main>
        ${shortcuts}
      </body>
    </html> `
  return String(document)
}

/** Sends a page with its policy. It may hold what users said, so nobody keeps a copy. */
export function sendPage(response: Response, text: string, status = 200): void {
  response
    .status(status)
    .set({ 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': pagePolicy, 'Cache-Control': 'no-store' })
    .send(text)
}

function link(path: string, label: string, isCurrent: boolean): SafeHtml {
  return isCurrent ? html`<a href="${path}" aria-current="page">${label}</a>` : html`<a href="${path}">${label}</a>`
}

function visitor(site: Site, person: Visitor | null, csrfToken: string | null): SafeHtml {
  if (person === null) return html``
  const logout =
    csrfToken === null
      ? ''
      : html`<form method="post" action="${site.href('/logout')}">
          <input type="hidden" name="csrf" value="${csrfToken}" /><button class="quiet">log out</button>
        </form>`
  return html`<span class="person">${visible(person.name)}</span>${logout}`
}

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['j', 'k'], 'next, previous row or step'],
  [['enter'], 'open it'],
  [['n', 'p'], 'next, previous failure'],
  [['c'], 'the transcript of a run'],
  [['a'], 'add a note to a run'],
  [['f', '/'], 'filter'],
]

const goings: readonly (readonly [key: string, place: string])[] = [
  ['l', 'live'],
  ['r', 'runs'],
  ['f', 'feedback'],
  ['n', 'notes'],
  ['i', 'instrument'],
  ['b', 'runbook'],
]

/** Shown with `?`. What the keys do is in the script. */
const shortcuts: SafeHtml = html`<dialog id="shortcuts" aria-labelledby="shortcuts-title">
  <h2 id="shortcuts-title">Keys</h2>
  <dl class="keys">
    ${keys.map(([names, what]) => shortcut(html`${names.map((name) => html`<kbd>${name}</kbd> `)}`, what))}
    ${goings.map(([key, place]) => shortcut(html`<kbd>g</kbd> <kbd>${key}</kbd>`, `go to ${place}`))}
    ${shortcut(html`<kbd>?</kbd>`, 'this list')}
  </dl>
  <p>
    <label><input type="checkbox" id="keys-on" /> single keys do this</label>
  </p>
  <form method="dialog"><button>close</button></form>
</dialog>`

function shortcut(pressed: SafeHtml, what: string): SafeHtml {
  return html`<div>
    <dt>${pressed}</dt>
    <dd>${what}</dd>
  </div>`
}
