/**
 * Spring AI 1.x adds the usage of the calls before to that of each call of a loop through tools (UsageCalculator.getCumulativeUsage in its source), so
 * that four calls would count ten. What a call used itself is what it added.
 */
import type { Step } from '../model/step.ts'
import type { Usage } from '../model/usage.ts'

/** Spring's bridge from Micrometer, which makes all of its spans. */
const SPRING_SCOPE = 'org.springframework.boot'

/** Steps with their own usage. */
export function withOwnUsage(steps: readonly Step[]): readonly Step[] {
  const calls = steps.filter(({ kind, scope }) => kind === 'llm' && scope === SPRING_SCOPE)
  if (calls.length < 2) return steps
  const own = new Map<Step, Usage>()
  for (const siblings of Map.groupBy(calls, ({ parentId }) => parentId).values()) {
    let before: Step | null = null
    for (const step of siblings.toSorted((a, b) => a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1))) {
      const added: Usage | null = before === null ? null : addedUsage(step, before, own.get(before) ?? before.usage)
      if (added !== null) own.set(step, added)
      before = step
    }
  }
  return steps.map((step) => {
    const usage = own.get(step)
    return usage === undefined ? step : { ...step, usage }
  })
}

/** Null where the call does not go on from the one before: a prompt grows through a loop, and never shrinks. */
function addedUsage(step: Step, before: Step, ownBefore: Usage): Usage | null {
  if (!before.finishReasons.includes('tool_call')) return null
  const input = difference(step.usage.input, before.usage.input)
  const output = difference(step.usage.output, before.usage.output)
  if (input === null || output === null || input < (ownBefore.input ?? 0)) return null
  return { ...step.usage, input, output }
}

function difference(sum: number | null, before: number | null): number | null {
  return sum === null || before === null || sum < before ? null : sum - before
}
