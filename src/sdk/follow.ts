/**
 * Learns when the work behind a returned value is over, without changing what the caller gets: a plain value is over at once, a promise
 * when it settles, a generator when it has been read to its end.
 */
import { types } from 'node:util'
import { type Context, context } from '@opentelemetry/api'

/** Told once how the work ended. */
export interface Ending {
  done(value: unknown): void
  failed(error: unknown): void
}

/** Returns `result` (a plain promise: an equal one that settles after the ending was told). Generators run in `scope`. */
export function follow<T>(result: T, ending: Ending | null, scope: Context): T
export function follow(result: unknown, ending: Ending | null, scope: Context): unknown {
  if (types.isGeneratorObject(result)) {
    followGenerator(result, ending, scope)
    return result
  }
  if (ending === null) return result
  if (types.isPromise(result)) return followPromise(result, ending)
  // A thenable that is no promise is often lazy (a query that runs at `then`): looking at it would run it, so it counts as a value.
  ending.done(result)
  return result
}

/**
 * Handing out the derived promise keeps unhandled rejections as they would be. Subclasses with methods of their own (the OpenAI client's
 * promises) are handed out themselves; then a rejection that nobody looks at is ours to keep quiet about, or it would be reported twice.
 */
function followPromise(promise: Promise<unknown>, ending: Ending): Promise<unknown> {
  let handsOutDerived = true
  const derived = promise.then(
    (value) => {
      ending.done(value)
      return value
    },
    (error: unknown) => {
      ending.failed(error)
      if (handsOutDerived) throw error
    },
  )
  handsOutDerived = Object.getPrototypeOf(derived) === Object.getPrototypeOf(promise)
  return handsOutDerived ? derived : promise
}

/** A generator's body runs in the context of whoever asks for the next value, which is after `fn` returned; so its methods enter the context. */
function followGenerator(generator: object, ending: Ending | null, scope: Context): void {
  for (const method of ['next', 'return', 'throw']) {
    const original: unknown = Reflect.get(generator, method)
    if (typeof original !== 'function') continue
    Reflect.defineProperty(generator, method, {
      configurable: true,
      writable: true,
      value: (...values: unknown[]): unknown =>
        advance(() => context.with(scope, () => Reflect.apply(original, generator, values)), ending),
    })
  }
}

function advance(move: () => unknown, ending: Ending | null): unknown {
  if (ending === null) return move()
  try {
    const step = move()
    if (!types.isPromise(step)) return seen(step, ending)
    return step.then(
      (settled) => seen(settled, ending),
      (error: unknown) => {
        ending.failed(error)
        throw error
      },
    )
  } catch (error) {
    ending.failed(error)
    throw error
  }
}

function seen(step: unknown, ending: Ending): unknown {
  if (typeof step === 'object' && step !== null && 'done' in step && step.done === true) {
    ending.done('value' in step ? step.value : undefined)
  }
  return step
}
