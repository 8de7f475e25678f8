/**
 * Proof that the tests bite: each mechanism that keeps the numbers true is broken once, in a copy of the project, and the tests that
 * guard it have to fail.
 */
import { spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faults } from './faults.ts'

let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'flywheel-faults-'))
  for (const part of ['src', 'test', 'eval', 'package.json', 'tsconfig.json', 'vitest.config.ts'])
    cpSync(part, join(copy, part), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'))
})

afterAll(() => rmSync(copy, { recursive: true }))

test('without a fault the guarding tests pass', async () => {
  const { passed, output } = await runTests([...new Set(faults.flatMap(({ tests }) => tests))])
  expect(passed, output).toBe(true)
})

test.each(faults)('planted fault in $mechanism', async ({ file, code, broken, tests }) => {
  const path = join(copy, file)
  const good = readFileSync(path, 'utf8')
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
    // Apart: how many tests failed stands at the end of the one, and why, at any length, in the other.
    let summary = ''
    let reasons = ''
    child.stdout.on('data', (chunk: Buffer) => (summary += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (reasons += chunk.toString()))
    child.once('close', (code) => resolve({ passed: code === 0, output: `${reasons.slice(-4_000)}\n${summary.slice(-4_000)}` }))
  })
}
