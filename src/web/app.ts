/** The web app: health, metrics, API and the page for people, in one express app behind one lock. OTLP routes are not its business. */
import express from 'express'
import type { Express } from 'express'
import type { RunRecord } from '../model/run.ts'
import type { Store } from '../records/store.ts'
import { requireToken } from './auth.ts'
import { conversationRoutes } from './conversations.ts'
import { healthRoutes } from './health.ts'
import { homeRoute } from './home.ts'
import { metricsRoutes } from './metrics.ts'
import type { RenderMetrics } from './metrics.ts'
import { openApiRoute } from './openapi.ts'
import { problemHandler, sendProblem } from './problem.ts'
import { serve } from './route.ts'
import { runbookRoute } from './runbook.ts'
import { runRoutes } from './runs.ts'

export interface WebOptions {
  readonly store: Store
  /** Token that every route but health asks for; null = everybody may read. */
  readonly apiToken: string | null
  /** Why telemetry cannot be accepted at the moment, or null. Shown to anybody: no secrets, no paths. */
  readonly readiness: () => string | null
  readonly metrics: RenderMetrics
  /** A run that has not settled yet, as far as it is known. Default: open runs are not shown. */
  readonly openRun?: (traceId: string) => RunRecord | null
  readonly version: string
  /** Markdown of the runbook. */
  readonly runbook: string
  /** Where people reach the service, without a slash at its end. */
  readonly publicUrl: string
  /** Gets what a 500 does not show to the caller. Default: nothing. */
  readonly onFault?: (error: unknown) => void
  /** Unix milliseconds, for relative times. Default: Date.now. */
  readonly nowMs?: () => number
}

/** Builds the app; it is a request listener for `http.createServer`. */
export function createWebApp(options: WebOptions): Express {
  const {
    store,
    apiToken,
    readiness,
    metrics,
    openRun,
    version,
    runbook,
    publicUrl,
    onFault = () => {},
    nowMs = Date.now,
  } = options
  const open = [...healthRoutes(readiness, version), runbookRoute(runbook)]
  const locked = [
    ...metricsRoutes(metrics),
    ...runRoutes({ store, openRun, nowMs }),
    ...conversationRoutes(store),
    homeRoute(version, publicUrl),
  ]
  locked.push(openApiRoute({ routes: [...open, ...locked], openRoutes: open, version, publicUrl }))

  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').enable('strict routing')
  // Flat keys only: `a[b]=c` is then an unknown parameter, not an object.
  app.set('query parser', 'simple')
  app.use((_request, response, next) => {
    response.set({
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
    })
    next()
  })
  for (const route of open) serve(app, route)
  // What stands below this line needs the token, also what does not exist.
  app.use(requireToken(apiToken))
  for (const route of locked) serve(app, route)
  app.use((_request, response) => sendProblem(response, 404, 'There is nothing here. GET /openapi.json lists what there is.'))
  app.use(problemHandler(onFault))
  return app
}
