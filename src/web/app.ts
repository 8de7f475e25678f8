/** The web app: health, metrics, API and the page for people, in one express app behind one lock. OTLP routes are not its business. */
import express from 'express'
import type { Express, Request, Response } from 'express'
import type { ProxyTrust, User } from '../model/person.ts'
import type { RunRecord } from '../model/run.ts'
import type { FeedbackDesk } from '../model/feedback.ts'
import type { Store } from '../records/store.ts'
import { createAuth, isNavigation } from './auth.ts'
import { conversationRoutes } from './conversations.ts'
import { feedbackApiRoutes } from './feedback-api.ts'
import { feedbackListRoute } from './feedback-list.ts'
import { createGuards } from './guards.ts'
import type { NoteDesk } from '../notes/desk.ts'
import { auditRoutes, createAuditor } from './audit.ts'
import { type DeletionDesk, deletionRoutes } from './deletions.ts'
import { feedbackLinkRoutes } from './feedback-link.ts'
import { healthRoutes } from './health.ts'
import { noteRoutes } from './notes.ts'
import { notePageRoutes } from './pages/notes.ts'
import { langfuseRoutes } from './langfuse.ts'
import { loginRoutes } from './login.ts'
import { metricsRoutes } from './metrics.ts'
import type { RenderMetrics } from './metrics.ts'
import { openApiRoute } from './openapi.ts'
import type { LiveView } from '../live/live-view.ts'
import { assetRoutes } from './pages/assets.ts'
import { conversationPageRoute } from './pages/conversation.ts'
import { inboxRoute } from './pages/feedback/inbox.ts'
import { homeRoutes, sectionsOf } from './pages/home.ts'
import { instrumentRoutes } from './pages/instrument.ts'
import { LiveStream } from './pages/live-stream.ts'
import { readRecipes } from './pages/recipes.ts'
import { runPageRoutes } from './pages/run.ts'
import type { ReviewDesk } from './pages/review-desk.ts'
import { runsPageRoute } from './pages/runs.ts'
import { sendPage } from './pages/shell.ts'
import { createSite, type Site } from './pages/site.ts'
import { problemPage } from './pages/problem-page.ts'
import { Problem, problemHandler } from './problem.ts'
import { type Route, serve } from './route.ts'
import { runbookRoute } from './runbook.ts'
import { runRoutes } from './runs.ts'
import { requireSender } from './sender.ts'

export interface WebOptions {
  readonly store: Store
  /** Takes feedback. */
  readonly desk: FeedbackDesk
  /** Token that lets programs send. Default: everybody may send. */
  readonly ingestToken?: string | null
  /** Token that lets programs in. Null, and neither users nor a proxy: everybody may read. */
  readonly apiToken: string | null
  /** People with a token of their own. Default: nobody. */
  readonly users?: readonly User[]
  /** The proxy that names people in a header. Default: none. */
  readonly proxy?: ProxyTrust | null
  /** 32 bytes that sign sessions; asked for only when people can log in. Default: fresh ones, so that sessions end with the process. */
  readonly sessionKey?: () => Buffer
  /** Why telemetry cannot be accepted at the moment, or null. Shown to anybody: no secrets, no paths. */
  readonly readiness: () => string | null
  readonly metrics: RenderMetrics
  /** A run that has not settled yet, as far as it is known. Default: open runs are not shown. */
  readonly openRun?: (traceId: string) => RunRecord | null
  /** A run that settled a moment ago and is not in the store yet. Default: there is none. */
  readonly unsavedRun?: (traceId: string) => RunRecord | null
  /** Keys that sign feedback links, the first signs. Default: there are none, so there are no links. */
  readonly feedbackSecrets?: readonly string[]
  /** Sites whose pages may use the widget. Default: our own. */
  readonly feedbackOrigins?: readonly string[]
  /** Takes notes. Default: there are none. */
  readonly notes?: NoteDesk
  /** Deletes what is known of somebody. Default: nobody does. */
  readonly deletions?: DeletionDesk
  /** Transcripts to come, picked runs and notes, for the pages. Default: what the store knows. */
  readonly review?: ReviewDesk
  /** How long feedback waits for its run. Default: 30 days. */
  readonly feedbackWaitMs?: number
  /** How long feedback has to stand before it counts. Default: 30 seconds. */
  readonly feedbackHoldMs?: number
  readonly version: string
  /** Markdown of the runbook. */
  readonly runbook: string
  /** Where people reach the service, without a slash at its end. */
  readonly publicUrl: string
  /** Where people reach Grafana, without a slash at its end. Default: unknown, so there are no links to traces. */
  readonly grafanaUrl?: string | null
  /** Where agents send spans to, without a slash at its end. Default: to the public address. */
  readonly otlpUrl?: string | null
  /** What the live page shows. Default: that the log is being read. */
  readonly live?: LiveFeed
  /** Folder with the recipes. Default: there are none. */
  readonly recipes?: URL
  /** Ends the streams of open live pages, so that the server can close. */
  readonly stop?: AbortSignal
  /** Gets what a 500 does not show to the caller. Default: nothing. */
  readonly onFault?: (error: unknown) => void
  /** Unix milliseconds, for relative times. Default: Date.now. */
  readonly nowMs?: () => number
}

/** Where the live page gets what it shows. */
interface LiveFeed {
  /** Changes whenever a view would show something else. */
  version(): string
  /** Null while the log is being read. */
  view(service: string | null): LiveView | null
}

const noFeed: LiveFeed = { version: () => '', view: () => null }

/** Builds the app; it is a request listener for `http.createServer`. */
export function createWebApp(options: WebOptions): Express {
  const {
    store,
    desk,
    ingestToken = null,
    apiToken,
    users,
    proxy,
    sessionKey,
    readiness,
    metrics,
    openRun,
    version,
    runbook,
    publicUrl,
    grafanaUrl = null,
    otlpUrl = null,
    live = noFeed,
    onFault = () => {},
    nowMs = Date.now,
  } = options
  const site = createSite({ publicUrl, grafanaUrl, otlpUrl, version })
  const auth = createAuth({ apiToken, users, proxy, sessionKey, site, nowMs })
  const open = [
    ...healthRoutes(readiness, version),
    runbookRoute(site, runbook),
    ...loginRoutes({ auth, site, nowMs }),
    ...assetRoutes(),
    ...feedbackLinkRoutes({
      desk,
      secrets: options.feedbackSecrets ?? [],
      origins: options.feedbackOrigins ?? [],
      site,
      nowMs,
      sourceOf: (request) => auth.proxyUser.sourceOf(request),
    }),
  ]
  const sent = [...feedbackApiRoutes({ desk }), ...langfuseRoutes({ desk, version })]
  const locked = [
    ...metricsRoutes(metrics),
    ...runRoutes({ store, openRun, unsavedRun: options.unsavedRun, nowMs }),
    ...conversationRoutes(store),
    feedbackListRoute(store, nowMs),
    ...(options.notes === undefined
      ? []
      : noteRoutes({ store, notes: store.notes, desk: options.notes, audit: createAuditor(store.audit, nowMs), nowMs })),
    ...(options.deletions === undefined ? [] : deletionRoutes(options.deletions)),
    ...auditRoutes({ listAudit: (page) => store.audit.list(page) }),
    ...pageRoutes(options, site, live),
  ]
  locked.push(openApiRoute({ routes: [...open, ...sent, ...locked], openRoutes: open, version, publicUrl }))

  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing')
  // Flat keys only: `a[b]=c` is then an unknown parameter, not an object.
  app.set('query parser', 'simple')
  app.use((_request, response, next) => {
    response.set({
      'X-Content-Type-Options': 'nosniff',
      // Not no-referrer: browsers would then say `Origin: null` when they send our own forms.
      'Referrer-Policy': 'same-origin',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
    })
    next()
  })
  const guards = createGuards(publicUrl)
  app.use(auth.identify)
  serve(app, open, guards)
  for (const path of new Set(sent.map((route) => route.path))) app.use(path, requireSender(ingestToken))
  serve(app, sent, guards)
  // What stands below this line is locked, also what does not exist.
  app.use(auth.requireLogin)
  serve(app, locked, guards)
  app.use(() => {
    throw new Problem(404, 'There is nothing here. GET /openapi.json lists what there is.')
  })
  app.use(problemHandler(onFault, (request, response, problem) => showProblem(site, request, response, problem)))
  return app
}

function showProblem(site: Site, request: Request, response: Response, problem: Problem): boolean {
  if (!isNavigation(request)) return false
  const { status, message: detail, errors } = problem
  sendPage(response, problemPage(site, request, { status, detail, errors }), status)
  return true
}

/** The pages for people. They stand behind the same lock as the API. */
function pageRoutes(
  { store, openRun, review, feedbackWaitMs = 30 * 86_400_000, onFault = () => {}, nowMs = Date.now, ...options }: WebOptions,
  site: Site,
  live: LiveFeed,
): Route[] {
  const recipes = options.recipes === undefined ? [] : readRecipes(options.recipes)
  const stream = new LiveStream({
    version: () => live.version(),
    sections: (service) => sectionsOf({ site, recipes }, live.view(service)),
    onFault,
  })
  options.stop?.addEventListener('abort', () => stream.close(), { once: true })
  return [
    ...homeRoutes({ site, view: (service) => live.view(service), stream, recipes }),
    runsPageRoute({ site, store, nowMs }),
    ...runPageRoutes({ site, store, openRun, unsavedRun: options.unsavedRun, desk: review, nowMs }),
    conversationPageRoute(site, store, review),
    ...(options.notes === undefined
      ? []
      : notePageRoutes({
          site,
          store,
          notes: store.notes,
          desk: options.notes,
          audit: createAuditor(store.audit, nowMs),
          nowMs,
        })),
    inboxRoute({ site, store, nowMs, waitMs: feedbackWaitMs, holdMs: options.feedbackHoldMs ?? 30_000 }),
    ...instrumentRoutes(site, recipes),
  ]
}
