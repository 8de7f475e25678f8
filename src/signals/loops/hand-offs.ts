/** Agents that hand the word back and forth and do nothing else: no tool, no answer, only "over to you". */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import type { Step } from '../../model/step.ts'
import { listed, type Loop } from './loop.ts'
import type { Suspect } from './suspect.ts'
import { isHandOff } from './tool-names.ts'

/** A, B, A, B, A: the agent that began has had the word three times. */
const MIN_ROUNDS = 3
const MAX_PERIOD = 3
const MIN_VISITS = (MIN_ROUNDS - 1) * 2 + 1

export function findHandOffs({ tree }: Suspect): readonly Loop[] {
  const agents = tree.nodes.filter(({ step }) => (step.kind === 'agent' || step.kind === 'workflow') && nameOf(step) !== '')
  if (agents.length < MIN_VISITS) return []
  const suspects = [...Map.groupBy(agents, ({ parent }) => parent).values()].filter((visits) => visits.length >= MIN_VISITS)
  if (suspects.length === 0) return []
  const workOf = worksOf(tree)
  const isIdle = (node: TreeNode): boolean => {
    const work = workOf.get(node)
    return work !== undefined && work.handOffs > 0 && !work.isBusy
  }
  return suspects.flatMap((visits) => [...loopsOf(tree, visits, isIdle)])
}

function nameOf(step: Step): string {
  return step.agent ?? step.node ?? ''
}

function* loopsOf(tree: RunTree, visits: readonly TreeNode[], isIdle: (node: TreeNode) => boolean): Generator<Loop> {
  for (let period = 2; period <= MAX_PERIOD; period++) {
    let start = 0
    for (let at = 0; at <= visits.length; at++) {
      const node = visits[at]
      if (node !== undefined && isIdle(node) && (at < start + period || isSameAgent(node, visits[at - period]))) continue
      const loop = loopOf(tree, visits.slice(start, at), period)
      if (loop !== null) yield loop
      // The next stretch may begin with what this one ended with.
      start = node !== undefined && isIdle(node) ? at - period + 1 : at + 1
    }
  }
}

function isSameAgent(a: TreeNode, b: TreeNode | undefined): boolean {
  return b !== undefined && nameOf(a.step) === nameOf(b.step)
}

function loopOf(tree: RunTree, visits: readonly TreeNode[], period: number): Loop | null {
  const names = visits.slice(0, period).map(({ step }) => nameOf(step))
  const [first, last] = [visits[0], visits.at(-1)]
  if (visits.length < (MIN_ROUNDS - 1) * period + 1 || new Set(names).size < period) return null
  if (first === undefined || last === undefined) return null
  const evidence = `agents ${listed(names)} handed over to one another ${visits.length - 1} times and did nothing else`
  return { node: first, evidence, wasted: stepsOf(tree, visits.slice(period)) }
}

/** The visits with everything inside them. */
function stepsOf(tree: RunTree, visits: readonly TreeNode[]): readonly TreeNode[] {
  const inside = new Set(visits)
  // Parents start before their children, but for clocks; a child that seems to come first is left out.
  for (const node of tree.nodes) if (node.parent !== null && inside.has(node.parent)) inside.add(node)
  return [...inside]
}

/** What happened inside a step. */
interface Work {
  handOffs: number
  /** Something other than handing over: a tool, a search, an answer, a failure. */
  isBusy: boolean
}

function worksOf(tree: RunTree): ReadonlyMap<TreeNode, Work> {
  const works = new Map<TreeNode, Work>()
  for (const node of tree.nodes.toSorted((a, b) => b.depth - a.depth)) {
    const work = works.get(node) ?? { handOffs: 0, isBusy: false }
    works.set(node, work)
    addOwn(work, node.step)
    if (node.parent === null) continue
    const above = works.get(node.parent) ?? { handOffs: 0, isBusy: false }
    above.handOffs += work.handOffs
    above.isBusy ||= work.isBusy
    works.set(node.parent, above)
  }
  return works
}

/** OpenAI Agents: `handoff`, `handoff to billing`. */
const handOffSpan = /^hand_?off\b/i

/** The call gave no answer but asked for tools. */
function asksForTool({ finishReasons, answer }: Step): boolean {
  return finishReasons.length === 0 ? answer?.form === 'tool_calls' : finishReasons.every((reason) => reason === 'tool_call')
}

function addOwn(work: Work, step: Step): void {
  switch (step.kind) {
    case 'agent':
    case 'workflow':
    case 'guardrail':
      work.isBusy ||= step.error !== null
      return
    case 'other':
      // Plain spans of HTTP and databases are not looked at; what they are about is a tool's or a model's.
      if (handOffSpan.test(step.name)) work.handOffs++
      return
    case 'llm': {
      const asked = step.answer?.toolCalls ?? []
      if (asked.every(({ name }) => isHandOff(name))) work.handOffs += asked.length
      else work.isBusy = true
      work.isBusy ||= step.error !== null || !asksForTool(step)
      return
    }
    case 'tool':
      if (step.error === null && isHandOff(step.tool?.name ?? '')) work.handOffs++
      else work.isBusy = true
      return
    case 'embedding':
    case 'retrieval':
    case 'rerank':
    case 'parse':
      work.isBusy = true
      return
    default:
      step.kind satisfies never
  }
}
