/** Where a run went in circles: every way to do so has a file in loops/, and they are asked in the order in which their evidence is trusted. */
import type { RunTree } from '../model/run-tree.ts'
import { findCycles } from './loops/cycles.ts'
import { findDepth } from './loops/depth.ts'
import { findHandOffs } from './loops/hand-offs.ts'
import type { Loop } from './loops/loop.ts'
import { findRefusals } from './loops/refusals.ts'
import { type Suspect, suspectOf } from './loops/suspect.ts'
import { findUnanswered } from './loops/unanswered.ts'

const searches: readonly ((suspect: Suspect) => readonly Loop[])[] = [
  findCycles,
  findRefusals,
  findHandOffs,
  findDepth,
  findUnanswered,
]

/** The plainest loop of the run with the waste of all; null = the run went forward. */
export function findLoops(tree: RunTree): Loop | null {
  const suspect = suspectOf(tree)
  const loops = searches.flatMap((search) => search(suspect))
  const [first] = loops
  return first === undefined ? null : { ...first, wasted: [...new Set(loops.flatMap(({ wasted }) => wasted))] }
}
