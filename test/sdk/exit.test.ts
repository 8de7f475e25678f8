import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { type Receiver, startReceiver } from './receiver.ts'

interface End {
  readonly code: number | null
  readonly signal: string | null
  readonly stderr: string
}

function begin(url: string, ending: string): { readonly child: ChildProcess; readonly end: Promise<End> } {
  const child = fork('test/sdk/program.ts', [url, ending], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    env: { PATH: process.env['PATH'] },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const end = once(child, 'close').then(([code, signal]: unknown[]) => ({
    code: code as number | null,
    signal: signal as string | null,
    stderr,
  }))
  return { child, end }
}

/** Runs the program to its end, sending it a signal when it is ready for one. */
async function run(url: string, ending: string, signal: 'SIGTERM' | 'SIGINT' | null = null): Promise<End> {
  const { child, end } = begin(url, ending)
  if (signal !== null) {
    await once(child, 'message')
    child.kill(signal)
  }
  return end
}

function namesAt(receiver: Receiver): string[] {
  return receiver.spans().map(({ name }) => name)
}

test.each<[string, 'SIGTERM' | 'SIGINT' | null, Partial<End>]>([
  ['normal', null, { code: 0, signal: null, stderr: '' }],
  ['process.exit', null, { code: 3, signal: null, stderr: '' }],
  ['signal', 'SIGTERM', { code: null, signal: 'SIGTERM', stderr: '' }],
  ['signal', 'SIGINT', { code: null, signal: 'SIGINT', stderr: '' }],
  ['process.exit in a listener', 'SIGTERM', { code: 5, signal: null, stderr: '' }],
  ['onlooker of signal-exit', 'SIGTERM', { code: null, signal: 'SIGTERM', stderr: '' }],
  ['exception in a timer', null, { code: 1, signal: null, stderr: expect.stringContaining('is not valid JSON') as string }],
])('a program that ends by %s (%s) ends as without us, and its spans arrive', async (ending, signal, expected) => {
  const receiver = await startReceiver()
  expect(await run(receiver.url, ending, signal)).toEqual(expected)
  expect([...new Set(namesAt(receiver))]).toEqual(['invoke_agent support'])
})

test('an exception while an exception is handled ends the program as without us; Node leaves no moment to deliver then', async () => {
  const receiver = await startReceiver()
  const { code, stderr } = await run(receiver.url, 'exception while handling an exception')
  expect({ code, stderr }).toEqual({ code: 7, stderr: expect.stringContaining('Error: second') })
})

test('a rejection that nobody handles ends the program as without us', async () => {
  const receiver = await startReceiver()
  const { code, stderr } = await run(receiver.url, 'rejection')
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('TypeError: nobody waits for this') })
  expect(namesAt(receiver)).toEqual(['invoke_agent support', 'invoke_agent later'])
})

test("the application's own listener decides: what it does while closing arrives too", async () => {
  const receiver = await startReceiver()
  expect(await run(receiver.url, 'graceful end', 'SIGTERM')).toEqual({ code: 0, signal: null, stderr: '' })
  expect(namesAt(receiver).sort()).toEqual(['invoke_agent support', 'invoke_agent while closing'])
})

test('a listener that wants the program to stay is obeyed', async () => {
  const receiver = await startReceiver()
  const { child, end } = begin(receiver.url, 'listener that stays')
  await once(child, 'message')
  child.kill('SIGTERM')
  expect(await once(child, 'message')).toEqual(['still here', undefined])
  await receiver.reached(1)
  expect(child.exitCode).toBe(null)
  child.kill('SIGKILL')
  expect(await end).toMatchObject({ signal: 'SIGKILL' })
})

test('work that another listener starts before the end is delivered as well', async () => {
  const receiver = await startReceiver()
  expect(await run(receiver.url, 'more work before the end')).toEqual({ code: 0, signal: null, stderr: '' })
  expect(namesAt(receiver)).toEqual(['invoke_agent support', 'invoke_agent second'])
})

test.each<[string, 'SIGTERM' | null, number | null, string | null, string]>([
  ['normal', null, 0, null, 'connection refused, and the process ended'],
  ['process.exit', null, 3, null, 'the process ended at once'],
  ['signal', 'SIGTERM', null, 'SIGTERM', 'connection refused, and the process ended'],
  ['known to be away', null, 0, null, 'connection refused, and the process ended'],
])(
  'with nobody to deliver to, a program that ends by %s (%s) says once what it lost',
  async (ending, signal, code, by, reason) => {
    const receiver = await startReceiver()
    await receiver.close()
    expect(await run(receiver.url, ending, signal)).toEqual({
      code,
      signal: by,
      stderr: `agent-flywheel: 1 span lost on the way to ${receiver.url}/v1/traces (${reason}). Is the processor running there? The address is option \`url\`, or OTEL_EXPORTER_OTLP_ENDPOINT.\n`,
    })
  },
)

test('a receiver that never answers holds no end up for long', async () => {
  const receiver = await startReceiver(() => undefined)
  // Without a limit of our own this would be the ten seconds of the request; the test's own limit is the judge.
  const [normal, exit, signal] = await Promise.all([
    run(receiver.url, 'normal'),
    run(receiver.url, 'process.exit'),
    run(receiver.url, 'signal', 'SIGTERM'),
  ])
  expect([normal.code, exit.code, signal.signal]).toEqual([0, 3, 'SIGTERM'])
}, 9_000)
