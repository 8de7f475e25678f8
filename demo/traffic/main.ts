/** Sends simulated agent traffic to an OTLP endpoint until its time is over or it is stopped. `--help` says the rest. */
import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { Emitter } from './emit.ts'
import { type Flags, FlagError, help, readFlags } from './flags.ts'
import { isFailed } from './plan.ts'
import { traffic } from './scenario.ts'
import { StatusLine } from './status-line.ts'
import { WatchedExporter } from './watched-exporter.ts'

const EXIT_LOST = 1
const EXIT_MISUSED = 2
/** A stop that takes longer is cut off: nobody waits for simulated data. */
const STOP_TIMEOUT_MS = 8_000
/** After this long a pause was none of ours (the machine slept): the runs missed are not made up for. */
const LONGEST_LAG_MS = 5_000

async function main(): Promise<void> {
  const flags = flagsOrExit()
  const target = process.env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? null
  const shownTarget = target ?? 'http://127.0.0.1:4318'
  const status = new StatusLine(process.stdout, flags.isQuiet)
  // The exporter's own default is localhost, which may be an address on which nobody listens.
  const inner = new OTLPTraceExporter(target === null ? { url: `${shownTarget}/v1/traces` } : {})
  const exporter = new WatchedExporter(inner, shownTarget, (line) => status.interrupt(() => process.stderr.write(`${line}\n`)))
  const emitter = new Emitter(exporter)
  const stop = stopOnSignals()
  status.say(
    `Simulated traffic to ${shownTarget}: ${flags.services} services, ${flags.ratePerSecond} runs/s, ` +
      `${flags.failureRate * 100} % failing, seed ${flags.seed}. Environment: demo.`,
  )
  const counts = { runs: 0, failed: 0, spans: 0 }
  const sent = (): string =>
    `${counts.runs} runs (${counts.failed} failed), ${counts.spans} spans, ${exporter.deliveredSpans} delivered`
  status.start(() => `${sent()}, ${exporter.lostSpans} lost`)
  await sendUntilStopped(flags, emitter, counts, stop)
  // That spans could not be sent was said when it happened, and the last line counts them.
  await Promise.race([emitter.close().catch(() => undefined), sleep(STOP_TIMEOUT_MS)])
  const lostSpans = counts.spans - exporter.deliveredSpans
  status.end(`${sent()}, ${lostSpans} lost`)
  // What is still under way after the timeout would keep the process alive.
  process.exit(lostSpans > 0 ? EXIT_LOST : 0)
}

async function sendUntilStopped(
  flags: Flags,
  emitter: Emitter,
  counts: { runs: number; failed: number; spans: number },
  stop: AbortSignal,
): Promise<void> {
  let beganMs = Date.now()
  for (const { atMs, run } of traffic(flags)) {
    const isOver = flags.durationMs !== null && atMs >= flags.durationMs
    const dueMs = isOver ? flags.durationMs : atMs
    await sleep(Math.max(0, beganMs + dueMs - Date.now()), undefined, { signal: stop }).catch(() => undefined)
    if (isOver || stop.aborted) return
    const nowMs = Date.now()
    if (nowMs - beganMs - atMs > LONGEST_LAG_MS) beganMs = nowMs - atMs
    counts.spans += flags.isLive ? emitter.sendLive(run, nowMs) : emitter.sendEnded(run, nowMs)
    counts.runs++
    if (isFailed(run)) counts.failed++
  }
}

function stopOnSignals(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    // The second time somebody means it.
    if (controller.signal.aborted) process.exit(EXIT_LOST)
    controller.abort()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return controller.signal
}

function flagsOrExit(): Flags {
  try {
    return readFlags(process.argv.slice(2), Math.floor(Date.now() / 1_000) % 2 ** 32) ?? leave(process.stdout, help, 0)
  } catch (error) {
    if (error instanceof FlagError) return leave(process.stderr, `${error.message}\n`, EXIT_MISUSED)
    throw error
  }
}

function leave(output: NodeJS.WriteStream, text: string, exitCode: number): never {
  output.write(text)
  process.exit(exitCode)
}

await main()
