/** How a tool run ended, by its spans. */
import type { ToolOutcome } from '../model/fact.ts'
import type { FailureKind } from '../model/failure.ts'
import type { TreeNode } from '../model/run-tree.ts'
import { errorKindOf } from './failures/index.ts'
import { isSameTool } from './tools.ts'

/** How a tool run ended, by its own span or by the protocol's inside it, which may know more. */
export function toolOutcome(run: TreeNode): ToolOutcome {
  const failed = failedSpanOf(run)
  return failed === null ? 'ok' : outcomeOfKind(errorKindOf(failed.step) ?? 'tool_error')
}

function failedSpanOf(run: TreeNode): TreeNode | null {
  // Of a tool that calls itself a run may hold thousands of spans, one in the other.
  const open = [run]
  for (let span = open.pop(); span !== undefined; span = open.pop()) {
    if (span.step.error !== null) return span
    for (const child of span.children.toReversed()) if (isSameTool(child, span)) open.push(child)
  }
  return null
}

export function outcomeOfKind(kind: FailureKind): ToolOutcome {
  if (kind === 'tool_bad_arguments') return 'bad_arguments'
  return kind === 'unknown_tool' ? 'unknown_tool' : 'error'
}
