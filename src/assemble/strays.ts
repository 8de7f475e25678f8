/**
 * Calls that a client library reports in a trace of its own, beside the framework that made them: the library lost the framework's context, and the
 * call would count twice. Such a stray belongs to the one open call of the same service that lasted as long, asked for the same model and used the
 * same tokens.
 */
import { isCall, isSameUsage, isWithin, mayBeSameCall } from '../model/same-call.ts'
import { firstNotBefore } from '../model/sorted.ts'
import { CLOCK_STEP_US, modelOf, type Step, stepDurationUs } from '../model/step.ts'
import { isUnknownUsage } from '../model/usage.ts'

/** Whether a run of these steps may be a stray: one call of a client, and nothing around it. */
export function strayOf(steps: ReadonlyMap<string, Step>): Step | null {
  if (steps.size !== 1) return null
  for (const step of steps.values()) if (step.parentId === null && step.source === 'span' && isCall(step)) return step
  return null
}

interface Host<Run> {
  readonly run: Run
  readonly step: Step
}

/** Hosts that a stray may be looked for among, by start; each with the latest end of all up to it, at which a search back may stop. */
interface Row<Run> {
  readonly hosts: readonly Host<Run>[]
  readonly latestEndUs: readonly number[]
}

/** Where a stray may belong: open calls by what has to be equal. */
export class Hosts<Run extends { readonly steps: ReadonlyMap<string, Step> }> {
  readonly #taken = new Set<Step>()
  readonly #byKey = new Map<string, Host<Run>[]>()
  readonly #rows = new Map<string, Row<Run>>()
  readonly #parentsOfCalls = new Map<Run, ReadonlySet<string | null>>()

  constructor(runs: Iterable<Run>) {
    for (const run of runs) {
      // A call alone may be a stray itself; with a parent that is still to come it has a run around it.
      for (const step of run.steps.values())
        if (isCall(step) && (run.steps.size > 1 || step.parentId !== null)) this.#add(run, step)
    }
  }

  /** True when no stray belongs here. */
  get isEmpty(): boolean {
    return this.#byKey.size === 0
  }

  /** The call that the stray is, with its run: of several the one that lasted most nearly as long. Each call takes one stray. */
  take(stray: Step): Host<Run> | null {
    if (this.#taken.has(stray)) return null
    let best: Host<Run> | null = null
    for (const host of this.#startedBefore(stray)) {
      if (this.#taken.has(host.step) || !isSameCall(host.step, stray) || this.#hasCallInside(host)) continue
      if (best === null || isCloser(host.step, best.step, stray)) best = host
    }
    // What has a host is none for another.
    if (best !== null) this.#taken.add(best.step).add(stray)
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

  /** Those that started before the stray, last first, as long as one of them may have ended after it. */
  *#startedBefore(stray: Step): Generator<Host<Run>> {
    const { hosts, latestEndUs } = this.#rowOf(keyOf(stray, stray.requestModel))
    const later = firstNotBefore(hosts, ({ step }) => step.startUs <= stray.startUs + CLOCK_STEP_US)
    for (let at = later - 1; at >= 0 && (latestEndUs[at] ?? 0) >= stray.endUs - CLOCK_STEP_US; at--) {
      const host = hosts[at]
      if (host !== undefined) yield host
    }
  }

  #rowOf(key: string): Row<Run> {
    const known = this.#rows.get(key)
    if (known !== undefined) return known
    const hosts = (this.#byKey.get(key) ?? []).toSorted((a, b) => a.step.startUs - b.step.startUs)
    let latest = 0
    const row = { hosts, latestEndUs: hosts.map(({ step }) => (latest = Math.max(latest, step.endUs))) }
    this.#rows.set(key, row)
    return row
  }

  /** A call with another one inside has met its twin. */
  #hasCallInside({ run, step }: Host<Run>): boolean {
    let parents = this.#parentsOfCalls.get(run)
    if (parents === undefined) {
      parents = new Set([...run.steps.values()].filter(isCall).map(({ parentId }) => parentId))
      this.#parentsOfCalls.set(run, parents)
    }
    return parents.has(step.spanId)
  }
}

function isCloser(a: Step, b: Step, stray: Step): boolean {
  const distance = (host: Step): number => Math.abs(host.startUs - stray.startUs) + Math.abs(host.endUs - stray.endUs)
  return distance(a) - distance(b) < 0 || (distance(a) === distance(b) && a.spanId < b.spanId)
}

function keyOf({ service, environment, kind, usage }: Step, model: string | null): string {
  return JSON.stringify([service, environment, kind, model, isUnknownUsage(usage) ? 'unknown' : usage.output])
}

function isSameCall(host: Step, stray: Step): boolean {
  return (
    host.scope !== stray.scope &&
    modelOf(host) !== '' &&
    isWithin(stray, host) &&
    (host.error === null) === (stray.error === null) &&
    mayBeSameCall(host, stray) &&
    (isUnknownUsage(stray.usage) ? isMostOf(host, stray) : isSameUsage(host.usage, stray.usage))
  )
}

/** Where nobody knows the tokens only the time tells: a short call during a long one may be anybody's. */
function isMostOf(host: Step, stray: Step): boolean {
  return isUnknownUsage(host.usage) && stepDurationUs(stray) * 2 + CLOCK_STEP_US >= stepDurationUs(host)
}
