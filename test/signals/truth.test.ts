/**
 * Our reading of every capture against what really happened. Each difference is a line of a golden file with its cause: mostly that the emitter does
 * not send it. One without a cause is a mistake of ours.
 */
import { describe, expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { RunRecord } from '../../src/model/run.ts'
import { bestReading, truthNames } from '../helpers/captures.ts'
import { entriesOf, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'
import { toolRunsOf } from '../helpers/tool-runs.ts'
import { causeOf, type TrueCapture, trueScenarios, trueTotals } from '../helpers/truth.ts'

async function readRuns(name: TrueCapture): Promise<ReadonlyMap<string, RunRecord>> {
  const fold = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(requestsOf(name)))
  return new Map(fold.takeCheckpoint().runs.map((run) => [run.traceId, run]))
}

function readTotals(runs: readonly RunRecord[]): Readonly<Record<string, number>> {
  const calls = runs.flatMap(({ steps }) => steps.filter(({ kind, isCounted }) => kind === 'llm' && isCounted))
  const sum = (read: (step: (typeof calls)[number]) => number | null): number =>
    calls.reduce((total, step) => total + (read(step) ?? 0), 0)
  return {
    calls: calls.length,
    input: sum(({ usage }) => usage.input),
    cache_read: sum(({ usage }) => usage.cacheRead),
    cache_write: sum(({ usage }) => usage.cacheWrite),
    output: sum(({ usage }) => usage.output),
    reasoning: sum(({ usage }) => usage.reasoning),
  }
}

type Lines = readonly (readonly [scenario: string, field: string, ours: string, truth: string])[]

async function differences(name: TrueCapture): Promise<Lines> {
  const byTrace = await readRuns(name)
  const known = bestReading(name).scenarios
  return trueScenarios(name).flatMap((scenario): Lines => {
    const runs = (known[scenario.name]?.trace_ids ?? []).flatMap((id) => byTrace.get(id) ?? [])
    const fields: (readonly [field: string, ours: unknown, truth: unknown])[] = []
    const [ours, truth] = [readTotals(runs), trueTotals(scenario)]
    for (const field of Object.keys(truth)) fields.push([field, ours[field], truth[field]])
    const kinds = [...new Set(runs.flatMap(({ failures }) => failures.map(({ kind }) => kind)))].toSorted()
    fields.push(['class', kinds.join(' '), scenario.failure_class ?? ''])
    fields.push(['failed', runs.some(({ outcome }) => outcome === 'failed'), scenario.user_visible_failure])
    const tools = toolRunsOf(runs)
    for (const tool of new Set([...Object.keys(tools), ...Object.keys(scenario.tool_runs)]))
      fields.push([`tool ${tool}`, shown(tools[tool]), shown(scenario.tool_runs[tool])])
    return fields
      .filter(([, a, b]) => String(a) !== String(b))
      .map(([field, a, b]) => [scenario.name, field, String(a), String(b)] as const)
  })
}

function shown(runs: { readonly ok: number; readonly failed: number } | undefined): string {
  return `${runs?.ok ?? 0} ok ${runs?.failed ?? 0} failed`
}

describe.each(truthNames)('the capture %s', (name) => {
  test('differs from the truth only where the bytes do', async () => {
    const lines = (await differences(name)).map(([scenario, field, ours, truth]) => ({
      text: `${scenario}: ${field} ${ours === '' ? 'none' : ours} instead of ${truth === '' ? 'none' : truth}`,
      cause: causeOf(name, scenario, field),
    }))
    expect(lines.filter(({ cause }) => cause === null).map(({ text }) => text)).toEqual([])
    const golden = lines.map(({ text, cause }) => `${text}\n  ${cause}\n`).join('')
    await expect(golden).toMatchFileSnapshot(`golden/${name}.txt`)
  })
})
