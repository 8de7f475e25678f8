/** The page that a feedback link opens: for the users of somebody's agent, so nothing of ours is around it. No script; only its form changes anything. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Response } from 'express'
import { assetPath } from './assets.ts'
import { feedbackWords, reasonCodes } from './feedback-words.ts'
import type { FeedbackWords, Language, ReasonCode } from './feedback-words.ts'
import { visible } from './format.ts'
import type { Site } from './site.ts'

/** Characters of a comment, as browsers count them. */
export const MAX_COMMENT = 4_000

export type Thumb = 'positive' | 'negative'

/** What was said so far. */
export interface Said {
  readonly rating: Thumb | null
  readonly reasons: readonly ReasonCode[]
  readonly comment: string
}

export const nothingSaid: Said = { rating: null, reasons: [], comment: '' }

export interface FeedbackPage {
  readonly language: Language
  /** Who asks; null = the link does not say. */
  readonly from: string | null
  /** Unix milliseconds. */
  readonly expiresAtMs: number
  readonly said: Said
  /** What became of what was sent; null = nothing was sent yet. */
  readonly outcome: 'thanks' | 'withdrawn' | 'nothingSaid' | 'tooOften' | 'failed' | null
}

/** No script, no requests; its one form goes to where it came from. */
const pagePolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/** Sends a page that nobody indexes, keeps or is told of by the next page: its address lets whoever has it answer. */
export function sendFeedbackPage(response: Response, text: string, status: number): void {
  response
    .status(status)
    .set({
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': pagePolicy,
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Robots-Tag': 'noindex, nofollow',
    })
    .vary('Accept-Language')
    .send(text)
}

/** The question with its form, or what became of it. */
export function feedbackPage(site: Site, page: FeedbackPage): string {
  const words = feedbackWords[page.language]
  const { said, from } = page
  const asked = from === null ? '' : html`<p class="from">${visible(from)} ${words.asks}:</p>`
  return frame(
    site,
    page.language,
    words.question,
    html`${notice(words, page)} ${asked}
      <h1>${words.question}</h1>
      <form method="post" class="vote">
        <div class="thumbs" role="radiogroup" aria-label="${words.question}">
          ${thumb('positive', words.good, said)} ${thumb('negative', words.bad, said)}
        </div>
        <fieldset class="reasons">
          <legend>${words.why}</legend>
          ${reasonCodes.map((code) => reason(code, words[code], said))}
        </fieldset>
        <label for="comment">${words.comment}</label>
        <textarea id="comment" name="comment" rows="3" maxlength="${MAX_COMMENT}">${said.comment}</textarea>
        <div class="send">
          <button name="action" value="send" class="primary">${words.send}</button>
          ${page.outcome === 'thanks' ? html`<button name="action" value="withdraw" class="quiet">${words.withdraw}</button>` : ''}
        </div>
      </form>
      <p class="small">
        ${page.outcome === 'thanks' ? words.once : ''} ${words.until} ${dateIn(page.language, page.expiresAtMs)}.
      </p>`,
  )
}

/** Says that there is nothing to answer, and why. */
export function deadLinkPage(site: Site, language: Language, why: 'expired' | 'invalid'): string {
  const text = feedbackWords[language][why]
  return frame(site, language, text, html`<h1>${text}</h1>`)
}

function frame(site: Site, language: Language, title: string, body: SafeHtml): string {
  const document = html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title}</title>
        <link rel="icon" href="${site.href(assetPath('icon.svg'))}" type="image/svg+xml" />
        <link rel="stylesheet" href="${site.href(assetPath('flywheel.css'))}" />
        <link rel="stylesheet" href="${site.href(assetPath('feedback.css'))}" />
      </head>
      <body class="feedback">
        <main>${body}</main>
      </body>
    </html> `
  return String(document)
}

function notice(words: FeedbackWords, { outcome }: FeedbackPage): SafeHtml {
  if (outcome === null) return html``
  const isGood = outcome === 'thanks' || outcome === 'withdrawn'
  return isGood
    ? html`<p class="notice" role="status">${words[outcome]}</p>`
    : html`<p class="notice wrong" role="alert">${words[outcome]}</p>`
}

function thumb(rating: Thumb, label: string, said: Said): SafeHtml {
  return html`<label class="thumb">
    <input type="radio" name="rating" value="${rating}" ${said.rating === rating ? html`checked` : ''} />
    <svg viewBox="0 0 24 24" aria-hidden="true" class="${rating}"><path d="${thumbPath}" /></svg>
    <span>${label}</span>
  </label>`
}

/** A thumb that points up. */
const thumbPath = 'M3 11h4v9H3zM7 11l4-8c2 0 3 1 3 3l-1 4h6c1.4 0 2.2 1 2 2.4l-1 6c-.2 1-1 1.6-2 1.6H7'

function reason(code: ReasonCode, label: string, said: Said): SafeHtml {
  return html`<label class="reason">
    <input type="checkbox" name="reason_${code}" ${said.reasons.includes(code) ? html`checked` : ''} />
    <span>${label}</span>
  </label>`
}

function dateIn(language: Language, unixMs: number): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(unixMs))
}
