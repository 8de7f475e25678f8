/** What there is to say about a run: why it failed with the evidence, what people said, what the team noted. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { FeedbackRecord } from '../../../model/feedback.ts'
import type { NoteSummary } from '../../../model/note.ts'
import type { RunFailure, RunRecord } from '../../../model/run.ts'
import { feedbackItem } from '../feedback/item.ts'
import { formatTime, plural, visible } from '../format.ts'
import { textNotStored } from '../notes/note-words.ts'
import { notePath, runsPath, stepPath } from '../paths.ts'
import type { Site } from '../site.ts'
import { failureWords } from '../words.ts'

const MAX_FEEDBACK = 50
/** The steps show all of them. */
const MAX_FAILURES = 12

export function findings(
  site: Site,
  run: RunRecord,
  feedback: readonly FeedbackRecord[],
  notes: readonly NoteSummary[],
): SafeHtml {
  return html`<div class="findings">
    ${failureList(site, run)}
    <div>${feedbackList(site, run, feedback)} ${noteList(site, notes)}</div>
  </div>`
}

/** The fatal ones first; what happened again in the same words stands once. */
function failureList(site: Site, run: RunRecord): SafeHtml {
  const { failures } = run
  if (failures.length === 0) return html``
  const inOrder = failures.toSorted((a, b) => Number(b.impact === 'fatal') - Number(a.impact === 'fatal'))
  const groups = [...Map.groupBy(inOrder, ({ kind, impact, detail }) => `${impact} ${kind} ${detail}`).values()]
  const shown = groups.slice(0, MAX_FAILURES)
  const hidden = groups.slice(MAX_FAILURES).flat().length
  return html`<section>
    <h2>What went wrong</h2>
    <ol class="failures">
      ${shown.map((group) => failureItem(site, run, group))}
    </ol>
    ${hidden > 0 ? html`<p class="empty">${plural(hidden, 'more failure')}: each is marked at its step.</p>` : ''}
  </section>`
}

function failureItem(site: Site, run: RunRecord, [failure, ...again]: readonly RunFailure[]): SafeHtml {
  if (failure === undefined) return html``
  const { service, release, agent } = run
  const { kind, impact, spanId, detail, stepName, step } = failure
  const where = `at ${visible(stepName)}${step === '' || step === stepName ? '' : ` in ${visible(step)}`}`
  return html`<li class="${impact}">
    <a data-row="failure ${spanId} ${kind}" href="${site.href(stepPath(run.traceId, spanId))}">${failureWords(kind)}</a>
    <code>${kind}</code>
    <span class="${impact === 'fatal' ? 'bad' : 'empty'}"
      >${impact === 'fatal' ? 'the run failed because of it' : 'the run got over it'}</span
    >
    <p class="evidence">${detail === '' ? 'The text is not stored (FLYWHEEL_CONTENT).' : visible(detail)}</p>
    <p class="links">
      ${where}${again.length === 0 ? '' : ` and ${plural(again.length, 'more step')}`} · the same
      <a href="${site.href(runsPath({ kind, since: '7d', service }))}">failure</a>,
      <a href="${site.href(runsPath({ kind, since: '7d', service, agent }))}">by this agent</a>${
        release === '' ? '' : html`, <a href="${site.href(runsPath({ kind, service, release }))}">in this release</a>`
      }
    </p>
  </li>`
}

function feedbackList(site: Site, run: RunRecord, feedback: readonly FeedbackRecord[]): SafeHtml {
  const steps = new Set(run.steps.map(({ spanId }) => spanId))
  const shown = feedback.slice(0, MAX_FEEDBACK)
  return html`<section>
    <h2>Feedback ${feedback.length > 1 ? html`<small>${feedback.length}</small>` : ''}</h2>
    ${
      feedback.length === 0
        ? html`<p class="empty">
            Nobody has said anything about this run. <a href="${site.href('/feedback')}">How feedback comes in</a>.
          </p>`
        : html`<ul class="said-about">
            ${shown.map((item) => feedbackItem(site, item, { steps }))}
          </ul>`
    }
    ${shown.length < feedback.length ? html`<p class="empty">${plural(feedback.length - shown.length, 'more')}: the JSON of the run has them.</p>` : ''}
  </section>`
}

function noteWords(title: string, excerpt: string): SafeHtml {
  if (excerpt === title) return title === '' ? html`<p>${textNotStored}</p>` : html``
  return excerpt === '' ? html`` : html`<p class="evidence">${visible(excerpt)}</p>`
}

function noteList(site: Site, notes: readonly NoteSummary[]): SafeHtml {
  if (notes.length === 0) return html``
  return html`<section>
    <h2>Notes <small>${notes.length}</small></h2>
    <ul class="said-about">
      ${notes.map(
        ({ id, title, excerpt, kind, atMs, createdAtMs, author }) =>
          html`<li class="note-line">
            <p class="what">
              <a href="${site.href(notePath(id))}">${title === '' ? 'a note' : visible(title)}</a> <small>${visible(kind)}</small>
            </p>
            ${noteWords(title, excerpt)}
            <p class="links">${author.name === null ? '' : `${visible(author.name)} · `}${formatTime(atMs ?? createdAtMs)}</p>
          </li>`,
      )}
    </ul>
  </section>`
}
