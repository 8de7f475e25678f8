/** The transcript of a run: one card a step, with what was said there, what it took, what went wrong and what people said about it. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { FeedbackRecord } from '../../../model/feedback.ts'
import type { RunFailure, RunRecord, RunStep } from '../../../model/run.ts'
import type { TranscriptStep } from '../../../model/transcript.ts'
import { feedbackItem } from '../feedback/item.ts'
import { plural, visible } from '../format.ts'
import { stepPath } from '../paths.ts'
import type { Site } from '../site.ts'
import { failureWords, stepWords } from '../words.ts'
import { stepDetails } from './details.ts'
import { messages } from './messages.ts'
import type { PlacedStep } from './place.ts'
import { figures, flaw, isFlawed, stepTitle } from './step-words.ts'

export interface CardsView {
  readonly site: Site
  readonly run: RunRecord
  readonly placed: readonly PlacedStep[]
  readonly failures: ReadonlyMap<string, readonly RunFailure[]>
  /** By span id. Null = no texts are kept. */
  readonly texts: ReadonlyMap<string, TranscriptStep> | null
  readonly feedback: ReadonlyMap<string, readonly FeedbackRecord[]>
  /** Of tools, by span id. */
  readonly repeats: ReadonlyMap<string, string>
  /** Span id of the step that the address names; null = none. */
  readonly openStep: string | null
}

/** So many plain spans in a row are folded. */
const MIN_FOLDED = 3

export function cards(view: CardsView): SafeHtml {
  const parts: SafeHtml[] = []
  let plain: RunStep[] = []
  const flush = (): void => {
    parts.push(plainSteps(view, plain))
    plain = []
  }
  for (const { step } of view.placed) {
    if (isPlain(view, step)) {
      plain.push(step)
      continue
    }
    flush()
    parts.push(card(view, step))
  }
  flush()
  return html`${parts}`
}

/** A span that says nothing of an agent, and at which nothing happened. */
function isPlain({ texts, failures, feedback }: CardsView, step: RunStep): boolean {
  const { spanId, kind } = step
  return kind === 'other' && !isFlawed(step, failures.get(spanId) ?? []) && !feedback.has(spanId) && !texts?.has(spanId)
}

function plainSteps(view: CardsView, steps: readonly RunStep[]): SafeHtml {
  const slim = steps.map((step) => slimCard(view, step))
  if (steps.length < MIN_FOLDED) return html`${slim}`
  const body = html`<summary>${plural(steps.length, 'span')} without anything of an agent</summary>
    ${slim}`
  return steps.some(({ spanId }) => spanId === view.openStep)
    ? html`<details class="plain" open>${body}</details>`
    : html`<details class="plain">${body}</details>`
}

function slimCard(view: CardsView, step: RunStep): SafeHtml {
  return html`<article class="card slim" id="step-${step.spanId}" tabindex="-1">
    ${head(view, step, [])} ${stepDetails(step, step.spanId === view.openStep)}
  </article>`
}

function card(view: CardsView, step: RunStep): SafeHtml {
  const { site, texts, openStep } = view
  const failures = view.failures.get(step.spanId) ?? []
  const isBad = isFlawed(step, failures)
  const said = texts?.get(step.spanId) ?? null
  const feedback = view.feedback.get(step.spanId) ?? []
  const content = said === null ? html`` : saidAt(step, said)
  const isSlim = said === null && !isBad && feedback.length === 0 && (step.kind === 'agent' || step.kind === 'workflow')
  return html`<article
    class="card ${step.kind}${isBad ? ' failed' : ''}${isSlim ? ' slim' : ''}"
    id="step-${step.spanId}"
    tabindex="-1"
  >
    ${head(view, step, failures)} ${evidence(step, failures)} ${content} ${parsing(step)}
    ${
      feedback.length === 0
        ? ''
        : html`<ul class="said-about">
            ${feedback.map((item) => feedbackItem(site, item, { steps: noSteps }))}
          </ul>`
    }
    ${stepDetails(step, step.spanId === openStep)}
  </article>`
}

/** On a card nobody needs a link to it. */
const noSteps: ReadonlySet<string> = new Set()

function head({ site, run, repeats }: CardsView, step: RunStep, failures: readonly RunFailure[]): SafeHtml {
  const title = stepTitle(step)
  const repeat = repeats.get(step.spanId)
  return html`<header>
    <h3><small>${stepWords(step.kind)}</small> ${title} ${flaw(step, failures)}</h3>
    <span class="figures"
      >${repeat === undefined ? '' : html`<em>${repeat}</em> · `}${figures(step)}<a
        class="anchor"
        href="${site.href(stepPath(run.traceId, step.spanId))}"
        aria-label="link to ${stepWords(step.kind)} ${title}"
        >#</a
      ></span
    >
  </header>`
}

function evidence(step: RunStep, failures: readonly RunFailure[]): SafeHtml {
  const { error } = step
  const details = failures.map(({ detail }) => detail)
  const said = [typeOf(error), error?.message, error?.httpStatus === null || error === null ? null : `HTTP ${error.httpStatus}`]
    // What the evidence has said is not said again.
    .filter((text) => typeof text === 'string' && text !== '' && !details.some((detail) => detail.includes(text)))
    .map((text) => visible(String(text)))
  return html`${failures.map(
    ({ kind, impact, detail }) =>
      html`<p class="evidence">
        ${detail === '' ? failureWords(kind) : visible(detail)}
        <small>${impact === 'fatal' ? 'The run failed because of it.' : 'The run got over it.'}</small>
      </p>`,
  )}
  ${said.length === 0 ? '' : html`<p class="evidence"><span class="empty">error</span> ${said.join(': ')}</p>`}`
}

/** Many messages begin with the class, and some emitters have no better name than none. */
function typeOf(error: RunStep['error']): string | null {
  const type = error?.type ?? ''
  return type === '_OTHER' || type === 'unknown' || error?.message?.startsWith(type) === true ? null : type
}

function saidAt(step: RunStep, said: TranscriptStep): SafeHtml {
  const { input, repeated, output, isPartial, missing } = said
  const tool = step.kind === 'tool' ? (step.tool?.name ?? '') : null
  return html`${repeated === 0 ? '' : html`<p class="repeated">${plural(repeated, 'message')} as above</p>`}
  ${messages(input, tool, step.kind === 'retrieval' ? 'query' : 'input')}
  ${messages(output, tool, step.kind === 'retrieval' ? 'found' : 'output')}
  ${isAnswerMissing(step, said) ? html`<p class="empty">${step.kind === 'tool' ? 'No result was sent.' : 'The answer was not sent.'}</p>` : ''}
  ${isPartial ? html`<p class="empty">Some of it could not be read: cut by the sender, or too long.</p>` : ''}
  ${missing === null ? '' : html`<p class="empty">${missing === 'not_sent' ? 'No texts were sent for this step.' : 'Texts came that could not be read.'}</p>`}`
}

/** What went in is here, and nothing says that nothing came out. */
function isAnswerMissing({ kind, error }: RunStep, { input, repeated, output, isPartial }: TranscriptStep): boolean {
  const isAsked = input.length + repeated > 0
  return (kind === 'llm' || kind === 'tool') && isAsked && output.length === 0 && error === null && !isPartial
}

/** Attempts of the application to read an answer. */
function parsing({ parse }: RunStep): SafeHtml {
  if (parse === null) return html``
  const words = { ok: 'parsed', repaired: 'parsed after a repair', failed: 'did not parse' }
  return html`<p class="parse${parse.outcome === 'failed' ? ' bad' : ''}">
    as <code>${parse.format}</code>: ${words[parse.outcome]}
  </p>`
}
