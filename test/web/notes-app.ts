/** The routes of notes behind the lock of the whole app, over a store of their own. */
import type { RequestListener } from 'node:http'
import express from 'express'
import { onTestFinished } from 'vitest'
import type { FeedbackEvent } from '../../src/model/feedback.ts'
import type { RunSummary } from '../../src/model/run.ts'
import { NoteDesk } from '../../src/notes/desk.ts'
import type { NoteStore } from '../../src/records/notes.ts'
import type { Store } from '../../src/records/store.ts'
import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import { createAuth, type AuthOptions } from '../../src/web/auth.ts'
import { createGuards } from '../../src/web/guards.ts'
import { loginRoutes } from '../../src/web/login.ts'
import { noteRoutes } from '../../src/web/notes.ts'
import { openApiRoute } from '../../src/web/openapi.ts'
import { notePageRoutes } from '../../src/web/pages/notes.ts'
import { createSite } from '../../src/web/pages/site.ts'
import { problemHandler } from '../../src/web/problem.ts'
import { serve } from '../../src/web/route.ts'
import { storePath } from '../records/setup.ts'
import { NOW_MS, run, TRACE } from './fixtures.ts'
import { type Ask, listening, sessionKey } from './visitor.ts'

export interface NotesApp {
  readonly listener: RequestListener
  readonly ask: Ask
  readonly notes: NoteStore
  readonly ledger: FeedbackEvent[]
  /** Posts JSON; answers with status and body. */
  readonly post: (path: string, body: unknown) => Promise<{ status: number; json: unknown }>
  readonly json: (path: string, method?: string) => Promise<{ status: number; json: unknown }>
  /** Posts a file. */
  readonly send: (query: string, body: string, type?: string) => Promise<{ status: number; json: unknown }>
}

export interface NotesAppOptions extends Partial<AuthOptions> {
  readonly runs?: readonly RunSummary[]
  readonly bearer?: string
  readonly publicUrl?: string
  /** Serves the login page as well. */
  readonly logins?: boolean
}

/** A run that the user u1 had a quarter of an hour before now. */
export const recentRun: RunSummary = { ...run, startedAtUs: (NOW_MS - 900_000) * 1_000 }

export async function notesApp({
  runs = [],
  bearer,
  publicUrl = 'http://127.0.0.1:4318',
  logins = false,
  ...auth
}: NotesAppOptions = {}): Promise<NotesApp> {
  const records = await openSqliteStore({ path: storePath() })
  onTestFinished(() => records.close())
  const store: Pick<Store, 'listRuns' | 'findRun'> = {
    listRuns: ({ userId, outcome }) =>
      Promise.resolve({
        runs: runs.filter(
          (one) => (userId === undefined || one.userId === userId) && (outcome === undefined || one.outcome === outcome),
        ),
        next: null,
      }),
    findRun: (traceId) => Promise.resolve(traceId === TRACE ? run : null),
  }
  const ledger: FeedbackEvent[] = []
  const desk = new NoteDesk({
    store: records.notes,
    feedback: {
      take: (events) => {
        ledger.push(...events)
        return Promise.resolve([])
      },
    },
    redaction: { text: (text) => text, name: (name) => name },
    nowMs: () => NOW_MS,
    onFault: (error) => {
      throw error
    },
  })
  const site = createSite({ publicUrl, grafanaUrl: null, version: '0.1.0' })
  const options = { site, store, notes: records.notes, desk, audit: () => Promise.resolve(), nowMs: () => NOW_MS }
  const routes = [...noteRoutes(options), ...notePageRoutes(options)]
  const app = express()
  app.set('query parser', 'simple')
  const lock = createAuth({ apiToken: null, sessionKey, site, nowMs: () => NOW_MS, ...auth })
  app.use(lock.identify)
  if (logins) serve(app, loginRoutes({ auth: lock, site, nowMs: () => NOW_MS }), createGuards(publicUrl))
  app.use(lock.requireLogin)
  serve(app, [...routes, openApiRoute({ routes, openRoutes: [], version: '0.1.0', publicUrl })], createGuards(publicUrl))
  app.use(problemHandler((error) => console.error(error)))
  const ask = await listening(app)
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }
  const parsed = (body: string): unknown => (body === '' ? null : JSON.parse(body))
  const asked = async (path: string, given: Parameters<Ask>[1]): Promise<{ status: number; json: unknown }> => {
    const { status, body } = await ask(path, { ...given, headers: { ...headers, ...given?.headers } })
    return { status, json: parsed(body) }
  }
  return {
    listener: app,
    ask: (path, given) => ask(path, { ...given, headers: { ...headers, ...given?.headers } }),
    notes: records.notes,
    ledger,
    post: (path, body) =>
      asked(path, { method: 'POST', headers: { 'content-type': 'application/json' }, raw: JSON.stringify(body) }),
    json: (path, method = 'GET') => asked(path, { method }),
    send: (query, body, type = 'text/csv') =>
      asked(`/api/notes/import${query}`, { method: 'POST', headers: { 'content-type': type }, raw: body }),
  }
}
