import { context, trace } from '@opentelemetry/api'
import { NodeSDK } from '@opentelemetry/sdk-node'
import { InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { expect, onTestFinished, test, vi } from 'vitest'
import {
  agent,
  flush,
  FlywheelSpanProcessor,
  type FlywheelSpanProcessorOptions,
  start,
  step,
  withContext,
} from '../../src/sdk/index.ts'
import { startReceiver } from './receiver.ts'
import { startSdk } from './run-sdk.ts'

/** OpenTelemetry as an application has set it up for itself, with our processor beside its own. */
function startExisting(options: FlywheelSpanProcessorOptions | null): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter()
  const ours = options === null ? [] : [new FlywheelSpanProcessor(options)]
  const sdk = new NodeSDK({
    spanProcessors: [new SimpleSpanProcessor({ exporter }), ...ours],
    metricReaders: [],
    logRecordProcessors: [],
  })
  sdk.start()
  onTestFinished(async () => {
    await sdk.shutdown()
    trace.disable()
    context.disable()
  })
  return exporter
}

/** What is written to stderr while `run` runs. */
function saidBy(run: () => void): string {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    run()
    return write.mock.calls.map(([line]) => String(line)).join('')
  } finally {
    write.mockRestore()
  }
}

function names(exporter: InMemorySpanExporter): string[] {
  return exporter.getFinishedSpans().map(({ name }) => name)
}

test('the processor stamps the spans of an existing set-up and leaves sending to it', async () => {
  const exporter = startExisting({})
  withContext({ conversationId: 'c-1' }, () => step('answer', () => 1))
  await flush()
  expect(exporter.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
    { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'answer', 'gen_ai.conversation.id': 'c-1' },
  ])
})

test('asked to, it also sends them to the flywheel, beside what is there', async () => {
  const receiver = await startReceiver()
  const exporter = startExisting({ url: receiver.url, quiet: true })
  agent('support', () => 1)
  expect(await flush()).toBe(true)
  expect(names(exporter)).toEqual(['invoke_agent support'])
  expect(receiver.spans().map(({ name }) => name)).toEqual(['invoke_agent support'])
})

test("flush flushes a set-up that is not ours through OpenTelemetry's interface", async () => {
  const exporter = startExisting(null)
  const forceFlush = vi.spyOn(exporter, 'forceFlush')
  expect(await flush()).toBe(true)
  expect(forceFlush).toHaveBeenCalled()
})

test('start beside an existing set-up changes nothing and says what to do', async () => {
  const exporter = startExisting(null)
  const said = saidBy(() => start({ service: 'second' }))
  expect(said).toBe(
    'agent-flywheel: OpenTelemetry is already set up, so start() changed nothing. Add `new FlywheelSpanProcessor({ export: true })` to the span processors of that set-up, or call start() first and leave the other one out.\n',
  )
  agent('support', () => 1)
  await flush()
  expect(names(exporter)).toEqual(['invoke_agent support'])
})

test('a second start is the first one, and says so', async () => {
  const { flywheel } = await startSdk()
  const said = saidBy(() => expect(start({ service: 'other' })).toBe(flywheel))
  expect(said).toBe(
    'agent-flywheel: start() was called again; the first call stands. To change options, await shutdown() of the first one before.\n',
  )
})

test('after a shutdown there can be another start', async () => {
  const first = await startSdk()
  await first.flywheel.shutdown()
  const second = await startSdk()
  step('s', () => 1)
  await second.flywheel.flush()
  expect([first.receiver.spans().length, second.receiver.spans().length]).toEqual([0, 1])
})

test.each([
  ['OTEL_SDK_DISABLED', 'true', []],
  ['OTEL_TRACES_EXPORTER', 'none', []],
  ['OTEL_TRACES_SAMPLER', 'always_off', []],
  ['OTEL_TRACES_EXPORTER', 'otlp', ['invoke_workflow s']],
])('%s=%s is respected', async (name, value, expected) => {
  vi.stubEnv(name, value)
  try {
    const { flywheel, receiver } = await startSdk()
    expect(step('s', () => 'ran')).toBe('ran')
    await flywheel.flush()
    expect(receiver.spans().map((span) => span.name)).toEqual(expected)
  } finally {
    vi.unstubAllEnvs()
  }
})

test('options that make no sense do not stop the application', () => {
  vi.stubEnv('OTEL_TRACES_EXPORTER', 'otlp')
  const said = saidBy(() => {
    const flywheel = start({ instrumentations: [{ broken: true }] as never, flushOnExit: false })
    onTestFinished(() => flywheel.shutdown())
  })
  vi.unstubAllEnvs()
  expect(said).toContain('agent-flywheel: could not start, the application runs without tracing')
  expect(step('s', () => 'ran')).toBe('ran')
})
