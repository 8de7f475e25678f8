/** The right half of a run: its cards under a line that says which texts are here, which are not and what would bring them. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { KeptReason, Transcript } from '../../../model/transcript.ts'
import type { RunRecord } from '../../../model/run.ts'
import type { StepKind } from '../../../model/step.ts'
import type { TranscriptState } from '../../../records/transcripts.ts'
import { formatTime, plural } from '../format.ts'
import { runPath } from '../paths.ts'
import type { Site } from '../site.ts'

export interface TextsView {
  readonly site: Site
  readonly run: RunRecord
  readonly isSettled: boolean
  /** `in_log` = nobody keeps it, and the log still has it. `expired` = it was not kept before the log had lost it. */
  readonly state: TranscriptState | 'in_log' | 'expired'
  readonly transcript: Transcript | null
  /** Whether the visitor may pick runs to be kept, with the secret of the form; null = not. */
  readonly keep: { readonly csrfToken: string | null } | null
  /** What would bring the texts that are missing, in sentences. */
  readonly waysToCapture: readonly string[]
}

/** More senders than these in one run are rare. */
const MAX_WAYS = 3

/** `cards` = one for each step. */
export function transcriptSection(view: TextsView, cards: SafeHtml): SafeHtml {
  return html`<section id="transcript" aria-labelledby="transcript-title">
    <h2 id="transcript-title" tabindex="-1">Transcript <small>${reason(view)}</small></h2>
    ${status(view)} ${cards} ${omitted(view.transcript)}
  </section>`
}

const reasons: Readonly<Record<KeptReason, string>> = {
  failed: 'kept because the run failed',
  rated: 'kept because it was rated',
  picked: 'picked by hand',
  sampled: 'kept as one of a sample',
}

function reason({ transcript, state }: TextsView): SafeHtml {
  if (transcript === null || state !== 'kept') return html``
  return html`${reasons[transcript.reason]}, ${formatTime(transcript.keptAtMs)}`
}

function status(view: TextsView): SafeHtml {
  const { isSettled, state } = view
  if (!isSettled) return said(html`The run is still open. Its texts are read when it has ended.`)
  switch (state) {
    case 'kept':
      return keptStatus(view)
    case 'expired':
      return said(
        html`The texts of this run have left the log: it was not kept before <code>FLYWHEEL_LOG_RETENTION</code> was over.`,
      )
    case 'none':
      return noneStatus(view)
    case 'in_log':
      return html`${inLogStatus(view)} ${keptStatus(view)}`
    default:
      state satisfies 'pending'
      // The script looks again by itself.
      return html`<p class="state" role="status" data-refresh>
        The texts are being read from the log. <span>Reload the page to see them.</span>
      </p>`
  }
}

function keptStatus({ run, transcript, waysToCapture }: TextsView): SafeHtml {
  if (transcript?.incomplete === 'log_expired')
    return said(html`Some of the texts are missing: they had left the log before the run was kept.`)
  if (transcript?.incomplete === 'content_off')
    return said(html`No texts are kept here: <code>FLYWHEEL_CONTENT</code> is <code>off</code>.`)
  if (transcript !== null && transcript.steps.every(({ input, output }) => input.length + output.length === 0))
    return notSent(run, waysToCapture)
  const missing = transcript?.steps.filter(({ missing: why }) => why === 'not_sent').length ?? 0
  return missing === 0
    ? html``
    : html`<div class="state">
        <p>${plural(missing, 'step')} came without texts.</p>
        ${ways(waysToCapture)}
      </div>`
}

function noneStatus({ site, run, keep, waysToCapture }: TextsView): SafeHtml {
  if (!run.steps.some(({ hasContent }) => hasContent)) return notSent(run, waysToCapture)
  return html`<div class="state">
    <p>
      The texts of this run are not kept: it did not fail, nobody rated it, and it is not in the sample.
      ${keep === null ? '' : html`They are still in the log for <code>FLYWHEEL_LOG_RETENTION</code>.`}
    </p>
    ${keep === null ? '' : keepForm(site, run.traceId, keep.csrfToken)}
  </div>`
}

function inLogStatus({ site, run, keep }: TextsView): SafeHtml {
  return html`<div class="state">
    <p>Read from the log, which holds it for <code>FLYWHEEL_LOG_RETENTION</code>.</p>
    ${keep === null ? '' : keepForm(site, run.traceId, keep.csrfToken)}
  </div>`
}

/** Kinds of steps at which something is said. */
const speaking: ReadonlySet<StepKind> = new Set(['llm', 'tool', 'retrieval'])

function notSent({ steps }: RunRecord, waysToCapture: readonly string[]): SafeHtml {
  if (!steps.some(({ kind }) => speaking.has(kind)))
    return said(html`No call of a model or a tool came with this run: there are no texts to show.`)
  return html`<div class="state">
    <p>No texts came with this run: its sender leaves them out until it is told to send them.</p>
    ${ways(waysToCapture)}
  </div>`
}

function ways(sentences: readonly string[]): SafeHtml {
  return html`${sentences.slice(0, MAX_WAYS).map((sentence) => html`<p>${sentence}</p>`)}`
}

function said(text: SafeHtml): SafeHtml {
  return html`<p class="state">${text}</p>`
}

export function keepForm(site: Site, traceId: string, csrfToken: string | null): SafeHtml {
  return html`<form method="post" action="${site.href(`${runPath(traceId)}/keep`)}">
    ${csrfToken === null ? '' : html`<input type="hidden" name="csrf" value="${csrfToken}" />`}
    <button>keep</button>
  </form>`
}

function omitted(transcript: Transcript | null): SafeHtml {
  if (transcript === null || transcript.omittedSteps === 0) return html``
  return html`<p class="empty">
    The texts of ${plural(transcript.omittedSteps, 'more step')} are not kept: the run is too long.
  </p>`
}
