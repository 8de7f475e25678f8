/** One note: who said what and when, quote by quote, with what each is about. Suggestions stand beside it until somebody decides. */
import { html, type SafeHtml } from '@remix-run/html-template'
import {
  type LinkSuggestion,
  type LinkTarget,
  linkTypes,
  NOTE_LIMITS,
  type Note,
  type NoteLink,
  type NoteQuote,
} from '../../../model/note.ts'
import { formatTime, plural, visible } from '../format.ts'
import { withOddCharacters } from '../odd-characters.ts'
import { conversationPath, notePath, runPath } from '../paths.ts'
import type { Site } from '../site.ts'
import { textBlock } from '../text-block.ts'
import { authorWords, offsetText, ratingText, speakerWords, textNotStored } from './note-words.ts'

export const QUOTES_ON_PAGE = 100

export interface NoteView {
  readonly note: Note
  /** Those of this page. */
  readonly quotes: readonly NoteQuote[]
  /** Place of the first of them. */
  readonly from: number
  readonly suggestions: ReadonlyMap<string, readonly LinkSuggestion[]>
  readonly csrfToken: string | null
  readonly mayDecide: boolean
}

export function noteBody(site: Site, view: NoteView): SafeHtml {
  const { note, quotes } = view
  const isItsQuote = note.quotes.length === 1 && note.quotes[0]?.text === note.text
  return html`<header class="run">
      <h1>${note.title === '' ? 'Note' : visible(note.title)} <span class="badge">${note.kind}</span></h1>
      <p class="links">
        ${safeAddress(note.source.url) === null ? '' : html`<a href="${safeAddress(note.source.url) ?? ''}" rel="noopener noreferrer">where it is from</a>`}
        <a href="${site.href(`/api/notes/${encodeURIComponent(note.id)}`)}">as JSON</a>
      </p>
    </header>
    ${facts(site, note)}
    ${note.text === '' || isItsQuote ? '' : html`<section class="note-text">${textBlock(note.text)}</section>`}
    <h2>${isItsQuote ? 'What was said' : html`Quotes <small>${plural(note.quotes.length, 'quote')}</small>`}</h2>
    <ol class="quotes" start="${view.from + 1}">
      ${quotes.map((quote) => quoteItem(site, view, quote))}
    </ol>
    ${turns(site, view)} ${view.mayDecide ? removal(site, view) : ''}`
}

function facts(site: Site, note: Note): SafeHtml {
  const { author, userId, atMs, about, rating, source, createdAtMs, createdBy } = note
  const rows: readonly (readonly [name: string, value: SafeHtml | string])[] = [
    ['said by', visible(authorWords(note))],
    ...(author.weight === 1 ? [] : [['weight', String(author.weight)] as const]),
    [
      'user',
      userId === null
        ? html`<span class="empty">not said</span>`
        : html`<a href="${site.href(`/runs?user=${encodeURIComponent(userId)}`)}">${visible(userId)}</a>`,
    ],
    ['when', atMs === null ? html`<span class="empty">not said</span>` : formatTime(atMs)],
    ...(rating === null ? [] : [['rating', visible(ratingText(rating))] as const]),
    ...(about.text === null ? [] : [['about', visible(about.text)] as const]),
    ...(about.task === null ? [] : [['task', visible(about.task)] as const]),
    ...(about.tags.length === 0 ? [] : [['tags', visible(about.tags.join(', '))] as const]),
    ...(source.system === null
      ? []
      : [['from', visible(source.externalId === null ? source.system : `${source.system} ${source.externalId}`)] as const]),
    ...(source.file === null ? [] : [['file', visible(source.file)] as const]),
    ['added', html`${formatTime(createdAtMs)}${createdBy === null ? '' : ` by ${visible(createdBy)}`}`],
  ]
  return html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}

function quoteItem(site: Site, view: NoteView, quote: NoteQuote): SafeHtml {
  const { id, speaker, text, offsetMs, links } = quote
  const suggested = view.suggestions.get(id) ?? []
  const who = [
    ...(offsetMs === null ? [] : [offsetText(offsetMs)]),
    ...(speakerWords(speaker) === '' ? [] : [speakerWords(speaker)]),
  ]
  return html`<li id="${id}" class="quote">
    ${who.length === 0 ? '' : html`<p class="what">${visible(who.join(' · '))}</p>`}
    ${text === '' ? html`<p>${textNotStored}</p>` : textBlock(text)}
    ${
      links.length + suggested.length === 0
        ? ''
        : html`<ul class="note-links">
            ${links.map((link) => decidedItem(site, view, quote, link))}
            ${suggested.map((link) => suggestedItem(site, view, quote, link))}
          </ul>`
    }
    ${view.mayDecide ? addForm(site, view, quote) : ''}
  </li>`
}

function decidedItem(site: Site, view: NoteView, quote: NoteQuote, link: NoteLink): SafeHtml {
  const { state, why, by, atMs } = link
  return html`<li class="${state}">
    <span>${state === 'confirmed' ? 'about' : html`<s>not about</s>`} ${targetLink(site, link)}</span>
    <small>${visible(why)} · ${by === null ? state : `${state} by ${visible(by)}`} ${formatTime(atMs)}</small>
    ${view.mayDecide ? decideForm(site, view, quote, link, [['remove', 'take back']]) : ''}
  </li>`
}

function suggestedItem(site: Site, view: NoteView, quote: NoteQuote, link: LinkSuggestion): SafeHtml {
  return html`<li class="suggested">
    <span>perhaps about ${targetLink(site, link)}</span>
    <small>${visible(link.why)} · ${sureness(link.score)}</small>
    ${
      view.mayDecide
        ? decideForm(site, view, quote, link, [
            ['confirm', 'confirm'],
            ['reject', 'reject'],
          ])
        : ''
    }
  </li>`
}

/** A score adds up hints and is no probability, so it is said in words. */
function sureness(score: number): string {
  if (score >= 0.75) return 'several hints'
  return score >= 0.5 ? 'a few hints' : 'a guess'
}

function targetLink(site: Site, { type, id }: LinkTarget): SafeHtml {
  if (type === 'run') return html`<a href="${site.href(runPath(id))}">run ${id.slice(0, 8)}</a>`
  if (type === 'conversation') return html`<a href="${site.href(conversationPath(id))}">conversation ${withOddCharacters(id)}</a>`
  return html`task ${withOddCharacters(id)}`
}

function decideForm(
  site: Site,
  view: NoteView,
  quote: NoteQuote,
  { type, id }: LinkTarget,
  actions: readonly (readonly [action: string, label: string])[],
): SafeHtml {
  return html`<form method="post" action="${site.href(`${notePath(view.note.id)}/links`)}">
    ${hidden(view)} ${hiddenField('quote', quote.id)} ${hiddenField('type', type)} ${hiddenField('id', id)}
    ${actions.map(
      ([action, label]) =>
        html`<button name="action" value="${action}" aria-label="${label}: ${type} ${type === 'run' ? id.slice(0, 8) : id}">
          ${label}
        </button>`,
    )}
  </form>`
}

/** For what nobody suggested. */
function addForm(site: Site, view: NoteView, { id, links }: NoteQuote): SafeHtml {
  if (links.length >= NOTE_LIMITS.links) return html``
  return html`<details class="add-link">
    <summary>link it</summary>
    <form method="post" action="${site.href(`${notePath(view.note.id)}/links`)}">
      ${hidden(view)} ${hiddenField('quote', id)} ${hiddenField('action', 'confirm')}
      <label
        >what
        <select name="type">
          ${linkTypes.map((type) => html`<option>${type}</option>`)}
        </select></label
      >
      <label>its id, or the address of its page <input name="id" required maxlength="2000" autocomplete="off" /></label>
      <button>link</button>
    </form>
  </details>`
}

function hidden({ csrfToken, from }: NoteView): SafeHtml {
  return html`${csrfToken === null ? '' : hiddenField('csrf', csrfToken)}${from === 0 ? '' : hiddenField('from', String(from))}`
}

function hiddenField(name: string, value: string): SafeHtml {
  return html`<input type="hidden" name="${name}" value="${value}" />`
}

function turns(site: Site, { note, from }: NoteView): SafeHtml {
  if (note.quotes.length <= QUOTES_ON_PAGE) return html``
  const pages = Array.from({ length: Math.ceil(note.quotes.length / QUOTES_ON_PAGE) }, (_, index) => index * QUOTES_ON_PAGE)
  return html`<nav class="pages" aria-label="Quotes">
    ${pages.map((start) => {
      const label = `${start + 1} to ${Math.min(start + QUOTES_ON_PAGE, note.quotes.length)}`
      if (start === from) return html`<b aria-current="page">${label}</b> `
      return html`<a href="${site.href(`${notePath(note.id)}?from=${start}`)}">${label}</a> `
    })}
  </nav>`
}

/** Two steps, also without script. */
function removal(site: Site, { note, csrfToken }: NoteView): SafeHtml {
  return html`<details class="danger">
    <summary>delete this note</summary>
    <form method="post" action="${site.href(`${notePath(note.id)}/delete`)}">
      ${csrfToken === null ? '' : hiddenField('csrf', csrfToken)}
      <p>The note goes for good, and feedback that was made of it is withdrawn. An import does not bring it back.</p>
      <button>delete for good</button>
    </form>
  </details>`
}

/** Only addresses of the web: a note comes from anywhere. */
function safeAddress(url: string | null): string | null {
  return url !== null && /^https?:\/\/[^\s]+$/i.test(url) && URL.canParse(url) ? url : null
}

type Decision = LinkTarget & { readonly quoteId: string; readonly action: 'confirm' | 'reject' | 'remove' }

/** What a form of this page says. An address of a page of ours stands for the id in it. */
export function targetOf(
  form: Readonly<Record<string, string>>,
): Decision | { readonly field: string; readonly expected: string } {
  const { quote = '', action = '', id = '' } = form
  const type = linkTypes.find((known) => known === form['type'])
  if (type === undefined) return { field: 'type', expected: `one of ${linkTypes.join(', ')}` }
  if (action !== 'confirm' && action !== 'reject' && action !== 'remove')
    return { field: 'action', expected: 'confirm, reject or remove' }
  const [, page, inAddress] = /\/(runs|conversations)\/([^/?#\s]+)/.exec(id) ?? []
  if (inAddress === undefined) {
    const given = id.trim()
    if (given === '' || given.length > NOTE_LIMITS.id)
      return { field: 'id', expected: `an id of 1 to ${NOTE_LIMITS.id} characters` }
    return { type, id: given, quoteId: quote, action }
  }
  const decoded = decodedOrNull(inAddress)
  if (decoded === null || decoded.length > NOTE_LIMITS.id)
    return { field: 'id', expected: 'the address of a page of ours, or an id' }
  return { type: page === 'runs' ? 'run' : 'conversation', id: decoded, quoteId: quote, action }
}

function decodedOrNull(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
