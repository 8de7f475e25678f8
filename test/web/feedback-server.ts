/** The routes of feedback links alone, with a desk that notes what it is handed. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { onTestFinished } from 'vitest'
import type { Feedback, FeedbackEvent } from '../../src/model/feedback.ts'
import type { FeedbackClaims } from '../../src/sdk/feedback-token.ts'
import { signToken } from '../../src/sdk/feedback-token.ts'
import { feedbackLinkRoutes } from '../../src/web/feedback-link.ts'
import type { FeedbackLinkOptions } from '../../src/web/feedback-link.ts'
import { createGuards } from '../../src/web/guards.ts'
import { assetRoutes } from '../../src/web/pages/assets.ts'
import { createSite } from '../../src/web/pages/site.ts'
import { problemHandler } from '../../src/web/problem.ts'
import { createProxyUser } from '../../src/web/proxy-user.ts'
import { serve } from '../../src/web/route.ts'
import { NOW_MS, TRACE } from './fixtures.ts'

export const secret: string = 'current-secret-of-enough-characters'

export const claims: FeedbackClaims = {
  target: { traceId: TRACE },
  name: 'user_rating',
  userId: 'u-1',
  from: 'Shop support',
  expiresAt: NOW_MS / 1_000 + 86_400,
}

export const token: string = signToken(claims, secret)

export interface FeedbackServer {
  readonly url: string
  /** What the desk was handed, in order. */
  readonly events: FeedbackEvent[]
  /** What counts, by id. */
  readonly kept: Map<string, Feedback>
  /** Thrown by the desk while it is set. */
  refuse: Error | null
  nowMs: number
  /** Method, path and status of each request but for files. */
  readonly asked: string[]
  readonly ask: (path: string, init?: RequestInit) => Promise<Response>
}

export interface FeedbackServerOptions extends Partial<FeedbackLinkOptions> {
  /** A status to answer with in place of the service; null = it answers itself. */
  readonly before?: (path: string, method: string) => Promise<number | null> | number | null
}

export async function feedbackServer(options: FeedbackServerOptions = {}): Promise<FeedbackServer> {
  const events: FeedbackEvent[] = []
  const kept = new Map<string, Feedback>()
  const app = express()
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const service: FeedbackServer = {
    url,
    events,
    kept,
    refuse: null,
    nowMs: NOW_MS,
    asked: [],
    ask: (path, init) => fetch(`${url}${path}`, init),
  }
  const take = (event: FeedbackEvent): { id: string; outcome: 'new' | 'replaced' | 'withdrawn' | 'unknown' } => {
    events.push(event)
    if (event.type === 'withdrawn') return { id: event.id, outcome: kept.delete(event.id) ? 'withdrawn' : 'unknown' }
    const { id } = event.feedback
    const outcome = kept.has(id) ? 'replaced' : 'new'
    kept.set(id, event.feedback)
    return { id, outcome }
  }
  const routes = feedbackLinkRoutes({
    desk: {
      take: (taken) =>
        service.refuse === null ? Promise.resolve(taken.map((event) => take(event))) : Promise.reject(service.refuse),
    },
    secrets: [secret],
    origins: ['https://shop.example'],
    site: createSite({ publicUrl: url, grafanaUrl: null, version: '0.1.0' }),
    nowMs: () => service.nowMs,
    sourceOf: (request) => createProxyUser(null).sourceOf(request),
    ...options,
  })
  app.disable('etag').set('query parser', 'simple')
  app.use((request, response, next) => {
    response.set({ 'Content-Security-Policy': "default-src 'none'", 'Cache-Control': 'no-store' })
    response.on('finish', () => {
      if (!/^\/(assets|widget)/.test(request.path)) service.asked.push(`${request.method} ${request.path} ${response.statusCode}`)
    })
    void Promise.resolve(options.before?.(request.path, request.method) ?? null).then((answer) => {
      if (answer === null) next()
      else response.status(answer).set('Access-Control-Allow-Origin', '*').end()
    })
  })
  serve(app, [...assetRoutes(), ...routes], createGuards(url))
  app.use(problemHandler(() => undefined))
  return service
}
