/** The page at `/`, and the stream that keeps an open one up to date. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Request } from 'express'
import { z } from 'zod'
import type { LiveView } from '../../live/live-view.ts'
import { logoutTokenOf, personOf } from '../auth.ts'
import { invalidQuery } from '../problem.ts'
import type { Route } from '../route.ts'
import { formatTime, visible } from './format.ts'
import { liveSections, type Section } from './live.ts'
import type { LiveStream } from './live-stream.ts'
import { livePath, runsPath } from './paths.ts'
import { page, sendPage } from './shell.ts'
import type { Site } from './site.ts'
import { welcome } from './welcome.ts'
import type { Recipe } from './recipes.ts'

export interface HomeOptions {
  readonly site: Site
  /** Null while the log is being read. */
  readonly view: (service: string | null) => LiveView | null
  readonly stream: LiveStream
  readonly recipes: readonly Recipe[]
}

const query = z.strictObject({
  service: z
    .string({ error: 'one text' })
    .max(128, { error: 'at most 128 characters' })
    .optional()
    .describe('Only what this service did.'),
})

export function homeRoutes(options: HomeOptions): Route[] {
  const { site, view, stream } = options
  return [
    {
      path: '/',
      summary: 'The live page, for people: what came in, cost, failures, steps and runs of the last hour.',
      query: query.shape,
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      problems: [422],
      handle: (request, response) => {
        const service = serviceOf(request)
        sendPage(
          response,
          page(site, {
            title: 'live',
            current: 'live',
            person: personOf(request),
            csrfToken: logoutTokenOf(request),
            body: html`<h1 class="sr">Live</h1>
              <div
                id="live"
                data-stream="${site.href(`/live/events${service === null ? '' : `?service=${encodeURIComponent(service)}`}`)}"
              >
                ${sectionsOf(options, view(service)).map((section) => section.html)}
              </div>
              <p class="status" role="status" id="stream-status"></p>`,
          }),
        )
      },
    },
    {
      path: '/live/events',
      summary: 'Server-sent events for the live page: an `update` holds the parts of the page that changed, as HTML by id.',
      query: query.shape,
      answers: { 200: { description: 'The stream.', contentType: 'text/event-stream' } },
      problems: [422, 503],
      handle: (request, response) => stream.open(serviceOf(request), response),
    },
  ]
}

/** What the page shows in its present state. The ids are always the same, so that the stream can go from one state to the next. */
export function sectionsOf({ site, recipes }: Pick<HomeOptions, 'site' | 'recipes'>, view: LiveView | null): readonly Section[] {
  if (view === null) {
    const starting = html`<p class="empty">Starting: the log is being read. This page goes on by itself.</p>`
    return shown({ welcome: starting })
  }
  const live = Object.fromEntries(liveSections(site, view).map(({ id, body }) => [id, body]))
  const filter = serviceFilter(site, view)
  const isQuiet = view.total.runs === 0 && view.latest.length === 0
  if (!isQuiet) return shown({ ...live, filter })
  const isNew = view.lastRunAtMs === null
  return shown({ hints: live['hints'], welcome: isNew ? welcome(site, view, recipes) : quiet(site, view), filter })
}

/** The parts of the page in their order. */
const ids = ['filter', 'hints', 'welcome', 'stats', 'charts', 'failures', 'dearest', 'slowest', 'latest'] as const

function shown(bodies: { readonly [id in (typeof ids)[number]]?: SafeHtml | undefined }): readonly Section[] {
  return ids.map((id) => ({ id, html: html`<section id="${id}">${bodies[id] ?? ''}</section>` }))
}

function quiet(site: Site, { lastRunAtMs, service }: LiveView): SafeHtml {
  const all = html`<a href="${site.href(runsPath({ service }))}">all its runs</a>`
  if (service !== null) return html`<p class="empty">No run of ${visible(service)} has ended in the last hour: ${all}.</p>`
  return html`<p class="empty">
    No run has ended in the last hour. The newest settled ${formatTime(lastRunAtMs ?? 0)}:
    <a href="${site.href(runsPath({}))}">all runs</a>.
  </p>`
}

function serviceOf(request: Request): string | null {
  const parsed = query.safeParse(request.query)
  if (!parsed.success) throw invalidQuery(parsed.error, request.query, new Set())
  return parsed.data.service === undefined || parsed.data.service === '' ? null : parsed.data.service
}

/** A form, so that it works without script; the script sends it at each change. */
function serviceFilter(site: Site, { services, service }: LiveView): SafeHtml {
  const known = service === null || services.includes(service) ? services : [service, ...services]
  if (known.length < 2 && service === null) return html``
  return html`<form class="filter" method="get" action="${site.href(livePath(null))}" data-auto>
    <label
      >service
      <select name="service" data-filter>
        <option value="">all</option>
        ${known.map((name) => (name === service ? html`<option value="${name}" selected>${visible(name)}</option>` : html`<option value="${name}">${visible(name)}</option>`))}
      </select>
    </label>
    <noscript><button>show</button></noscript>
  </form>`
}
