/** What stands at `/` while nothing has come: where to send spans, and the recipes to copy. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { LiveView } from '../../live/live-view.ts'
import { plural } from './format.ts'
import type { Recipe } from './recipes.ts'
import type { Site } from './site.ts'

/** The address an SDK sends to when nothing is set. */
const DEFAULT_ENDPOINT = 'http://localhost:4318'

/** The frameworks that most people ask for, in this order; the rest is one click away. */
const shown: readonly string[] = [
  'openai-js',
  'ai-sdk',
  'langchain-js',
  'any-node',
  'openai-python',
  'langchain-python',
  'pydantic-ai',
  'any-python',
]

export function welcome(site: Site, view: LiveView, recipes: readonly Recipe[]): SafeHtml {
  const chosen = shown.flatMap((name) => recipes.filter((recipe) => recipe.name === name))
  return html`<div class="welcome">
    <h2>${state(view)}</h2>
    <p>A run is shown here a few seconds after it has ended. This page goes on by itself.</p>
    ${view.arrivals.spans === 0 ? address(site) : ''} ${chosen.map((recipe, index) => snippet(site, recipe, index === 0))}
    <p><a href="${site.href('/instrument')}">All frameworks</a></p>
  </div>`
}

function state({ arrivals, open }: LiveView): string {
  if (arrivals.spans === 0) return 'Waiting for the first span'
  if (open.runs > 0) return `${plural(open.runs, 'run has', 'runs have')} begun`
  return `${plural(arrivals.spans, 'span')} came, no run of an agent among them yet`
}

function address(site: Site): SafeHtml {
  if (isDefault(site.otlpUrl)) {
    return html`<p>
      Send to <code>${site.otlpUrl}</code>: where an OpenTelemetry SDK on this machine sends when nothing is set. Already have an
      agent that is instrumented? Start it.
    </p>`
  }
  return html`<p>Set this for your agent, and a bearer token beside it if this instance has one:</p>
    <pre data-copy tabindex="0"><code>export OTEL_EXPORTER_OTLP_ENDPOINT=${site.otlpUrl}</code></pre>`
}

function isDefault(url: string): boolean {
  return url === DEFAULT_ENDPOINT || url === 'http://127.0.0.1:4318'
}

/** Opened one by one: the first shows how it looks. */
function snippet(site: Site, { name, title, blocks }: Recipe, isOpen: boolean): SafeHtml {
  const body = html`${blocks.map(
      ({ label, code }) =>
        html`<figure class="code">
          <figcaption>${label}</figcaption>
          <pre data-copy tabindex="0"><code>${code}</code></pre>
        </figure>`,
    )}
    <p><a href="${site.href(`/instrument/${name}`)}">more about ${title}</a></p>`
  return isOpen
    ? html`<details open name="recipe" data-key="${name}">
        <summary>${title}</summary>
        ${body}
      </details>`
    : html`<details name="recipe" data-key="${name}">
        <summary>${title}</summary>
        ${body}
      </details>`
}
