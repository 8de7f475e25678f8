import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import { renderMetrics } from '../../src/publish/exposition.ts'
import type { CaptureName } from '../helpers/captures.ts'
import { entriesOf, requestsOf } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'

/** The page as it is after the whole capture was counted and no series is held at zero any more. */
async function pageOf(name: CaptureName, format: 'text' | 'openmetrics'): Promise<string> {
  const fold = await applyAll(new Fold(testSettings, emptyArchive), entriesOf(requestsOf(name)))
  return renderMetrics({ series: fold.series, readings: [], process: [], format })
}

/** Whole pages of a few: they are long. */
const names = ['otel-openai', 'vercel-ai6', 'openinference-langchain', 'traceloop-openai'] as const

describe.each(names)('%s', (name) => {
  test('gives exactly this page of metrics', async () => {
    await expect(await pageOf(name, 'text')).toMatchFileSnapshot(`golden/${name}.prom`)
  })

  test('gives the same as OpenMetrics, with a trace to look at for each duration', async () => {
    await expect(await pageOf(name, 'openmetrics')).toMatchFileSnapshot(`golden/${name}.openmetrics`)
  })

  test.skipIf(!hasPromtool())('promtool check metrics has no complaint about it', async () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await pageOf(name, 'text'),
      encoding: 'utf8',
    })
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })
})

/** A user's machine may not have it; where the project is built it has to be there. */
function hasPromtool(): boolean {
  return process.env['CI'] !== undefined || spawnSync('promtool', ['--version']).status === 0
}
