/**
 * Calls that a client library reports in a trace of its own, beside the framework that made them: the library lost the framework's context, and the
 * call would count twice. Such a stray belongs to the one open call of the same service that lasted as long, asked for the same model and used the
 * same tokens.
 */
import { CLOCK_STEP_US, modelOf, type Step, stepDurationUs } from '../model/step.ts'
import { isUnknownUsage, type Usage } from '../model/usage.ts'

/** Whether a run of these steps may be a stray: one call of a client, and nothing around it. */
export function strayOf(steps: ReadonlyMap<string, Step>): Step | null {
  if (steps.size !== 1) return null
  for (const step of steps.values()) if (step.parentId === null && step.source === 'span' && isCall(step)) return step
  return null
}

/** Where a stray may belong: open calls by what has to be equal. */
export class Hosts<Run extends { readonly steps: ReadonlyMap<string, Step> }> {
  readonly #taken = new Set<Step>()
  readonly #byKey = new Map<string, { readonly run: Run; readonly step: Step }[]>()

  constructor(runs: Iterable<Run>) {
    for (const run of runs) {
      // A call alone may be a stray itself; with a parent that is still to come it has a run around it.
      for (const step of run.steps.values())
        if (isCall(step) && (run.steps.size > 1 || step.parentId !== null)) this.#add(run, step)
    }
  }

  /** The call that the stray is, with its run: of several the one that lasted most nearly as long. Each call takes one stray. */
  take(stray: Step): { readonly run: Run; readonly step: Step } | null {
    let best: { readonly run: Run; readonly step: Step } | null = null
    for (const host of this.#byKey.get(keyOf(stray, stray.requestModel)) ?? []) {
      if (this.#taken.has(host.step) || !isSameCall(host.step, stray) || hasCallInside(host)) continue
      if (best === null || isCloser(host.step, best.step, stray)) best = host
    }
    if (best !== null) this.#taken.add(best.step)
    return best
  }

  #add(run: Run, step: Step): void {
    for (const model of new Set([step.requestModel, step.responseModel])) {
      const key = keyOf(step, model)
      const list = this.#byKey.get(key)
      if (list === undefined) this.#byKey.set(key, [{ run, step }])
      else list.push({ run, step })
    }
  }
}

/** A call with another one inside has met its twin. */
function hasCallInside({
  run,
  step,
}: {
  readonly run: { readonly steps: ReadonlyMap<string, Step> }
  readonly step: Step
}): boolean {
  for (const inner of run.steps.values()) if (inner.parentId === step.spanId && isCall(inner)) return true
  return false
}

function isCloser(a: Step, b: Step, stray: Step): boolean {
  const distance = (host: Step): number => Math.abs(host.startUs - stray.startUs) + Math.abs(host.endUs - stray.endUs)
  return distance(a) - distance(b) < 0 || (distance(a) === distance(b) && a.spanId < b.spanId)
}

function isCall({ kind }: Step): boolean {
  return kind === 'llm' || kind === 'embedding'
}

function keyOf({ service, environment, kind }: Step, model: string | null): string {
  return JSON.stringify([service, environment, kind, model])
}

function isSameCall(host: Step, stray: Step): boolean {
  return (
    host.scope !== stray.scope &&
    modelOf(host) !== '' &&
    host.startUs <= stray.startUs + CLOCK_STEP_US &&
    host.endUs >= stray.endUs - CLOCK_STEP_US &&
    (host.error === null) === (stray.error === null) &&
    (host.responseId === null || stray.responseId === null || host.responseId === stray.responseId) &&
    (isUnknownUsage(stray.usage) ? isMostOf(host, stray) : isSameUsage(host.usage, stray.usage))
  )
}

/** Where nobody knows the tokens only the time tells: a short call during a long one may be anybody's. */
function isMostOf(host: Step, stray: Step): boolean {
  return isUnknownUsage(host.usage) && stepDurationUs(stray) * 2 + CLOCK_STEP_US >= stepDurationUs(host)
}

/** One of the two may leave cached tokens out of its input. */
function isSameUsage(a: Usage, b: Usage): boolean {
  return a.output === b.output && (a.input === b.input || withCache(a) === b.input || a.input === withCache(b))
}

function withCache({ input, cacheRead, cacheWrite }: Usage): number | null {
  return input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0)
}
