/**
 * A call that is refused, and made again just so although nothing has changed since: not in a row, but with nothing in between that could have made
 * a difference (other refused calls, looking things up, thinking, asking the person).
 */
import type { RunTree } from '../../model/run-tree.ts'
import type { Act } from './act.ts'
import { isAskedEachTime } from './asked.ts'
import { isRefusal, type Loop, MAX_LOOPS, stepsBetween } from './loop.ts'
import type { Suspect } from './suspect.ts'
import { changesNothing } from './tool-names.ts'

const MIN_REFUSALS = 3

export function findRefusals({ tree, agents, times }: Suspect): readonly Loop[] {
  const rows = agents.flatMap((acts) => [...rowsOf(acts)]).filter((row) => isAskedEachTime(row, times()))
  const longest = rows.sort((a, b) => b.length - a.length).slice(0, MAX_LOOPS)
  return longest.flatMap((row) => loopOf(tree, row) ?? [])
}

/** Refusals of one call for one reason, as long as nothing changes. */
function* rowsOf(acts: readonly Act[]): Generator<readonly Act[]> {
  const open = new Map<string, Act[]>()
  for (const act of acts) {
    if (act.error === null && !changesNothing(act.name)) {
      yield* longEnough(open)
      open.clear()
    }
    if (act.call === null) continue
    const row = open.get(act.call) ?? []
    if (act.error !== null && isRefusal(act.error) && (row[0]?.outcome ?? act.outcome) === act.outcome) {
      row.push(act)
      open.set(act.call, row)
      continue
    }
    // It was refused for another reason, or not refused at all: something did change.
    open.delete(act.call)
    if (row.length >= MIN_REFUSALS) yield row
  }
  yield* longEnough(open)
}

function longEnough(rows: ReadonlyMap<string, readonly Act[]>): readonly (readonly Act[])[] {
  return [...rows.values()].filter((row) => row.length >= MIN_REFUSALS)
}

function loopOf(tree: RunTree, row: readonly Act[]): Loop | null {
  const [first, last] = [row[0], row.at(-1)]
  if (first === undefined || last === undefined) return null
  return {
    node: first.node,
    evidence: `tool ${first.name} was called ${row.length} times with the same arguments and refused each time; nothing was changed in between`,
    wasted: stepsBetween(tree, first.node, last.node),
  }
}
