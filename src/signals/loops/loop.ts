/** What the searches for loops have in common. */
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import { beganAfter, type StepError } from '../../model/step.ts'

/** A place where a run went in circles. */
export interface Loop {
  /** The step it began with. */
  readonly node: TreeNode
  readonly evidence: string
  readonly wasted: readonly TreeNode[]
}

/** Of how many loops of one kind the waste is looked up: each walks over the whole run. */
export const MAX_LOOPS = 8

/** Steps of an agent that began after the end of one step and not after the start of another. */
export function stepsBetween(tree: RunTree, after: TreeNode, last: TreeNode): readonly TreeNode[] {
  return tree.nodes.filter(
    ({ step, agentLabel }) =>
      agentLabel === after.agentLabel && beganAfter(step, after.step) && step.startUs <= last.step.startUs,
  )
}

/** `a`, `a and b`, `a, b and c`; each once. */
export function listed(names: readonly string[]): string {
  const unique = [...new Set(names)]
  return unique.length < 2 ? (unique[0] ?? '') : `${unique.slice(0, -1).join(', ')} and ${unique.at(-1) ?? ''}`
}

/** What a failed tool said. */
export type SaidError = Pick<StepError, 'type' | 'message'>

const trouble =
  /time(?:d)?[ -]?out|deadline|unavailable|temporar|transient|overload|busy|throttl|rate.?limit|too many requests|quota|\b(?:408|425|429|5\d\d)\b|connect|network|socket|econn|unreachable|\bdown\b|\bdns\b|not ready|in progress|locked|conflict|try again|retry|flaky|internal (?:server )?error|aborted|cancell?ed/i

const refusal =
  /invalid|not (?:found|allowed|available|permitted|supported|enough|exist|valid|add up|match)|does(?: not|n't)|cannot|can't|must |required|missing|denied|forbidden|unauthorized|mismatch|already|exceeds|insufficient|no such|unknown|unsupported|wrong|bad request|validation|malformed|\b(?:400|401|403|404|410|422)\b/i

/** The tool looked at what it was asked and said no: it will say so again. Trouble on the way (timeouts, overload) may pass and is worth another try. */
export function isRefusal(error: SaidError): boolean {
  const text = `${error.type ?? ''} ${error.message ?? ''}`
  return refusal.test(text) && !trouble.test(text)
}
