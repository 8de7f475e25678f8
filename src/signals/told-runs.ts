/** Which run of a tool a model was told of. Runs and tellers are asked in the order in which they started, so that each is looked at once. */
import type { TreeNode } from '../model/run-tree.ts'
import type { ToolReport } from '../model/step.ts'
import { toolOutcome } from './tool-outcome.ts'

/** Finds a report's run; null = the tool has no span. Each run is told of once. */
export type RunFinder = (report: ToolReport, told: TreeNode) => TreeNode | null

/** `runs` in the order in which they started. The finder, too, has to be asked in that order. */
export function runFinder(runs: readonly TreeNode[]): RunFinder {
  const byId = new Map<string, TreeNode>()
  for (const run of runs) {
    const callId = run.step.tool?.callId
    if (callId != null && !byId.has(callId)) byId.set(callId, run)
  }
  const taken = new Set<TreeNode>()
  // A report that names its call is of no run that names another one.
  const ofNamed = poolsOf(
    runs.filter(({ step }) => step.tool?.callId == null),
    taken,
  )
  const ofNameless = poolsOf(runs, taken)
  return ({ callId, name, kind }, told) => {
    const { all, failed } = callId === null ? ofNameless : ofNamed
    const run =
      (callId === null ? undefined : byId.get(callId)) ??
      // A tool that could not run has no span; the one of the same name was another call, unless it failed as well.
      (name !== null && kind === 'tool_error' ? all : failed).lastBefore(told, name)
    if (run !== null) taken.add(run)
    return run
  }
}

function poolsOf(runs: readonly TreeNode[], taken: ReadonlySet<TreeNode>): { readonly all: Pools; readonly failed: Pools } {
  const failed = runs.filter((run) => toolOutcome(run) !== 'ok')
  return { all: new Pools(runs, taken), failed: new Pools(failed, taken) }
}

/** Runs by the tool's name, and all of them, each to be taken once, the last first. */
class Pools {
  readonly #taken: ReadonlySet<TreeNode>
  readonly #any: Pool
  readonly #byName: ReadonlyMap<string, Pool>

  constructor(runs: readonly TreeNode[], taken: ReadonlySet<TreeNode>) {
    this.#taken = taken
    this.#any = { runs, next: 0, begun: [] }
    const groups = Map.groupBy(runs, ({ step }) => step.tool?.name ?? '')
    this.#byName = new Map([...groups].map(([name, list]) => [name, { runs: list, next: 0, begun: [] }]))
  }

  lastBefore(told: TreeNode, name: string | null): TreeNode | null {
    const pool = name === null ? this.#any : this.#byName.get(name)
    if (pool === undefined) return null
    const untilUs = holdsRuns(told) ? told.step.endUs : told.step.startUs
    for (let run = pool.runs[pool.next]; run !== undefined && run.step.startUs <= untilUs; run = pool.runs[++pool.next])
      pool.begun.push(run)
    for (let last = pool.begun.at(-1); last !== undefined && this.#taken.has(last); last = pool.begun.at(-1)) pool.begun.pop()
    return pool.begun.at(-1) ?? null
  }
}

/** Some emitters write all calls of an agent's turn onto one span, which then lies around the tools that it tells of. */
function holdsRuns({ children }: TreeNode): boolean {
  return children.some(({ step }) => step.kind === 'tool')
}

interface Pool {
  readonly runs: readonly TreeNode[]
  next: number
  /** Those that began before the last teller did. */
  readonly begun: TreeNode[]
}
