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
  /** Told once when pages cannot be made, and again only after they could. */
  readonly onFault: (error: unknown) => void
}

/** A page is brought up to date this often at most. */
const EVERY_MS = 1_000
/** What only time changes (stretches that move on) is sent this often. */
const REFRESH_MS = 10_000
/** So that proxies keep a quiet connection, and one whose other end is gone is noticed. */
const HEARTBEAT_MS = 15_000
/** A viewer that has read nothing for this long gives up its place. */
const STALLED_MS = 60_000
/** A stream ends after this long and comes back through the lock: whoever logged out meanwhile stays outside. */
const LIFETIME_MS = 10 * 60_000
const MAX_VIEWERS = 500
/** Services that are looked at together: each is a view of its own. */
const MAX_CHANNELS = 50
/** Pages that lost the processor come back within this time and not all at once. */
const RETRY_MS = { least: 2_000, spread: 3_000 }

interface Channel {
  readonly service: string | null
  readonly viewers: Set<Viewer>
  sections: ReadonlyMap<string, string>
  version: string
  renderedAtMs: number
  /** The last try to make the page failed: it is tried at each tick, and told once. */
  isFaulty: boolean
}

interface Viewer {
  readonly response: Response
  readonly openedAtMs: number
  /** Since when it has missed updates; null = it has not. */
  behindSinceMs: number | null
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
    let viewers = 0
    for (const channel of this.#channels.values()) viewers += channel.viewers.size
    return viewers
  }

  /** Answers with a stream that begins with the whole page: what was rendered before may be old by now. */
  open(service: string | null, response: Response): void {
    const isNew = !this.#channels.has(service)
    if (this.viewers >= MAX_VIEWERS || (isNew && this.#channels.size >= MAX_CHANNELS))
      throw new Problem(503, 'Too many live pages are open already; this one does not update itself.')
    response.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    })
    response.flushHeaders()
    if (response.req.method === 'HEAD') {
      response.end()
      return
    }
    const channel = this.#channels.get(service) ?? {
      service,
      viewers: new Set(),
      sections: new Map(),
      version: '',
      renderedAtMs: -Infinity,
      isFaulty: false,
    }
    this.#channels.set(service, channel)
    const viewer: Viewer = { response, openedAtMs: performance.now(), behindSinceMs: null }
    channel.viewers.add(viewer)
    response.on('close', () => this.#leave(channel, viewer))
    response.on('error', () => this.#leave(channel, viewer))
    response.write(`retry: ${Math.round(RETRY_MS.least + Math.random() * RETRY_MS.spread)}\n\n`)
    this.#greet(channel, viewer)
    this.#timer ??= setInterval(() => this.#tick(), EVERY_MS)
  }

  /** Ends all streams: the process stops, and browsers connect again by themselves. */
  close(): void {
    for (const { viewers } of this.#channels.values()) for (const { response } of viewers) response.end()
  }

  /** Only the one who came gets the page; the others get what changed at the next tick. */
  #greet(channel: Channel, viewer: Viewer): void {
    const others = channel.viewers.size > 1
    if (!others || performance.now() - channel.renderedAtMs >= EVERY_MS) {
      const changed = this.#render(channel)
      for (const other of channel.viewers) if (other !== viewer) send(other, changed, channel)
    }
    if (channel.sections.size > 0) viewer.response.write(eventOf(channel.sections))
  }

  #leave(channel: Channel, viewer: Viewer): void {
    if (!channel.viewers.delete(viewer)) return
    if (channel.viewers.size === 0 && this.#channels.get(channel.service) === channel) this.#channels.delete(channel.service)
    if (this.#channels.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #tick(): void {
    const nowMs = performance.now()
    const isHeartbeat = nowMs - this.#heartbeatAtMs >= HEARTBEAT_MS
    if (isHeartbeat) this.#heartbeatAtMs = nowMs
    for (const channel of this.#channels.values()) {
      const changed = this.#isDue(channel, nowMs) ? this.#render(channel) : null
      for (const viewer of channel.viewers) {
        send(viewer, changed, channel)
        if (isHeartbeat && viewer.behindSinceMs === null) viewer.response.write(': here\n\n')
        if (nowMs - (viewer.behindSinceMs ?? nowMs) >= STALLED_MS) viewer.response.destroy()
        else if (nowMs - viewer.openedAtMs >= LIFETIME_MS) viewer.response.end()
      }
    }
  }

  #isDue(channel: Channel, nowMs: number): boolean {
    return channel.isFaulty || nowMs - channel.renderedAtMs >= REFRESH_MS || this.#hasChanged(channel)
  }

  /** A version that cannot be told is a change: making the page says why. */
  #hasChanged(channel: Channel): boolean {
    try {
      return this.#options.version() !== channel.version
    } catch {
      return true
    }
  }

  /**
   * Brings the channel up to date; returns the event that tells what changed, null = nothing. After a fault everything has: browsers show the fault until
   * they get an update.
   */
  #render(channel: Channel): string | null {
    channel.renderedAtMs = performance.now()
    try {
      const version = this.#options.version()
      const sections = new Map(this.#options.sections(channel.service).map(({ id, html }) => [id, String(html)]))
      const changed = [...sections].filter(([id, text]) => channel.isFaulty || channel.sections.get(id) !== text)
      channel.version = version
      channel.sections = sections
      channel.isFaulty = false
      return changed.length === 0 ? null : eventOf(new Map(changed))
    } catch (error) {
      if (!channel.isFaulty) this.#options.onFault(error)
      channel.isFaulty = true
      return 'event: fault\ndata: \n\n'
    }
  }
}

/** A viewer that does not read gets nothing more until it does, and then the whole page: it has missed updates. */
function send(viewer: Viewer, changed: string | null, channel: Channel): void {
  const { response } = viewer
  if (response.writableNeedDrain) {
    viewer.behindSinceMs ??= performance.now()
    return
  }
  if (viewer.behindSinceMs !== null) response.write(eventOf(channel.sections))
  else if (changed !== null) response.write(changed)
  viewer.behindSinceMs = null
}

/** JSON holds no line break, so one data line is enough. */
function eventOf(sections: ReadonlyMap<string, string>): string {
  return `event: update\ndata: ${JSON.stringify(Object.fromEntries(sections))}\n\n`
}
