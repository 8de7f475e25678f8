/** Thumbs: one sign for a rating everywhere, with its word for those who do not see it. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Judge, FeedbackSource, Rating } from '../../model/feedback.ts'
import { formatCount } from './format.ts'

const words: Readonly<Record<Rating, string>> = { positive: 'positive', neutral: 'neutral', negative: 'negative' }

const thumb = html`<path
  d="M5.2 7 8 1.6c1.3 0 2 .9 1.8 2.1L9.4 6h3.4c1 0 1.7.9 1.5 1.8l-1 4.6c-.2.9-.9 1.4-1.8 1.4H5.2zM1.8 7h1.8v6.8H1.8z"
/>`

const shapes: Readonly<Record<Rating, SafeHtml>> = {
  positive: thumb,
  neutral: html`<path d="M3 8h10" />`,
  negative: html`<g transform="rotate(180 8 8)">${thumb}</g>`,
}

export function ratingWords(rating: Rating): string {
  return words[rating]
}

/** The sign alone; `count` is shown beside it from two on. */
export function ratingSign(rating: Rating, count = 1): SafeHtml {
  const label = count === 1 ? words[rating] : `${formatCount(count)} ${words[rating]}`
  return html`<span class="rating ${rating}" title="${label}"
    ><svg viewBox="0 0 16 16" role="img" aria-label="${label}">${shapes[rating]}</svg>${
      count > 1 ? html`<span aria-hidden="true">${formatCount(count)}</span>` : ''
    }</span
  >`
}

const judges: Readonly<Record<Judge, string>> = {
  user: 'a user',
  reviewer: 'a reviewer',
  model: 'a model',
  code: 'a program',
  unknown: 'somebody, it is not said who',
}

export function judgeWords(judge: Judge): string {
  return judges[judge]
}

const sources: Readonly<Record<FeedbackSource, string>> = {
  api: 'the API',
  link: 'a link',
  widget: 'the widget',
  otlp: 'telemetry',
  implicit: 'the conversation itself',
  import: 'an import',
}

export function sourceWords(source: FeedbackSource): string {
  return sources[source]
}
