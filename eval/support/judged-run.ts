/** From the bytes of a request to the verdicts on its runs, through the processor's own rooms; only log, timing and counting are left out. */
import { buildTree } from '../../src/assemble/tree.ts'
import { readContent } from '../../src/fold/content.ts'
import type { RunFailure } from '../../src/model/run.ts'
import { nothingEarlier, type RunTree } from '../../src/model/run-tree.ts'
import type { Step } from '../../src/model/step.ts'
import { createPricing } from '../../src/signals/cost/price.ts'
import { deriveRun } from '../../src/signals/derive.ts'

export interface JudgedRun {
  readonly traceId: string
  readonly tree: RunTree
  readonly failures: readonly RunFailure[]
}

const priceCall = createPricing([])

/** The runs of a request that holds whole traces. */
export function judgeBody(body: Uint8Array): readonly JudgedRun[] {
  return [...treesOf(body)].flatMap((tree) => {
    const derived = deriveRun(tree, priceCall, 0)
    return derived === null ? [] : [{ traceId: tree.traceId, tree, failures: derived.record.failures }]
  })
}

function* treesOf(body: Uint8Array): Generator<RunTree> {
  const content = readContent('spans', 'json', body)
  if (content.type !== 'spans') return
  const byTrace = Map.groupBy(content.steps, ({ traceId }) => traceId)
  for (const [traceId, traced] of byTrace) {
    // Of copies the last one, as in the fold.
    const steps = new Map<string, Step>(traced.map(({ step }) => [step.spanId, step]))
    yield buildTree({
      traceId,
      steps: steps.values(),
      notes: [],
      missingEntry: 'none',
      earlier: nothingEarlier,
      inheritedAgent: null,
    })
  }
}
