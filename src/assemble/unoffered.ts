/**
 * Tools that a model asked for and was not offered. What ran all the same was there; what failed failed for that reason, in whatever words: a lookup in
 * a table of tools says `KeyError`.
 */
import type { Step } from '../model/step.ts'

export function withUnofferedTools(steps: readonly Step[]): readonly Step[] {
  const unoffered = new Set(steps.flatMap((step) => unofferedTools(step)))
  if (unoffered.size === 0) return steps
  const ran = new Set(steps.flatMap(({ tool, error }) => (tool !== null && error === null ? [tool.name] : [])))
  return steps.map((step) => {
    const { tool, error, answer, toolReports } = step
    const isMissing = (name: string | null): boolean => name !== null && unoffered.has(name) && !ran.has(name)
    return {
      ...step,
      error: error !== null && tool !== null && isMissing(tool.name) ? { ...error, kind: 'unknown_tool' } : error,
      toolReports: toolReports.map((report) => (isMissing(report.name) ? { ...report, kind: 'unknown_tool' } : report)),
      answer: answer && {
        ...answer,
        toolCalls: answer.toolCalls.map((call) => (ran.has(call.name) ? { ...call, isOffered: null } : call)),
      },
    }
  })
}

function unofferedTools({ answer }: Step): readonly string[] {
  return answer?.toolCalls.flatMap(({ name, isOffered }) => (isOffered === false ? [name] : [])) ?? []
}
