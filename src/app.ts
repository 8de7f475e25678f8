/**
 * Composition root: wires the rooms to one running processor. The data path is
 * receive (door) -> otlp (decode) -> dialects (normalise) -> log (commit) -> assemble -> signals (derive) -> publish, driven by pipeline.ts;
 * everything that is not OTLP goes to the web app on the same port.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Config } from './config/load-config.ts'
import { OpenView } from './fold/open-view.ts'
import type { FoldSettings } from './fold/settings.ts'
import { openSqliteLog } from './log/sqlite-log.ts'
import { Deletions } from './deletions.ts'
import { Graveyard } from './graveyard.ts'
import { LiveSource } from './live-source.ts'
import { MetricsPageSource } from './metrics-page.ts'
import { NoteDesk } from './notes/desk.ts'
import { Pipeline } from './pipeline.ts'
import { createDoor } from './receive/door.ts'
import { openSqliteStore } from './records/sqlite-store.ts'
import { createRedactor } from './redact/redactor.ts'
import { TranscriptKeeper } from './transcript-keeper.ts'
import { howToCapture } from './transcripts/how-to-capture.ts'
import { createWebApp } from './web/app.ts'
import { sessionKeyIn } from './web/session-key.ts'

export interface AppOptions {
  readonly config: Config
  readonly version: string
  /** Default: the wall clock. */
  readonly now?: () => number
  /** Told about trouble inside, one line each. */
  readonly report: (message: string, error?: unknown) => void
  /** Called when counting cannot go on and the process has to start anew. */
  readonly onFatal: (error: unknown) => void
}

export interface App {
  /** Where it listens, for instance http://127.0.0.1:4318. */
  readonly url: string
  /** Resolves when the log has been read and data is accepted. */
  readonly ready: Promise<void>
  /** Stops accepting, counts and saves what was accepted. */
  close(): Promise<void>
}

const LOG_FILE = 'log.db'
const WATCH_MS = 1_000
/** Time within which a sender has to have sent a whole request. */
const REQUEST_TIMEOUT_MS = 25_000
const CHECK_CONNECTIONS_MS = 2_000
/** Time that running requests get to end when the process stops. */
const LAST_REQUESTS_MS = 2_000
/** Bodies in memory together, as a multiple of the largest allowed one. */
const BODIES_IN_FLIGHT = 4
/** Steps one run may hold before it is settled early, and all open runs together. A step takes about a kilobyte. */
const MAX_STEPS_PER_RUN = 20_000
const MAX_OPEN_STEPS = 300_000
const NOTES_OF_A_RUN = 20

/** Starts listening at once (so that health can be asked) and reads the log in the background. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, report, onFatal } = options
  const now = options.now ?? Date.now
  mkdirSync(config.dataDir, { recursive: true })
  const log = await openSqliteLog({ path: join(config.dataDir, LOG_FILE) })
  const store = await openSqliteStore({ path: join(config.dataDir, 'state.db') })
  const { logRetentionMs, logMaxBytes } = config
  const openView = new OpenView()
  const live = new LiveSource({ store, openView, fold: () => (pipeline.notReady() === null ? pipeline.fold : null), now })
  const settings = foldSettings(config)
  const graves = await Graveyard.open(store.deletions)
  const pipeline: Pipeline = new Pipeline({
    log,
    store,
    settings,
    logRetentionMs,
    logMaxBytes,
    watcher: live,
    graves,
    onLateTraces: (traceIds) => deletions.late(traceIds),
    report,
    onFatal,
  })
  const redactor = createRedactor({ mode: config.content, patterns: config.file.redaction })
  const keeper = new TranscriptKeeper({ log, store, redactor, nowMs: now, report })
  const onFault = (error: unknown): void => report('a request failed inside', error)
  const isErased = (userId: string, atMs: number): boolean => graves.tombstones.isErasedUser(userId, atMs)
  const notes = new NoteDesk({ store: store.notes, feedback: pipeline, redaction: redactor, isErased, nowMs: now, onFault })
  const deletions = new Deletions({
    store: store.deletions,
    log,
    pipeline,
    graveyard: graves,
    removeNotesOf: (userId) => notes.removeOfUser(userId),
    forget: () => live.restarted(),
    nowMs: now,
    report,
  })
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const { version } = options
  const publicUrl = config.publicUrl ?? `http://${config.host}:${config.port}`
  const { grafanaUrl } = config
  const metrics = new MetricsPageSource({ pipeline, log, store, openView, registry, version, publicUrl, grafanaUrl, now })
  const door = createDoor({
    accept: (request) => pipeline.accept(request),
    isReady: () => pipeline.notReady(),
    ingestToken: config.ingestToken,
    maxBodyBytes: config.maxBodyBytes,
    maxBytesInFlight: config.maxBodyBytes * BODIES_IN_FLIGHT,
    onRequest: ({ signal, encoding, code }) => pipeline.countRequest(signal, encoding, code),
    onFault,
  })
  const stopping = new AbortController()
  const web = createWebApp({
    store,
    desk: pipeline,
    ingestToken: config.ingestToken,
    feedbackSecrets: config.feedbackSecrets,
    feedbackOrigins: config.feedbackOrigins,
    notes,
    deletions,
    feedbackWaitMs: config.retentionMs,
    feedbackHoldMs: config.feedbackHoldMs,
    review: {
      notesOfRun: async (id) => (await store.notes.list({ about: { type: 'run', id }, limit: NOTES_OF_A_RUN })).notes,
      readTranscripts: (runs) => keeper.read(runs),
      howToCapture,
      logRetentionMs,
    },
    apiToken: config.apiToken,
    users: config.file.users,
    proxy: config.proxy,
    sessionKey: () => sessionKeyIn(config.dataDir),
    readiness: () => pipeline.notAccepting(),
    metrics: (accept) => metrics.render(accept),
    openRun: (traceId) => openView.run(pipeline.fold, traceId),
    unsavedRun: (traceId) => pipeline.fold.unsavedRun(traceId),
    version,
    runbook: readFileSync(new URL('../docs/runbook.md', import.meta.url), 'utf8'),
    publicUrl,
    grafanaUrl,
    otlpUrl: config.otlpUrl,
    live,
    recipes: new URL('../docs/instrument/', import.meta.url),
    stop: stopping.signal,
    onFault,
    nowMs: now,
  })
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: CHECK_CONNECTIONS_MS },
    (request, response) => {
      if (!door(request, response)) web(request, response)
    },
  )
  try {
    await listen(server, config)
  } catch (error) {
    await log.close()
    await store.close()
    throw error
  }
  const stopWatching = watchFolder(config.dataDir, onFatal)
  return {
    url: urlOf(server),
    ready: pipeline.start().then(async () => {
      keeper.start()
      await deletions.start()
      await notes.passOn()
    }),
    close: async () => {
      stopWatching()
      stopping.abort()
      await closeServer(server)
      await keeper.close()
      await deletions.close()
      await pipeline.close()
      await log.close()
      await store.close()
    },
  }
}

function foldSettings(config: Config): FoldSettings {
  return {
    settle: {
      settleMs: config.settleMs,
      idleMs: config.idleMs,
      maxOpenMs: config.maxOpenMs,
      maxStepsPerRun: MAX_STEPS_PER_RUN,
      maxSteps: MAX_OPEN_STEPS,
      maxPinnedBytes: Math.floor(config.logMaxBytes / 2),
    },
    series: {
      maxSampleLines: config.maxSeries,
      maxLabelValues: 200,
      scrapeIntervalMs: config.scrapeIntervalMs,
      retireAfterMs: 14 * 86_400_000,
    },
    runRowsPerSecond: config.runRowsPerSecond,
    feedback: { ratings: config.file.feedback, holdMs: config.feedbackHoldMs },
    transcripts: { perSecond: config.transcriptsPerSecond, sampleShare: config.transcriptSample },
    retentionMs: config.retentionMs,
    prices: config.file.prices,
    content: config.content,
    redaction: config.file.redaction,
  }
}

/** SQLite goes on writing into files that were deleted under it: what is answered with 200 then would be gone with the process. */
function watchFolder(dataDir: string, onFatal: (error: unknown) => void): () => void {
  const path = join(dataDir, LOG_FILE)
  const timer = setInterval(() => {
    if (!existsSync(path)) onFatal(new Error(`${path} was removed while the processor was running`))
  }, WATCH_MS)
  return () => clearInterval(timer)
}

function listen(server: Server, config: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(config.port, config.host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function urlOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') return ''
  const { address: host, port, family }: AddressInfo = address
  return `http://${family === 'IPv6' ? `[${host}]` : host}:${port}`
}

/** Lets running requests end; idle connections are closed at once. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })
}
