/** What is missing, in words, each with what to do about it. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Hint } from '../../live/hints.ts'
import { formatCount, plural, visible } from './format.ts'
import type { Site } from './site.ts'

/** `isOpen` shows what to do at once: where there is nothing else to look at. */
export function hintSection(site: Site, hints: readonly Hint[], isOpen: boolean): SafeHtml {
  if (hints.length === 0) return html``
  return html`<h2 class="sr">What is missing in the data</h2>
    <ul class="hints">
      ${hints.map((hint) => item(hint, words(site, hint), isOpen))}
    </ul>`
}

interface Words {
  readonly what: string
  readonly fix: SafeHtml
}

function item(hint: Hint, { what, fix }: Words, isOpen: boolean): SafeHtml {
  const key =
    'reason' in hint ? `${hint.type} ${hint.reason}` : 'status' in hint ? `${hint.type} ${hint.signal} ${hint.status}` : hint.type
  const body = html`<summary>${what}</summary>
    <div>${fix}</div>`
  return isOpen
    ? html`<li><details open data-key="${key}">${body}</details></li>`
    : html`<li><details data-key="${key}">${body}</details></li>`
}

function words(site: Site, hint: Hint): Words {
  switch (hint.type) {
    case 'refused':
      return refused(hint.signal, hint.status, hint.count)
    case 'no_spans':
      return line(
        `Only ${hint.signals.join(' and ')} came, no traces.`,
        html`Runs are read from spans: set <code>OTEL_TRACES_EXPORTER=otlp</code>, or add a traces pipeline to the exporter that
          sends here.`,
      )
    case 'no_meaning':
      return line(
        `${plural(hint.traces, 'trace')} came, and nothing in them is about a model, an agent or a tool.`,
        html`Spans seen: ${names(hint.spans)}. OpenTelemetry works; what is missing is the instrumentation of your model client or
          framework: <a href="${site.href('/instrument')}">how to switch it on</a>.`,
      )
    case 'unpriced':
      return unpriced(hint)
    case 'no_content':
      return line(
        `None of ${plural(hint.calls, 'model call')} carries a text.`,
        html`Costs, errors and most failures are found all the same; a loop is found later where tools send no arguments and
          results. Most instrumentations send texts when <code>OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true</code> is
          set for the agent. Seen: ${names(hint.emitters)}. If that is on purpose, <code>FLYWHEEL_CONTENT=off</code> here ends
          this line.`,
      )
    case 'no_conversation':
      return line(
        `${formatCount(hint.runs)} of ${plural(hint.ofRuns, 'run')} name no conversation${hint.noUser ? ' and no user' : ''}.`,
        html`Runs of one dialogue stay apart${hint.noUser ? ', and nobody can be counted as hurt' : ''}. Put
          <code>gen_ai.conversation.id</code>${hint.noUser ? html` and <code>user.id</code>` : ''} on the spans; with our SDK:
          <pre><code>await withContext({ conversationId${hint.noUser ? ', userId' : ''} }, () => agent.answer(message))</code></pre>`,
      )
    default:
      return hint satisfies never
  }
}

function refused(signal: string, status: number, count: number): Words {
  const what = `${plural(count, 'request')} with ${signal} ${count === 1 ? 'was' : 'were'} refused with status ${status}.`
  switch (status) {
    case 401:
      return line(
        what,
        html`Senders have to show the ingest token:
          <code>OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20&lt;FLYWHEEL_INGEST_TOKEN&gt;"</code>.`,
      )
    case 413:
      return line(what, html`The body was too large: send smaller batches, or raise <code>FLYWHEEL_MAX_BODY_BYTES</code>.`)
    case 415:
      return line(
        what,
        html`This port speaks OTLP over HTTP, as protobuf or JSON, plain, gzip or zstd: set
          <code>OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf</code>.`,
      )
    case 400:
      return line(
        what,
        html`The body could not be read as OTLP; the answer to the request says where. A proxy in between may have changed it.`,
      )
    default:
      return line(what, html`The answer to the request says why.`)
  }
}

function unpriced({ reason, calls, models }: Extract<Hint, { type: 'unpriced' }>): Words {
  const named = names(models.map(({ model, provider }) => (model === '' ? provider : model)).filter((name) => name !== ''))
  switch (reason) {
    case 'unknown_model': {
      const lines = models.map(
        ({ model }) =>
          `  - model: ${JSON.stringify(visible(model))}\n    input: 0.00    # USD per million tokens\n    output: 0.00`,
      )
      return line(
        `The price of ${plural(calls, 'call')} is not known.`,
        html`Models: ${named}. Their cost is missing from every sum. Put your prices into <code>flywheel.yaml</code>:
          <pre data-copy><code>prices:
${lines.join('\n')}</code></pre>`,
      )
    }
    case 'no_usage':
      return line(
        `${plural(calls, 'answered call')} ${Math.round(calls) === 1 ? 'tells' : 'tell'} no token usage, so there is no cost.`,
        html`Models: ${named}. Streams of OpenAI-compatible servers send it only when asked:
          <code>stream_options: { include_usage: true }</code>.`,
      )
    case 'no_model':
      return line(
        `${plural(calls, 'call')} ${Math.round(calls) === 1 ? 'names' : 'name'} no model, so there is no cost.`,
        html`Put <code>gen_ai.request.model</code> on the span.`,
      )
    case 'unknown_tier':
      return line(
        `${plural(calls, 'call')} came over a service tier whose price is not known.`,
        html`Models: ${named}. State the factor in <code>flywheel.yaml</code>: <code>serviceTiers</code> below the model under
          <code>prices</code>.`,
      )
    default:
      return reason satisfies never
  }
}

function line(what: string, fix: SafeHtml): Words {
  return { what, fix }
}

function names(list: readonly string[]): SafeHtml {
  if (list.length === 0) return html`not named`
  return html`${list.map((name, index) => html`${index === 0 ? '' : ', '}<code>${visible(name)}</code>`)}`
}
