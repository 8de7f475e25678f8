/** `npm run demo`: what it prints, that runs arrive, that it ends cleanly and takes everything it started with it. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { StartFlagError, readStartFlags } from '../../demo/start-flags.ts'
import { freePort } from '../helpers/free-port.ts'

test('without options the first look is played for ever on fresh data', () => {
  expect(readStartFlags([], 'first.yaml')).toEqual({
    scenarioFile: 'first.yaml',
    port: null,
    keepsData: false,
    speed: null,
    durationMs: null,
  })
})

test('every option is read', () => {
  const args = ['--scenario', 'own.yaml', '--port', '5000', '--keep', '--speed', '0.5', '--duration', '5min']
  expect(readStartFlags(args, 'first.yaml')).toEqual({
    scenarioFile: 'own.yaml',
    port: 5_000,
    keepsData: true,
    speed: 0.5,
    durationMs: 300_000,
  })
  expect(readStartFlags(['--help'], 'first.yaml')).toBe(null)
})

test.each([
  [['--port', '0'], '--port: expected a whole number from 1 to 65535, got "0".'],
  [['--speed', 'fast'], '--speed: expected a number above 0, got "fast".'],
  [['--duration', '5 minutes'], '--duration: expected a time such as 30s, 5min or 2h, got "5 minutes".'],
  [['--loud'], /Unknown option '--loud'.* See --help\./],
])('%j is refused with a reason', (args, reason) => {
  expect(() => readStartFlags(args, 'first.yaml')).toThrow(StartFlagError)
  expect(() => readStartFlags(args, 'first.yaml')).toThrow(reason)
})

test('it says in six lines where everything is, runs and the first thumbs arrive within a minute, and Ctrl-C ends all of it', async () => {
  const demo = await startDemo()
  const { url } = demo
  expect(demo.output().split('\n').map(withoutPorts)).toEqual([
    'Agent Flywheel demo, scenario "first look": a simulated support agent, real telemetry. Nothing leaves this machine.',
    '  page     http://127.0.0.1:PORT/',
    '  metrics  http://127.0.0.1:PORT/metrics',
    '  truth    http://127.0.0.1:PORT/stand-in/calls   (what the stand-in models really served)',
    expect.stringMatching(
      /^ {2}next {5}first runs in about \d+ s, feedback from \d+ s, failures from \d+ s, a loop at about \d+ s$/,
    ),
    expect.stringMatching(/^Ctrl-C ends it\. Data: .*\.$/),
    '',
  ])
  await vi.waitFor(async () => expect(await okRuns(url)).toBeGreaterThan(0), { timeout: 30_000, interval: 200 })
  await vi.waitFor(async () => expect(await joinedThumbs(url)).toBeGreaterThan(0), { timeout: 50_000, interval: 200 })
  demo.child.kill('SIGINT')
  expect(await demo.exitCode).toBe(0)
  expect(demo.errors()).toBe('')
  await expect(fetch(`${url}/readyz`)).rejects.toThrow('fetch failed')
  await expect(fetch(demo.truthUrl)).rejects.toThrow('fetch failed')
})

test('it ends by itself after --duration', async () => {
  const demo = await startDemo('--duration', '1s')
  expect(await demo.exitCode).toBe(0)
})

test('when the processor is gone it says so and ends', async () => {
  const demo = await startDemo()
  const [processor = NaN] = childrenOf(demo.child)
  process.kill(processor, 'SIGKILL')
  expect(await demo.exitCode).toBe(1)
  expect(demo.errors()).toContain('The processor ended by itself, so the demo ends.')
})

test('when an agent is gone it says so and ends', async () => {
  const demo = await startDemo()
  const [, agent = NaN] = await vi.waitFor(() => twoChildrenOf(demo.child), { timeout: 30_000, interval: 100 })
  process.kill(agent, 'SIGKILL')
  expect(await demo.exitCode).toBe(1)
  // It may have been killed before it was ready or after.
  expect(demo.errors()).toMatch(/agent of release 1\.4\.0 ended (by itself \(SIGKILL\)|before it was ready)/)
})

test('when it is killed, nothing that it started stays', async () => {
  const demo = await startDemo()
  const children = await vi.waitFor(() => twoChildrenOf(demo.child), { timeout: 30_000, interval: 100 })
  demo.child.kill('SIGKILL')
  await vi.waitFor(() => expect(children.filter(isAlive)).toEqual([]), { timeout: 15_000, interval: 100 })
})

test('a scenario that is wrong is refused before anything starts', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['demo/start.ts', '--scenario', 'none.yaml'], {
    encoding: 'utf8',
  })
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: '',
    stderr: 'none.yaml: expected a scenario file that can be read. demo/scenarios has examples.\n',
  })
})

interface Demo {
  readonly child: ChildProcess
  readonly url: string
  readonly truthUrl: string
  readonly output: () => string
  readonly errors: () => string
  readonly exitCode: Promise<number | null>
}

async function startDemo(...args: readonly string[]): Promise<Demo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-start-'))
  const port = await freePort()
  const child = spawn(process.execPath, ['demo/start.ts', '--port', String(port), ...args], {
    env: { PATH: process.env['PATH'], FLYWHEEL_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exitCode = once(child, 'exit').then(([code]) => code as number | null)
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await exitCode
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
  })
  await vi
    .waitFor(() => expect(output).toContain('Ctrl-C ends it'), { timeout: 30_000, interval: 50 })
    .catch((cause: unknown) => {
      throw new Error(`the demo did not start:\n${output}${errors}`, { cause })
    })
  const truthUrl = /truth +(\S+)/.exec(output)?.[1] ?? ''
  return { child, url: `http://127.0.0.1:${port}`, truthUrl, output: () => output, errors: () => errors, exitCode }
}

async function okRuns(url: string): Promise<number> {
  const { runs } = (await (await fetch(`${url}/api/runs?agent=support&outcome=ok`)).json()) as { runs: readonly object[] }
  return runs.length
}

async function joinedThumbs(url: string): Promise<number> {
  const { feedback } = (await (await fetch(`${url}/api/feedback?source=api&matched=yes`)).json()) as {
    feedback: readonly object[]
  }
  return feedback.length
}

/** What it started, the first one first: the processor, then the agents. */
function childrenOf(demo: ChildProcess): readonly number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n')
  return processes
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === demo.pid)
    .map(([pid = NaN]) => pid)
    .sort((a, b) => a - b)
}

function twoChildrenOf(demo: ChildProcess): readonly number[] {
  const children = childrenOf(demo).filter(isAlive)
  if (children.length < 2) throw new Error(`expected a processor and an agent, got ${children.length} processes`)
  return children
}

function isAlive(pid: number): boolean {
  try {
    // A process that nobody has waited for yet is gone all the same.
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .startsWith('Z')
  } catch {
    return false
  }
}

function withoutPorts(line: string): string {
  return line.replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT')
}
