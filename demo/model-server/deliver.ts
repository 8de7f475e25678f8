/** Sends an answer over the socket, at the pace asked for, and breaks off where a fault says so. */
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault } from './faults.ts'
import type { Ending } from './served-calls.ts'
import type { Frame } from './wire.ts'

export interface Pace {
  readonly firstTokenMs: number
  /** 0 or Infinity: as fast as possible. */
  readonly tokensPerSecond: number
}

/** Long enough for the sent half to arrive before the connection goes. */
const BREAK_AFTER_MS = 20

export class Delivery {
  readonly #response: ServerResponse
  readonly #gone = new AbortController()
  #isBroken = false

  constructor(response: ServerResponse) {
    this.#response = response
    response.once('close', () => {
      if (!response.writableFinished) this.#gone.abort()
    })
  }

  get status(): number | null {
    return this.#response.headersSent ? this.#response.statusCode : null
  }

  /** Waits; returns early when the client leaves. */
  async pause(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms, undefined, { signal: this.#gone.signal }).catch(() => undefined)
  }

  /** Says nothing until the client leaves. */
  async silence(): Promise<Ending> {
    if (!this.#gone.signal.aborted) {
      await new Promise<void>((resolve) => this.#gone.signal.addEventListener('abort', () => resolve(), { once: true }))
    }
    return this.#ending()
  }

  /** Connection reset by peer. */
  reset(): Ending {
    this.#isBroken = true
    this.#response.socket?.resetAndDestroy()
    return 'broken'
  }

  async json(status: number, body: object, headers: Readonly<Record<string, string>>, fault: Fault): Promise<Ending> {
    const bytes = Buffer.from(JSON.stringify(body))
    this.#response.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': bytes.length })
    if (fault !== 'stream_break' && fault !== 'stream_stall') {
      this.#response.end(bytes)
      return this.#ending()
    }
    this.#response.write(bytes.subarray(0, Math.floor(bytes.length / 2)))
    return fault === 'stream_stall' ? this.silence() : this.#breakOff()
  }

  async stream(
    frames: readonly Frame[],
    options: { type: string; headers: Readonly<Record<string, string>>; pace: Pace; fault: Fault; errorFrame: string },
  ): Promise<Ending> {
    this.#response.writeHead(200, { ...options.headers, 'content-type': options.type, 'cache-control': 'no-cache' })
    const isCut = options.fault === 'stream_break' || options.fault === 'stream_stall' || options.fault === 'stream_error'
    const sent = isCut ? frames.slice(0, Math.max(1, Math.floor(frames.length / 2))) : frames
    await this.#sendAll(sent, options.pace.tokensPerSecond)
    if (options.fault === 'stream_stall') return this.silence()
    if (options.fault === 'stream_break') return this.#breakOff()
    if (options.fault === 'stream_error') this.#response.write(options.errorFrame)
    this.#response.end()
    return this.#ending()
  }

  async #sendAll(frames: readonly Frame[], tokensPerSecond: number): Promise<void> {
    const isPaced = tokensPerSecond > 0 && Number.isFinite(tokensPerSecond)
    for (const frame of frames) {
      if (isPaced && frame.tokens > 0) await this.pause((frame.tokens / tokensPerSecond) * 1_000)
      if (this.#gone.signal.aborted) return
      if (!this.#response.write(frame.bytes)) await this.#drained()
    }
  }

  #drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#response.once('drain', resolve)
      this.#gone.signal.addEventListener('abort', () => resolve(), { once: true })
    })
  }

  async #breakOff(): Promise<Ending> {
    await this.pause(BREAK_AFTER_MS)
    if (this.#gone.signal.aborted) return this.#ending()
    this.#isBroken = true
    this.#response.socket?.destroy()
    return 'broken'
  }

  #ending(): Ending {
    return this.#gone.signal.aborted && !this.#isBroken ? 'left' : 'complete'
  }
}
