/**
 * Keeps open live pages up to date with server-sent events. A view is computed and rendered once for all pages that look at the same service, and
 * only the parts that changed are sent, so that fifty open pages cost little more than one.
 */
import type { Response } from 'express'
import { Problem } from '../problem.ts'
import type { Section } from './live.ts'

export interface LiveStreamOptions {
  /** Changes whenever the page would. Cheap: asked once a second while somebody looks. */
  readonly version: () => string
  readonly sections: (service: string | null) => readonly Section[]
  readonly onFault: (error: unknown) => void
}

/** A page is brought up to date this often at most. */
const EVERY_MS = 1_000
/** What only time changes (minutes that move on) is sent this often. */
const REFRESH_MS = 10_000
/** So that proxies keep a quiet connection, and one whose other end is gone is noticed. */
const HEARTBEAT_MS = 15_000
const MAX_VIEWERS = 500
/** What a viewer that does not read may make us keep; then it misses updates and gets the whole page again. */
const MAX_BUFFERED_BYTES = 1 << 20

interface Channel {
  readonly viewers: Set<Viewer>
  sent: ReadonlyMap<string, string>
  version: string
  renderedAtMs: number
}

interface Viewer {
  readonly response: Response
  /** It missed something. */
  isBehind: boolean
}

export class LiveStream {
  readonly #options: LiveStreamOptions
  readonly #channels = new Map<string | null, Channel>()
  #timer: NodeJS.Timeout | null = null
  #heartbeatAtMs = 0

  constructor(options: LiveStreamOptions) {
    this.#options = options
  }

  /** Pages that are open. */
  get viewers(): number {
    return [...this.#channels.values()].reduce((sum, { viewers }) => sum + viewers.size, 0)
  }

  /** Answers with a stream that begins with the whole page: what was rendered before may be old by now. */
  open(service: string | null, response: Response): void {
    if (this.viewers >= MAX_VIEWERS)
      throw new Problem(503, `${MAX_VIEWERS} live pages are open already; this one does not update itself.`)
    response.set({ 'Content-Type': 'text/event-stream; charset=utf-8', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' })
    response.flushHeaders()
    if (response.req.method === 'HEAD') {
      response.end()
      return
    }
    const channel = this.#channels.get(service) ?? { viewers: new Set(), sent: new Map(), version: '', renderedAtMs: 0 }
    this.#channels.set(service, channel)
    const viewer: Viewer = { response, isBehind: true }
    channel.viewers.add(viewer)
    response.on('close', () => this.#leave(service, channel, viewer))
    response.on('error', () => this.#leave(service, channel, viewer))
    response.write('retry: 2000\n\n')
    this.#bring(service, channel)
    this.#timer ??= setInterval(() => this.#tick(), EVERY_MS)
  }

  /** Ends all streams: the process stops, and browsers connect again by themselves. */
  close(): void {
    for (const { viewers } of this.#channels.values()) for (const { response } of viewers) response.end()
  }

  #leave(service: string | null, channel: Channel, viewer: Viewer): void {
    channel.viewers.delete(viewer)
    if (channel.viewers.size === 0) this.#channels.delete(service)
    if (this.#channels.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    const nowMs = performance.now()
    const isHeartbeat = nowMs - this.#heartbeatAtMs >= HEARTBEAT_MS
    if (isHeartbeat) this.#heartbeatAtMs = nowMs
    for (const [service, channel] of this.#channels) {
      this.#bring(service, channel)
      if (isHeartbeat) for (const { response } of channel.viewers) response.write(': here\n\n')
    }
  }

  #bring(service: string | null, channel: Channel): void {
    const nowMs = performance.now()
    const version = this.#options.version()
    const isDue = version !== channel.version || nowMs - channel.renderedAtMs >= REFRESH_MS
    let changed: Record<string, string> = {}
    if (isDue) {
      try {
        const sections = new Map(this.#options.sections(service).map(({ id, html }) => [id, String(html)]))
        changed = Object.fromEntries([...sections].filter(([id, text]) => channel.sent.get(id) !== text))
        channel.sent = sections
        channel.version = version
        channel.renderedAtMs = nowMs
      } catch (error) {
        this.#options.onFault(error)
        return
      }
    }
    const update = Object.keys(changed).length === 0 ? null : eventOf(changed)
    let whole: string | null = null
    for (const viewer of channel.viewers) {
      if (viewer.response.writableLength > MAX_BUFFERED_BYTES) {
        viewer.isBehind = true
        continue
      }
      const text = viewer.isBehind ? (whole ??= eventOf(Object.fromEntries(channel.sent))) : update
      if (text !== null) viewer.response.write(text)
      viewer.isBehind = false
    }
  }
}

/** JSON holds no line break, so one data line is enough. */
function eventOf(sections: Readonly<Record<string, string>>): string {
  return `event: update\ndata: ${JSON.stringify(sections)}\n\n`
}
