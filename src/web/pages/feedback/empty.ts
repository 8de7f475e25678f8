/** What stands in the inbox while nobody has said anything: the ways in, each with something to copy. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Site } from '../site.ts'

interface WayIn {
  readonly title: string
  readonly when: string
  readonly code: string
}

export function emptyInbox(site: Site): SafeHtml {
  return html`<div class="welcome">
    <p>
      Nobody has said anything yet. A thumb, a score or a comment finds its run by trace id, span id, conversation id, the
      provider's response id or your own message id: before the run or long after it, and once, however often it is sent.
    </p>
    ${feedbackWays(site)}
  </div>`
}

/** The ways in, one of them open. */
export function feedbackWays(site: Site): SafeHtml {
  return html`${waysIn(site).map((way, index) => wayIn(way, index === 0))}`
}

function wayIn({ title, when, code }: WayIn, isOpen: boolean): SafeHtml {
  const body = html`<summary>${title}</summary>
    <p>${when}</p>
    <figure class="code">
      <pre data-copy tabindex="0"><code>${code}</code></pre>
    </figure>`
  return isOpen ? html`<details open name="recipe">${body}</details>` : html`<details name="recipe">${body}</details>`
}

function waysIn({ publicUrl, otlpUrl }: Site): readonly WayIn[] {
  return [
    {
      title: 'From your own backend',
      when: 'One call, with whichever id you have at hand. An id of your own makes it safe to send twice, and to change later. Where FLYWHEEL_INGEST_TOKEN is set, add -H "authorization: Bearer ...".',
      code: `curl ${publicUrl}/v1/feedback -H 'content-type: application/json' -d '{
  "id": "vote-4711",
  "target": { "conversationId": "chat-42" },
  "rating": "negative",
  "comment": "That was not my order."
}'`,
    },
    {
      title: 'A link in a mail or a ticket',
      when: 'Signed with FLYWHEEL_FEEDBACK_SECRET, for one answer, with an end. Opening it shows a page; only what is sent from there counts.',
      code: `import { feedbackLink } from 'agent-flywheel/sdk'

const link = feedbackLink({ target: { conversationId: chat.id }, from: 'Shop support' }, { url: '${publicUrl}' })`,
    },
    {
      title: 'Thumbs in your chat',
      when: 'An element without dependencies. Its token comes from your server: feedbackToken() of the SDK, signed like a link. FLYWHEEL_FEEDBACK_ORIGINS names the pages that may use it.',
      code: `<script src="${publicUrl}/widget.js"></script>
<flywheel-feedback token="..."></flywheel-feedback>`,
    },
    {
      title: 'As telemetry',
      when: 'A log record of the event gen_ai.evaluation.result in the context of the answer; annotations of OpenInference are read as well.',
      code: `OTEL_EXPORTER_OTLP_ENDPOINT=${otlpUrl}

event.name                    gen_ai.evaluation.result
gen_ai.evaluation.name        user_rating
gen_ai.evaluation.score.label thumbs_down
gen_ai.evaluation.explanation That was not my order.`,
    },
    {
      title: 'From an application that sends scores to Langfuse',
      when: 'Its servers need another address, whose name depends on the client, and FLYWHEEL_INGEST_TOKEN as the secret key (any text where none is set).',
      code: `LANGFUSE_BASE_URL=${publicUrl}   # JavaScript 4 and 5, Python from 3.9 on
LANGFUSE_BASEURL=${publicUrl}    # JavaScript 3
LANGFUSE_HOST=${publicUrl}       # Python before 3.9
LANGFUSE_SECRET_KEY=<FLYWHEEL_INGEST_TOKEN>`,
    },
  ]
}
