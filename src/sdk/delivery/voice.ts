/**
 * Says what happens to what cannot be delivered: one line a minute on stderr, and one at the end, because who lost spans would otherwise look for them in
 * vain. Everything also goes to OpenTelemetry's diagnostics.
 */
import { warn } from '../quietly.ts'

const QUIET_MS = 60_000

export type What = 'spans' | 'log records'

export interface Voice {
  /** Deliveries fail; what is there waits. */
  waiting(items: number, reason: string): void
  /** Items are gone for good. */
  lost(items: number, reason: string): void
  /** The end: says what the limit of one line a minute held back. */
  finish(): void
  /** Items lost since the start. */
  readonly lostItems: number
}

/** When a line was last written. */
export interface Limiter {
  saidAtMs: number
}

export interface VoiceOptions {
  readonly what: What
  readonly url: string
  readonly isQuiet: boolean
  readonly limiter: Limiter
  readonly print: (line: string) => void
  readonly nowMs: () => number
}

export function createVoice({ what, url, isQuiet, limiter, print, nowMs }: VoiceOptions): Voice {
  let lostItems = 0
  let unsaid = 0
  let reasonOfUnsaid = ''
  function say(line: string): void {
    limiter.saidAtMs = nowMs()
    if (!isQuiet) print(`agent-flywheel: ${line}\n`)
  }
  function isDue(): boolean {
    return nowMs() - limiter.saidAtMs >= QUIET_MS
  }
  function sayLost(): void {
    say(`${counted(unsaid, what)} lost on the way to ${url} (${reasonOfUnsaid}). ${whatToDo(reasonOfUnsaid)}`)
    unsaid = 0
  }
  return {
    waiting: (items, reason) => {
      warn(`${counted(items, what)} waiting for ${url}: ${reason}`)
      if (isDue()) say(`cannot deliver to ${url} (${reason}); ${counted(items, what)} waiting. ${whatToDo(reason)}`)
    },
    lost: (items, reason) => {
      lostItems += items
      unsaid += items
      reasonOfUnsaid = reason
      if (!isDue()) return
      warn(`${counted(unsaid, what)} lost on the way to ${url}: ${reason}`)
      sayLost()
    },
    finish: () => {
      if (unsaid > 0) sayLost()
    },
    get lostItems(): number {
      return lostItems
    },
  }
}

function counted(items: number, what: What): string {
  return `${items} ${items === 1 ? what.slice(0, -1) : what}`
}

function whatToDo(reason: string): string {
  if (/HTTP 40[13]/.test(reason)) return 'Check the token (option `token`, or OTEL_EXPORTER_OTLP_HEADERS).'
  if (reason.includes('HTTP 404'))
    return 'No OTLP receiver is at that address: check it (option `url`, or OTEL_EXPORTER_OTLP_ENDPOINT).'
  if (/HTTP 4|rejected|encoded/.test(reason)) return 'The others were not affected.'
  return 'Is the processor running there? The address is option `url`, or OTEL_EXPORTER_OTLP_ENDPOINT.'
}
