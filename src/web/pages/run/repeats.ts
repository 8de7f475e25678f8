/** Tools that ran again with the same arguments: the card of each says which time it is, and whether anything changed. */
import type { RunStep } from '../../../model/run.ts'

/** In words by span id, for tools that ran more than once with the same arguments. */
export function repeatsOf(steps: readonly RunStep[]): ReadonlyMap<string, string> {
  const words = new Map<string, string>()
  const byCall = Map.groupBy(steps, ({ kind, tool }) =>
    kind !== 'tool' || tool === null || tool.argumentsFingerprint === null ? null : `${tool.argumentsFingerprint} ${tool.name}`,
  )
  for (const [call, same] of byCall) {
    if (call === null || same.length < 2) continue
    const inOrder = same.toSorted((a, b) => a.startUs - b.startUs)
    for (const [index, step] of inOrder.entries())
      words.set(step.spanId, `same arguments${resultWords(inOrder[index - 1], step)}: ${index + 1} of ${same.length}`)
  }
  return words
}

function resultWords(before: RunStep | undefined, step: RunStep): string {
  const last = before?.tool?.resultFingerprint ?? null
  const result = step.tool?.resultFingerprint ?? null
  if (last === null || result === null) return ''
  return last === result ? ', same result' : ', another result'
}
