/** What detectors find in steps that ended without an error, and in the shape of the run; and what models were told of failed tools. */
import type { FailureImpact, FailureKind } from '../model/failure.ts'
import type { RunTree, TreeNode } from '../model/run-tree.ts'
import type { Finding } from './failures/detector.ts'
import { callDetectors, runDetectors, stepDetectors } from './failures/index.ts'

export interface StepFinding {
  readonly node: TreeNode
  kind: FailureKind
  impact: FailureImpact
  readonly evidence: string
}

/** Kinds of answers that nobody could use, whoever looked at them: what fails on such an answer fails because of it. */
const unusable: ReadonlySet<FailureKind> = new Set(['truncated', 'content_filter', 'refusal', 'empty_output'])

export function isUnusable({ kind }: { readonly kind: FailureKind }): boolean {
  return unusable.has(kind)
}

/** Of one call the first finding counts: a blocked answer is empty, too. */
export function callFindings(calls: readonly TreeNode[]): readonly StepFinding[] {
  const last = new Map(calls.map((node) => [node.parent, node]))
  return calls.flatMap((node) => {
    if (node.step.error !== null) return []
    for (const detector of callDetectors) {
      const { kind } = detector
      const evidence = detector.evidence(node.step)
      if (evidence === null || (kind === 'empty_output' && last.get(node.parent) !== node && !isShort(node))) continue
      return [{ node, kind, impact: 'recovered' as const, evidence }]
    }
    return []
  })
}

/** Some emitters lose what was asked of tools. An answer that others follow was nothing only if the model wrote next to nothing. */
function isShort({ step }: TreeNode): boolean {
  return step.usage.output !== null && step.usage.output <= 3
}

export function stepFindings(tree: RunTree): readonly StepFinding[] {
  return tree.nodes.flatMap((node) =>
    stepDetectors.flatMap((detector) => {
      const evidence = node.step.error === null ? detector.evidence(node.step) : null
      return evidence === null ? [] : [{ node, kind: detector.kind, impact: 'recovered' as const, evidence }]
    }),
  )
}

export function runFindings(tree: RunTree): readonly (Finding & { readonly kind: FailureKind })[] {
  return runDetectors.flatMap((detector) => {
    const finding = detector.find(tree)
    return finding === null ? [] : [{ ...finding, kind: detector.kind }]
  })
}
