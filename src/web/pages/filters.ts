/** Forms of filters: addresses hold them, and they work without script. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Request } from 'express'

export type Query = Readonly<Record<string, string>>

type Options = readonly (readonly [value: string, label: string])[]

/** A form without script sends all its fields, also those that nobody filled in. `keepsEmpty` says which of them mean something in a link. */
export function withoutEmpty(query: Request['query'], keepsEmpty: (name: string) => boolean = () => false): Query {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) => {
      const last = Array.isArray(value) ? value.at(-1) : value
      if (typeof last !== 'string') return []
      return last !== '' || keepsEmpty(name) ? [[name, last]] : []
    }),
  )
}

export function select(name: string, label: string, options: Options, chosen: string): SafeHtml {
  return html`<label
    >${label}
    <select name="${name}" data-filter>
      ${options.map(([value, text]) =>
        value === chosen
          ? html`<option value="${value}" selected>${text}</option>`
          : html`<option value="${value}">${text}</option>`,
      )}
    </select></label
  >`
}

/** A text to filter by; what the rows of this page have is offered. */
export function textField(name: string, value: string, known: readonly (string | null)[]): SafeHtml {
  const offered = [...new Set(known)].filter((text) => text !== null && text !== '')
  return html`<label
    >${name} <input name="${name}" value="${value}" list="known-${name}" autocomplete="off" /><datalist id="known-${name}">
      ${offered.map((text) => html`<option value="${text}"></option>`)}
    </datalist></label
  >`
}

const times: Options = [
  ['', 'any time'],
  ['15m', 'last 15 min'],
  ['1h', 'last hour'],
  ['24h', 'last 24 h'],
  ['7d', 'last 7 days'],
]

/** Since when; a time that a link names is among the choices. */
export function sinceSelect(label: string, since: string): SafeHtml {
  const known = times.some(([value]) => value === since) ? times : [...times, [since, `since ${since}`] as const]
  return select('since', label, known, since)
}

/** Links to the newest page and to the one after this. */
export function pageLinks(path: (query: Query) => string, query: Query, next: string | null, further: string): SafeHtml {
  const { cursor, ...first } = query
  return html`<p class="pages">
    ${cursor === undefined ? '' : html`<a href="${path(first)}">newest</a>`}
    ${next === null ? '' : html`<a href="${path({ ...first, cursor: next })}" rel="next">${further}</a>`}
  </p>`
}
