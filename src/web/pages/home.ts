/** The page at `/`, and the stream that keeps an open one up to date. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Request } from 'express'
import { z } from 'zod'
import type { LiveView } from '../../live/live-view.ts'
import { logoutTokenOf, personOf } from '../auth.ts'
import { invalidQuery } from '../problem.ts'
import type { Route } from '../route.ts'
import { formatTime } from './format.ts'
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

const query = z.strictObject({ service: z.string({ error: 'one text' }).optional().describe('Only what this service did.') })

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
        const current = view(service)
        const tools = current === null ? html`` : serviceFilter(site, current)
        sendPage(
          response,
          page(site, {
            title: 'live',
            current: 'live',
            person: personOf(request),
            csrfToken: logoutTokenOf(request),
            tools,
            body: html`<h1 class="sr">Live</h1>
              <div
                id="live"
                data-stream="${site.href(`/live/events${service === null ? '' : `?service=${encodeURIComponent(service)}`}`)}"
              >
                ${sectionsOf(options, current).map((section) => section.html)}
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
  if (view === null)
    return [
      welcomeSection(html`<p class="empty">Starting: the log is being read. This page goes on by itself.</p>`),
      ...emptySections,
    ]
  const isNew = view.lastRunAtMs === null
  const isQuiet = view.total.runs === 0 && view.latest.length === 0
  if (!isQuiet) return [welcomeSection(html``), ...liveSections(site, view)]
  const sections = liveSections(site, view)
  const hints = sections.filter(({ id }) => id === 'hints')
  const rest = emptySections.filter(({ id }) => id !== 'hints')
  if (isNew) return [welcomeSection(welcome(site, view, recipes)), ...hints, ...rest]
  return [welcomeSection(quiet(site, view)), ...hints, ...rest]
}

const emptySections: readonly Section[] = ['hints', 'stats', 'charts', 'failures', 'dearest', 'slowest', 'latest'].map((id) => ({
  id,
  html: html`<section id="${id}"></section>`,
}))

function welcomeSection(body: SafeHtml): Section {
  return { id: 'welcome', html: html`<section id="welcome">${body}</section>` }
}

function quiet(site: Site, { lastRunAtMs, service }: LiveView): SafeHtml {
  const who = service === null ? 'No run has' : `No run of ${service} has`
  return html`<p class="empty">
    ${who} ended in the last hour. The newest settled ${formatTime(lastRunAtMs ?? 0)}:
    <a href="${site.href(runsPath({ service }))}">all runs</a>.
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
        ${known.map((name) => (name === service ? html`<option selected>${name}</option>` : html`<option>${name}</option>`))}
      </select>
    </label>
    <noscript><button>show</button></noscript>
  </form>`
}
