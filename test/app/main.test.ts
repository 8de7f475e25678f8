import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Processor } from '../helpers/processor.ts'
import { trace } from '@opentelemetry/api'

let dataDir = ''
let processor: Processor | null = null

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'flywheel-main-'))
})

afterEach(async () => {
  await processor?.end('SIGKILL')
  processor = null
  rmSync(dataDir, { recursive: true })
})

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function runMain(env: Readonly<Record<string, string>>): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['src/main.ts'], {
      env: { PATH: process.env['PATH'], FLYWHEEL_DATA_DIR: dataDir, ...env },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('exit', (code) => resolve({ code, stdout, stderr }))
  })
}

test('a value that cannot be read ends the start with the setting, what was expected and what came', async () => {
  expect(await runMain({ FLYWHEEL_SETTLE_MS: 'soon' })).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/FLYWHEEL_SETTLE_MS: expected .+ got "soon"/),
  })
})

test('a taken port is explained with the Collector that may hold it and the way to sit behind it', async () => {
  const holder = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => holder.once('listening', resolve))
  const address = holder.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const ended = await runMain({ FLYWHEEL_PORT: String(port) })
  holder.close()
  expect(ended).toEqual({
    code: 2,
    stdout: '',
    stderr:
      `FLYWHEEL_PORT=${port}: another program listens there. Set FLYWHEEL_PORT to a free port, for instance ${port + 1}; ` +
      `if it is an OpenTelemetry Collector (4318 is its default), let it export to http://127.0.0.1:${port + 1}.\n`,
  })
})

test('a data folder that cannot be one, and an address of another machine, are named with their setting', async () => {
  expect((await runMain({ FLYWHEEL_PORT: '0', FLYWHEEL_DATA_DIR: join(process.cwd(), 'package.json') })).stderr).toMatch(
    /^FLYWHEEL_DATA_DIR=.+package\.json: expected a folder that can be created and written \(EEXIST\)\.\n$/,
  )
  expect(await runMain({ FLYWHEEL_PORT: '0', FLYWHEEL_HOST: '192.0.2.1', FLYWHEEL_INSECURE: '1' })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'FLYWHEEL_HOST=192.0.2.1: expected an address of this machine to listen on (EADDRNOTAVAIL).\n',
  })
})

test('a second process on the same data is refused', async () => {
  processor = await Processor.create({ FLYWHEEL_DATA_DIR: dataDir })
  await processor.start()
  const second = await runMain({ FLYWHEEL_PORT: '0' })
  expect(second).toEqual({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^FLYWHEEL_DATA_DIR=.+ in use by another process/),
  })
})

test('when its data is deleted under it the processor ends and says so instead of answering 200 for nothing', async () => {
  processor = await Processor.create({ FLYWHEEL_DATA_DIR: dataDir })
  await processor.start()
  rmSync(join(dataDir, 'log.db'))
  await vi.waitUntil(() => processor?.stderr.includes('log.db was removed while the processor was running'), { timeout: 10_000 })
})

test('an agent with standard OpenTelemetry is seen on /metrics and in the API, and still is after a clean stop and start', async () => {
  const running = await Processor.create({
    FLYWHEEL_DATA_DIR: dataDir,
    FLYWHEEL_SETTLE_MS: '200',
    FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
  })
  processor = running
  await running.start()
  await runAgent(running.url)
  const counted =
    'flywheel_llm_calls_total{service_name="weather-bot",environment="",agent="weather",step="chat",provider="openai",model="gpt-4o-mini-2024-07-18",outcome="ok"} 1'
  await vi.waitUntil(async () => (await text(`${running.url}/metrics`)).includes(counted), { timeout: 10_000, interval: 100 })
  const page = await vi.waitUntil(async () => listOf(await text(`${running.url}/api/runs`)), { timeout: 10_000, interval: 100 })
  expect(page).toEqual([
    expect.objectContaining({
      service: 'weather-bot',
      agent: 'weather',
      conversationId: 'talk-7',
      userId: 'user-3',
      outcome: 'ok',
      usage: { inputTokens: 1000, outputTokens: 100, cacheReadTokens: 800, cacheWriteTokens: null, reasoningTokens: null },
      // 200 tokens at 0.15, 800 cached at 0.075 and 100 at 0.60 USD per million.
      costUsd: 0.00015,
      unpricedCalls: 0,
      llmCalls: 1,
      toolCalls: 0,
    }),
  ])
  expect(await running.end('SIGTERM')).toBe(0)
  await running.start()
  expect(await text(`${running.url}/metrics`)).toContain(counted)
  await running.end('SIGTERM')
  expect(running.stderr).toBe('')
})

/** Nothing of ours: the SDK and exporter that any agent would use. */
async function runAgent(url: string): Promise<void> {
  const sdk = new NodeSDK({
    serviceName: 'weather-bot',
    traceExporter: new OTLPTraceExporter({ url: `${url}/v1/traces` }),
    instrumentations: [],
  })
  sdk.start()
  const tracer = trace.getTracer('weather-bot')
  tracer.startActiveSpan('invoke_agent weather', (agent) => {
    agent.setAttributes({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'weather',
      'gen_ai.conversation.id': 'talk-7',
      'user.id': 'user-3',
    })
    tracer.startActiveSpan('chat gpt-4o-mini', (call) => {
      call.setAttributes({
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.response.model': 'gpt-4o-mini-2024-07-18',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.cache_read.input_tokens': 800,
        'gen_ai.usage.output_tokens': 100,
        'gen_ai.response.finish_reasons': ['stop'],
      })
      call.end()
    })
    agent.end()
  })
  await sdk.shutdown()
}

async function text(url: string): Promise<string> {
  return (await fetch(url)).text()
}

function listOf(json: string): readonly unknown[] | null {
  const { runs } = JSON.parse(json) as { readonly runs: readonly unknown[] }
  return runs.length === 0 ? null : runs
}
