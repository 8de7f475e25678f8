/**
 * Two libraries that report one call beside each other: a tracer that does not make its span the current one leaves the client's span to hang on
 * whatever is around both. The inner one is put where it belongs, into the call that lasted as long, asked for the same model and used the same tokens.
 */
import { isCall } from '../model/same-call.ts'
import { type Step, stepDurationUs } from '../model/step.ts'
import { Hosts } from './strays.ts'

/** Frameworks put a few spans between a call and its twin; a runaway recursion can be thousands deep. */
const MAX_LEVELS = 64

export function withCallsInPlace(steps: readonly Step[]): readonly Step[] {
  const calls = steps.filter((step) => isCall(step) && step.source === 'span')
  if (new Set(calls.map(({ scope }) => scope)).size < 2) return steps
  const alone = callsAlone(calls, steps)
  const hosts = new Hosts([{ steps: new Map(alone.map((step) => [step.spanId, step])) }])
  const homes = new Map<Step, string>()
  for (const call of alone.toSorted(shortestFirst)) {
    const host = hosts.take(call)
    if (host !== null) homes.set(call, host.step.spanId)
  }
  if (homes.size === 0) return steps
  return steps.map((step) => {
    const parentId = homes.get(step)
    return parentId === undefined ? step : { ...step, parentId, isEntry: false, parentIsLocal: true }
  })
}

/** Calls that no other call is around or in: of those it is known what they are. */
function callsAlone(calls: readonly Step[], steps: readonly Step[]): readonly Step[] {
  const byId = new Map(steps.map((step) => [step.spanId, step]))
  const nested = new Set<Step>()
  for (const call of calls) {
    let above = call.parentId === null ? undefined : byId.get(call.parentId)
    for (let level = 0; above !== undefined && level < MAX_LEVELS; level++) {
      if (isCall(above)) {
        nested.add(call).add(above)
        break
      }
      above = above.parentId === null ? undefined : byId.get(above.parentId)
    }
  }
  return calls.filter((call) => !nested.has(call))
}

function shortestFirst(a: Step, b: Step): number {
  return stepDurationUs(a) - stepDurationUs(b) || (a.spanId < b.spanId ? -1 : 1)
}
