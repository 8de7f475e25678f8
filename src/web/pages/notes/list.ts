/** The list of notes, and what to do while there are none. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { noteKinds, type NoteSummary } from '../../../model/note.ts'
import type { NotePage } from '../../../records/notes.ts'
import { pageLinks, type Query, select, sinceSelect, textField } from '../filters.ts'
import { formatTime, plural, visible } from '../format.ts'
import { notePath } from '../paths.ts'
import type { Site } from '../site.ts'
import { authorWords, ratingText, textNotStored } from './note-words.ts'

export function notesList(site: Site, query: Query, { notes, next }: NotePage, count: number): SafeHtml {
  const isBlank = count === 0 && Object.keys(query).length === 0
  return html`<header class="run">
      <h1>Notes</h1>
      <p class="links"><a href="${site.href('/notes/new')}" data-press="a">add note</a></p>
    </header>
    ${isBlank ? nothingYet(site) : html`${filterForm(site, query, notes)}${found(site, notes, count)}`}
    ${pageLinks((other) => site.href(`/notes?${new URLSearchParams(other).toString()}`), query, next, 'earlier notes')}`
}

function found(site: Site, notes: readonly NoteSummary[], count: number): SafeHtml {
  if (count === 0) return html`<p class="empty">No note fits all of these filters.</p>`
  const shown = notes.length < count ? `${plural(count, 'note')}, ${notes.length} shown` : plural(count, 'note')
  return html`<p class="count">${shown}</p>
    <div class="scroll" tabindex="0" role="region" aria-label="Notes">
      <table class="notes stacked">
        <thead>
          <tr>
            <th>Said</th>
            <th>Kind</th>
            <th>Who</th>
            <th>What</th>
            <th>Rating</th>
            <th class="n">Linked quotes</th>
          </tr>
        </thead>
        <tbody>
          ${notes.map((note) => row(site, note))}
        </tbody>
      </table>
    </div>`
}

function row(site: Site, note: NoteSummary): SafeHtml {
  const { id, kind, title, excerpt, text, atMs, createdAtMs, quoteCount, linkedCount } = note
  const said = excerpt === '' ? text : excerpt
  return html`<tr>
    <td class="when">
      <a data-row="note ${id}" href="${site.href(notePath(id))}">${formatTime(atMs ?? createdAtMs)}</a
      >${atMs === null ? html` <small>added</small>` : ''}
    </td>
    <td>${kind}</td>
    <td>${visible(authorWords(note))}</td>
    <td class="evidence">
      ${title === '' ? '' : html`<b>${visible(title)}</b> `}${title + said === '' ? textNotStored : visible(oneLine(said))}
    </td>
    <td>${ratingText(note.rating)}</td>
    <td class="n" data-label="linked">${linkedCount} of ${quoteCount}</td>
  </tr>`
}

function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 157).replace(/[\u{d800}-\u{dbff}]$/u, '')}...` : line
}

function filterForm(site: Site, query: Query, notes: readonly NoteSummary[]): SafeHtml {
  const any = ['', 'any'] as const
  const chosen = (name: string): string => query[name] ?? ''
  const hidden = ['run', 'conversation', 'until'].filter((name) => name in query)
  return html`<form class="filters" method="get" action="${site.href('/notes')}" role="search">
    ${sinceSelect('said', chosen('since'))}
    ${select('kind', 'kind', [any, ...noteKinds.map((kind) => [kind, kind] as const)], chosen('kind'))}
    ${select('linked', 'links', [any, ['yes', 'linked'], ['no', 'not linked yet']], chosen('linked'))}
    ${textField(
      'user',
      chosen('user'),
      notes.map(({ userId }) => userId),
    )}
    <label>text <input name="q" type="search" value="${chosen('q')}" maxlength="200" /></label>
    ${hidden.map((name) => html`<label>${name} <input name="${name}" value="${chosen(name)}" /></label>`)}
    <button>filter</button>
    ${Object.keys(query).length === 0 ? '' : html`<a href="${site.href('/notes')}">clear</a>`}
  </form>`
}

function nothingYet(site: Site): SafeHtml {
  const { publicUrl } = site
  const ways = [
    [
      'A file',
      'CSV exports of help desks, app stores and surveys, JSON lines, Markdown with front matter, transcripts of meetings as WebVTT. The same file twice adds nothing.',
      `npx agent-flywheel import --url ${publicUrl} reviews.csv meeting.vtt interview.md`,
    ],
    [
      'From a program',
      'One note or a list. With the id of its own system a note replaces the one before.',
      `curl ${publicUrl}/api/notes -H 'content-type: application/json' -d '{
  "kind": "ticket",
  "text": "The assistant asked for my order number three times.",
  "author": { "role": "customer" },
  "userId": "u-42",
  "at": "2026-11-03T14:05:00Z",
  "source": { "system": "zendesk", "externalId": "1881" }
}'`,
    ],
  ] as const
  return html`<div class="welcome">
    <h2>No notes yet</h2>
    <p>
      Interviews, meetings, tickets and reviews belong beside the runs they are about. Runs are suggested by user, time and words;
      you confirm them. A rated note that is linked counts as feedback.
      <a href="${site.href('/notes/new')}">Write the first note</a>, or bring them:
    </p>
    ${ways.map(
      ([title, when, code], index) =>
        html`<details name="recipe" ${index === 0 ? html`open` : ''}>
          <summary>${title}</summary>
          <p>${when}</p>
          <figure class="code">
            <pre data-copy tabindex="0"><code>${code}</code></pre>
          </figure>
        </details>`,
    )}
  </div>`
}
