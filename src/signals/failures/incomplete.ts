/**
 * The run stopped without an end: spans came, the span they began with never did, and nothing follows. A crashed or killed agent looks like this;
 * so does OpenLLMetry for JavaScript, which sends no span for what throws.
 */
import { entriesOf } from '../entries.ts'
import type { RunDetector } from './detector.ts'

export const incomplete: RunDetector = {
  kind: 'incomplete',
  find: (tree) => {
    const [first] = tree.roots
    if (tree.missingEntry !== 'silent' || first === undefined || entriesOf(tree).length > 0) return null
    return {
      node: first,
      evidence: `the run has no end: parent span ${first.step.parentId ?? ''} of ${first.step.name} never came`,
      wasted: [],
    }
  },
}
