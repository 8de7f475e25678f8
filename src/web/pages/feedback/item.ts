/** One piece of feedback: the rating, what was said, who judged, when and by which way it came. The same on a run, in a conversation and in the inbox. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { FeedbackRecord } from '../../../model/feedback.ts'
import { formatTime, visible } from '../format.ts'
import { conversationPath, feedbackPath, stepPath } from '../paths.ts'
import { judgeWords, ratingSign, ratingWords, sourceWords } from '../rating.ts'
import type { Site } from '../site.ts'
import { textBlock } from '../text-block.ts'

/** What the place says already. */
export interface ItemOptions {
  /** Of a run whose page this is: its steps, to which feedback leads. */
  readonly steps?: ReadonlySet<string>
  /** Where it leads, or why it leads nowhere. */
  readonly run?: SafeHtml
}

export function feedbackItem(site: Site, record: FeedbackRecord, options: ItemOptions = {}): SafeHtml {
  const { comment, correction, countedRating, isWithdrawn } = record
  return html`<li class="opinion${isWithdrawn ? ' withdrawn' : ''}">
    <span class="sign">${countedRating === null ? html`<span class="empty">–</span>` : ratingSign(countedRating)}</span>
    <div class="words">
      <p class="what">${what(record)} ${isWithdrawn ? html`<span class="badge">withdrawn</span>` : ''}</p>
      ${comment === null ? '' : html`<div class="comment">${words(comment)}</div>`}
      ${
        correction === null
          ? ''
          : html`<div class="comment">
              <p class="empty">should have been</p>
              ${words(correction)}
            </div>`
      }
    </div>
    <p class="links">
      ${by(site, record)} · ${formatTime(record.atMs ?? record.receivedAtMs)} ${place(site, record, options)} ${options.run ?? ''}
    </p>
  </li>`
}

/** Nobody sends an empty text: it was not to be stored. */
function words(text: string): SafeHtml {
  return text === '' ? html`<p class="empty">The text is not stored (FLYWHEEL_CONTENT).</p>` : textBlock(text)
}

/** The value and what was asked: `0.2 on 0 to 1 helpfulness`. */
function what({ name, label, score, scale, countedRating }: FeedbackRecord): SafeHtml {
  const scored = score === null ? null : `${score}${scale === null ? '' : ` on ${scale.min} to ${scale.max}`}`
  const said = [label === null ? null : visible(label), scored].filter((text) => text !== null)
  if (said.length === 0 && countedRating !== null) said.push(ratingWords(countedRating))
  return html`${said.length === 0 ? '' : html`<b>${said.join(' · ')}</b> `}<code>${visible(name)}</code>`
}

function by(site: Site, { judge, source, userId }: FeedbackRecord): SafeHtml {
  if (source === 'implicit') return html`seen in the conversation itself`
  const who =
    userId === null
      ? judgeWords(judge)
      : html`${judge === 'user' || judge === 'unknown' ? '' : `${judgeWords(judge)}, `}<a
            href="${site.href(feedbackPath({ user: userId }))}"
            >${visible(userId)}</a
          >`
  return html`${who} by ${sourceWords(source)}`
}

function place(site: Site, { runId, target }: FeedbackRecord, { steps }: ItemOptions): SafeHtml {
  const { spanId, conversationId } = target
  if (steps === undefined)
    return conversationId === null ? html`` : html`· <a href="${site.href(conversationPath(conversationId))}">conversation</a>`
  return runId === null || spanId === null || !steps.has(spanId)
    ? html``
    : html`· <a href="${site.href(stepPath(runId, spanId))}">at its step</a>`
}
