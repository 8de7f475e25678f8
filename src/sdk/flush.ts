/** Delivering now instead of within a second: before a process ends or a platform freezes it. */
import { trace } from '@opentelemetry/api'
import { couriers, setUp } from './state.ts'

const FLUSH_MS = 5_000
const FLUSH_AFTER_MS = 2_000
/** Where the last try failed: every answer would wait for a receiver that is away. */
const FLUSH_AFTER_IF_FAILING_MS = 500

/**
 * Delivers everything that has ended so far. Never rejects. Resolves with whether it arrived; what did not stays queued. An
 * OpenTelemetry set-up that is not of `start` is flushed as a whole.
 *
 * @param timeoutMs - Default 5000.
 */
export async function flush(timeoutMs: number = FLUSH_MS): Promise<boolean> {
  const limitMs = Number.isFinite(timeoutMs) && timeoutMs >= 0 ? timeoutMs : FLUSH_MS
  const flushing = [...couriers].map((courier) => courier.flush(limitMs))
  if (!setUp.isOwn) flushing.push(flushProvider(limitMs))
  return (await Promise.all(flushing)).every(Boolean)
}

/**
 * Wraps a serverless handler: when its work is done, what it ended is delivered before the answer is given and the platform freezes the
 * process. The answer waits for that two seconds at most, half a second where the last try failed, and not at all where connections are refused. For handlers that return a promise; one that
 * streams its answer calls `flush` at the end itself.
 *
 * @example
 * export const handler = flushAfter(async (event) => { ... })
 */
export function flushAfter<A extends unknown[], R>(handler: (...args: A) => R): (...args: A) => Promise<Awaited<R>> {
  return async function (this: unknown, ...args: A): Promise<Awaited<R>> {
    try {
      return await Reflect.apply(handler, this, args)
    } finally {
      const isFailing = [...couriers].some((courier) => courier.isFailing)
      await flush(isFailing ? FLUSH_AFTER_IF_FAILING_MS : FLUSH_AFTER_MS)
    }
  }
}

/** The set-up that is there may be another one, or belong to another copy of this package. */
async function flushProvider(limitMs: number): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => timeout.resolve(false), limitMs)
  try {
    const flushing = Promise.resolve(callMethod(activeProvider(), 'forceFlush')).then(() => true)
    return await Promise.race([flushing, timeout.promise])
  } catch {
    return false
  } finally {
    clearTimeout(timer)
  }
}

/** What stands behind the API's proxy. */
function activeProvider(): unknown {
  const provider = trace.getTracerProvider()
  return callMethod(provider, 'getDelegate') ?? provider
}

function callMethod(object: unknown, name: string): unknown {
  if (typeof object !== 'object' || object === null) return undefined
  const method: unknown = Reflect.get(object, name)
  return typeof method === 'function' ? Reflect.apply(method, object, []) : undefined
}
