/**
 * Delivers what is left when the process ends, without changing how it ends: the application's own listeners decide, a signal that nobody
 * listens to ends the process by that signal, exit codes and messages stay, and a receiver that is away holds nothing up.
 */
import { isMainThread } from 'node:worker_threads'
import { deliverSynchronously } from './exit-sync.ts'
import { quietly } from './quietly.ts'
import { couriers, type Delivery } from './state.ts'

const signals = ['SIGTERM', 'SIGINT'] as const
type Signal = (typeof signals)[number]

/** Longest time that an end waits for a delivery, and where the last try failed: then one more is made, in case that has passed. */
const LIMIT_MS = 2_000
const LIMIT_IF_FAILING_MS = 500

let isWatching = false
let isWatchingSignals = false

/** Delivers before a normal end and within `process.exit`; the second one also catches uncaught exceptions. */
export function deliverAtExit(): void {
  if (isWatching) return
  isWatching = true
  process.on('beforeExit', onBeforeExit)
  process.on('exit', onExit)
}

/** Delivers before SIGTERM and SIGINT end the process. */
export function deliverAtSignals(): void {
  if (isWatchingSignals || !isMainThread) return
  isWatchingSignals = true
  for (const signal of signals) process.on(signal, onSignal)
}

/** Takes all listeners off again. */
export function forgetExit(): void {
  process.off('beforeExit', onBeforeExit)
  process.off('exit', onExit)
  isWatching = false
  forgetSignals()
}

function forgetSignals(): void {
  for (const signal of signals) process.off(signal, onSignal)
  isWatchingSignals = false
}

function onBeforeExit(): void {
  const left = [...couriers].filter((courier) => courier.items > 0)
  if (left.length > 0) void Promise.all(left.map((courier) => flushOrAbandon(courier)))
}

async function flushOrAbandon(courier: Delivery): Promise<void> {
  // One that failed is not tried again at the next beforeExit, which comes when this promise is done.
  if (!(await courier.flush(limitOf(courier)))) courier.abandon('the process ended')
}

function limitOf(courier: Delivery): number {
  return courier.isFailing ? LIMIT_IF_FAILING_MS : LIMIT_MS
}

/** Here nothing asynchronous runs any more. */
function onExit(): void {
  quietly('delivering at exit', () => deliverSynchronously(couriers))
}

let isEnding = false

function onSignal(signal: Signal): void {
  // The second signal is from somebody who does not want to wait.
  if (isEnding) endBy(signal)
  else if (othersListen(signal)) {
    // They decide whether and when the process ends. Ours comes after theirs.
    setImmediate(() => void Promise.all([...couriers].map((courier) => courier.flush(LIMIT_MS))))
  } else {
    isEnding = true
    void Promise.all([...couriers].map((courier) => flushOrAbandon(courier))).then(() => endBy(signal))
  }
}

function endBy(signal: Signal): void {
  forgetSignals()
  process.kill(process.pid, signal)
}

/**
 * Listeners of the `signal-exit` package (in most command line tools) do not count: like ours they only look on and leave the end to
 * others, so each would wait for the other for ever.
 */
function othersListen(signal: Signal): boolean {
  return process.listenerCount(signal) - 1 - onlookers() > 0
}

function onlookers(): number {
  const emitters: unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ]
  return emitters.reduce<number>((sum, emitter) => sum + countOf(emitter), 0)
}

function countOf(emitter: unknown): number {
  const count: unknown = typeof emitter === 'object' && emitter !== null && 'count' in emitter ? emitter.count : 0
  return typeof count === 'number' ? count : 0
}
