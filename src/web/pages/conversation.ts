/** One conversation: what the user said and the agent answered, run by run, with what went wrong and what people said about it. */
import { html, type SafeHtml } from '@remix-run/html-template'
import { z } from 'zod'
import type { FeedbackRecord } from '../../model/feedback.ts'
import type { RunRecord, RunSummary } from '../../model/run.ts'
import type { Transcript } from '../../model/transcript.ts'
import type { ConversationRecord, Store } from '../../records/store.ts'
import { logoutTokenOf, personOf } from '../auth.ts'
import { withKnownCursor } from '../feedback-list.ts'
import { invalidQuery, Problem } from '../problem.ts'
import { pathParameter, type Route } from '../route.ts'
import { exchangeOf } from './exchange.ts'
import { feedbackItem } from './feedback/item.ts'
import { formatCount, formatDuration, formatTime, formatUsd, plural, visible } from './format.ts'
import { conversationPath, runPath, runsPath, stepPath } from './paths.ts'
import type { ReviewDesk } from './review-desk.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'
import { textBlock } from './text-block.ts'
import { failureWords } from './words.ts'

/** Runs on a page: the transcript of each is read. */
const MAX_RUNS = 50
/** Of these the texts that nobody keeps are read from the log. */
const MAX_READ = 20
const MAX_READ_STEPS = 300

const query = z.strictObject({
  cursor: z
    .string({ error: 'one text' })
    .min(1, { error: '`next` of the page before' })
    .optional()
    .describe('`next` of the page before.'),
})

export function conversationPageRoute(site: Site, store: Store, desk: ReviewDesk = {}): Route {
  return {
    path: '/conversations/:id',
    summary: 'One conversation, for people.',
    pathParameters: { id: 'Conversation id, percent-encoded.' },
    query: query.shape,
    answers: { 200: { description: 'A page.', contentType: 'text/html' } },
    problems: [400, 404, 422],
    handle: async (request, response) => {
      const id = pathParameter(request, 'id')
      const parsed = query.safeParse(request.query)
      if (!parsed.success) throw invalidQuery(parsed.error, request.query, new Set())
      const { cursor } = parsed.data
      const conversation = await store.findConversation(id)
      if (conversation === null) throw new Problem(404, 'No conversation with this id: unknown, or past its retention.')
      const [{ runs, next }, feedback] = await Promise.all([
        withKnownCursor(cursor, () => store.listRuns({ conversationId: id, limit: MAX_RUNS, cursor })),
        store.feedbackOfConversation(id),
      ])
      const transcripts = await transcriptsOf(store, desk, runs)
      const turns = runs.map((run) => ({ run, transcript: transcripts.get(run.traceId) ?? null })).toReversed()
      const text = page(site, {
        title: `conversation ${visible(id)}`,
        current: 'runs',
        person: personOf(request),
        csrfToken: logoutTokenOf(request),
        body: html`${head(site, id, conversation)} ${elsewhere(site, feedback, runs)}
        ${next === null ? '' : html`<p class="pages"><a href="${site.href(`${conversationPath(id)}?cursor=${encodeURIComponent(next)}`)}">earlier runs</a></p>`}
        ${turnList(site, turns, feedback)}`,
      })
      sendPage(response, text)
    },
  }
}

/** Kept ones, and of the last runs those that the log still has. */
async function transcriptsOf(
  store: Store,
  desk: ReviewDesk,
  runs: readonly RunSummary[],
): Promise<ReadonlyMap<string, Transcript>> {
  const kept = await Promise.all(runs.map(({ traceId }) => store.transcripts.find(traceId)))
  const others = runs.filter((_, index) => kept[index] === null).slice(0, MAX_READ)
  const records = desk.readTranscripts === undefined ? [] : await Promise.all(others.map(({ traceId }) => store.findRun(traceId)))
  const readable = records.flatMap((run) => (run !== null && isReadable(run) ? [run] : []))
  const read = (await desk.readTranscripts?.(readable)) ?? []
  const whole = read.filter(({ incomplete }) => incomplete === null)
  return new Map(
    [...kept.filter((transcript) => transcript !== null), ...whole].map((transcript) => [transcript.traceId, transcript]),
  )
}

function isReadable({ steps }: RunRecord): boolean {
  return steps.length <= MAX_READ_STEPS && steps.some(({ hasContent }) => hasContent)
}

interface Turn {
  readonly run: RunSummary
  /** Null = its texts are not kept. */
  readonly transcript: Transcript | null
}

function head(site: Site, id: string, conversation: ConversationRecord): SafeHtml {
  const { runs, failedRuns, costNanoUsd, unpricedCalls, llmCalls, toolCalls, firstAtUs, lastAtUs, agent, service } = conversation
  const counts = [
    plural(runs, 'run'),
    `${formatCount(failedRuns)} failed`,
    plural(llmCalls, 'model call'),
    plural(toolCalls, 'tool call'),
    `${formatUsd(costNanoUsd)}${unpricedCalls > 0 ? ` without ${plural(unpricedCalls, 'call')} of unknown price` : ''}`,
  ]
  return html`<header class="run">
      <div>
        <h1>Conversation <span class="id">${visible(id)}</span></h1>
        <p class="links">
          ${visible(agent)} · ${visible(service)} · ${formatTime(firstAtUs / 1_000)} to ${formatTime(lastAtUs / 1_000)}
        </p>
      </div>
      <div class="actions">
        <a href="${site.href(runsPath({ conversation: id }))}">as a list</a>
        <a href="${site.href(`/api/conversations/${encodeURIComponent(id)}`)}">as JSON</a>
      </div>
    </header>
    <p class="count">${counts.join(' · ')}</p>`
}

/** Feedback on the conversation that no run of this page shows. */
function elsewhere(site: Site, feedback: readonly FeedbackRecord[], runs: readonly RunSummary[]): SafeHtml {
  const shown = new Set(runs.map(({ traceId }) => traceId))
  const rest = feedback.filter(({ runId }) => runId === null || !shown.has(runId))
  if (rest.length === 0) return html``
  return html`<section class="findings">
    <div>
      <h2>Other feedback <small>${rest.length}</small></h2>
      <ul class="said-about">
        ${rest.map((record) => feedbackItem(site, record, { steps: new Set() }))}
      </ul>
    </div>
  </section>`
}

function turnList(site: Site, turns: readonly Turn[], feedback: readonly FeedbackRecord[]): SafeHtml {
  if (turns.length === 0)
    return html`<p class="empty">
      Its runs are counted but not listed any more: they are kept for <code>FLYWHEEL_RETENTION</code>.
    </p>`
  const ofRun = Map.groupBy(feedback, ({ runId }) => runId)
  const answerers = new Set(turns.map(({ run }) => answererOf(run)))
  return html`<ol class="turns">
    ${turns.map((turn) => turnItem(site, turn, ofRun.get(turn.run.traceId) ?? [], answerers.size > 1 ? answererOf(turn.run) : null))}
  </ol>`
}

function answererOf({ agent, service }: RunSummary): string {
  return `${agent} · ${service}`
}

/** `answerer` = who answered; null = the same in all of them, and said at the top. */
function turnItem(site: Site, { run, transcript }: Turn, feedback: readonly FeedbackRecord[], answerer: string | null): SafeHtml {
  const { traceId, startedAtUs, durationUs, llmCalls, costNanoUsd, outcome } = run
  return html`<li class="card${outcome === 'failed' ? ' failed' : ''}">
    <header>
      <h2>
        <a data-row="run ${traceId}" href="${site.href(runPath(traceId))}">run ${traceId.slice(0, 8)}</a>
        ${outcomeWords(site, run)} ${answerer === null ? '' : html`<small>${visible(answerer)}</small>`}
      </h2>
      <span class="figures"
        >${formatTime(startedAtUs / 1_000)} · ${formatDuration(durationUs)} · ${plural(llmCalls, 'call')} ·
        ${costNanoUsd === null ? 'cost unknown' : formatUsd(costNanoUsd)}</span
      >
    </header>
    ${transcript === null ? notKept(run) : exchange(transcript)}
    ${
      feedback.length === 0
        ? ''
        : html`<ul class="said-about">
            ${feedback.map((record) => feedbackItem(site, record, { steps: new Set(record.target.spanId === null ? [] : [record.target.spanId]) }))}
          </ul>`
    }
  </li>`
}

function outcomeWords(site: Site, { traceId, outcome, failures }: RunSummary): SafeHtml {
  const fatal = failures.find(({ impact }) => impact === 'fatal') ?? failures[0]
  if (fatal === undefined) return outcome === 'failed' ? html`<b class="bad">failed</b>` : html``
  const words = failureWords(fatal.kind)
  const link = html`<a href="${site.href(stepPath(traceId, fatal.spanId))}">${words}</a>`
  return outcome === 'failed' ? html`<b class="bad">failed</b> ${link}` : html`<small>after: ${link}</small>`
}

/** How the user began is kept with every run. */
function notKept({ title }: RunSummary): SafeHtml {
  if (title === null || title === '') return html`<p class="empty">Its texts are not kept.</p>`
  return html`${said('user', 'user', title, '')} ${said('assistant', 'model', null, 'the answer is not kept')}`
}

function exchange(transcript: Transcript): SafeHtml {
  const { asked, answered } = exchangeOf(transcript)
  return html`${said('user', 'user', asked, 'what the user said is not in the texts')}
  ${said('assistant', 'model', answered, 'no answer is in the texts')}`
}

function said(className: string, role: string, text: string | null, missing: string): SafeHtml {
  return html`<div class="say ${className}">
    <span class="role">${role}</span>
    <div>${text === null ? html`<p class="empty">${missing}</p>` : textBlock(text)}</div>
  </div>`
}
