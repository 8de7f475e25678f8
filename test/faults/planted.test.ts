/**
 * Proof that the tests bite: each mechanism that keeps the numbers true is broken once, in a copy of the project, and the tests that
 * guard it have to fail. A pattern that is not found any more fails too, so that this list moves along with the code.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countingFaults } from './counting.ts'
import type { Fault } from './fault.ts'

const faults: readonly Fault[] = [
  ...countingFaults,
  {
    mechanism: 'digest: a copy of a body is recognised',
    file: 'src/log/database.ts',
    code: 'const digest = entry.deduplicate ? digestOf(entry) : null',
    broken: 'const digest = null as Uint8Array | null',
    tests: ['test/log/append.test.ts'],
  },
  {
    mechanism: 'seen-set: a span of a settled run is recognised',
    file: 'src/assemble/seen.ts',
    code: 'return this.#has(spanId, SEEN)',
    broken: 'return this.#has(spanId, 0xff)',
    tests: ['test/fold/captures.test.ts'],
  },
  {
    mechanism: 'low-water mark: a start reads from the oldest open run on',
    file: 'src/fold/fold.ts',
    code: 'lowWater: this.#open.lowWater() ?? this.#mark',
    broken: 'lowWater: this.#mark',
    tests: ['test/fold/replay.test.ts'],
  },
  {
    mechanism: 'rebuild: only the incarnation of a run that was open is rebuilt',
    file: 'src/fold/fold.ts',
    code: '(rebuild.open.get(traceId)?.firstSeq ?? Infinity) <= entry.seq',
    broken: 'rebuild.open.has(traceId)',
    tests: ['test/fold/replay.test.ts'],
  },
  {
    mechanism: 'tick commit: what a tick does waits for its commit',
    file: 'src/pipeline.ts',
    code: "await this.#append('tick', counts.length === 0 ? new Uint8Array() : Buffer.from(JSON.stringify(counts)))",
    broken:
      "this.#enqueue({ place: { seq: this.#fold.mark.seq + 1, atMs: Date.now(), kind: 'tick', bytes: 0 }, content: { type: 'tick', door: counts } })",
    tests: ['test/app/pipeline.test.ts'],
  },
  {
    mechanism: 'integer sums: totals do not depend on grouping',
    file: 'src/signals/cost/price.ts',
    code: 'Math.round(usd * factor * 1e9)',
    broken: 'usd * factor * 1e9',
    tests: ['test/signals/cost/price.test.ts'],
  },
  {
    mechanism: 'zero rule: a new series is shown at 0 first',
    file: 'src/publish/series-table.ts',
    code: 'series.heldValues = [...series.values]',
    broken: 'series.heldValues = null',
    tests: ['test/publish/zero-rule.test.ts'],
  },
  {
    mechanism: 'group commit: nothing is acknowledged that a kill could lose',
    file: 'src/log/database.ts',
    code: "this.#db.exec('COMMIT')",
    broken: "if (Math.random() < 0.5) this.#db.exec('COMMIT')",
    tests: ['test/log/append.test.ts', 'test/log/failure.test.ts'],
  },
  {
    mechanism: 'downtime: time does not pass for open runs while the process is down',
    file: 'src/fold/fold.ts',
    code: "entry.kind === 'start' || before.seq === 0 ? 0 :",
    broken: 'before.seq === 0 ? 0 :',
    tests: ['test/fold/replay.test.ts'],
  },
]

let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'flywheel-faults-'))
  for (const part of ['src', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(part, join(copy, part), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'))
})

afterAll(() => rmSync(copy, { recursive: true }))

test('without a fault the guarding tests pass', async () => {
  expect(await runTests([...new Set(faults.flatMap(({ tests }) => tests))])).toEqual({ passed: true, output: expect.any(String) })
})

test.each(faults)('planted fault in $mechanism', async ({ file, code, broken, tests }) => {
  const path = join(copy, file)
  const good = readFileSync(path, 'utf8')
  expect(good).toContain(code)
  writeFileSync(
    path,
    good.replace(code, () => broken),
  )
  const { passed, output } = await runTests(tests)
  writeFileSync(path, good)
  expect(passed, `the tests did not notice:\n${output}`).toBe(false)
  // A fault that does not even load proves nothing about the tests.
  expect(output).toMatch(/Tests .*failed/)
})

function runTests(tests: readonly string[]): Promise<{ readonly passed: boolean; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...tests], {
      cwd: copy,
      env: { ...process.env, NO_COLOR: '1' },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('exit', (code) => resolve({ passed: code === 0, output: output.slice(-4_000) }))
  })
}
