/**
 * The application under test: an agent behind HTTP that asks a model three times, runs two tools and parses an answer for each request. Started with
 * `off` it holds no line of the SDK, with `stock` OpenTelemetry's own batching and exporter take the place of ours, with `nowhere` spans are made
 * and not sent; the work is the same.
 */
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { SpanKind, trace } from '@opentelemetry/api'

const [mode = 'off', modelUrl = '', flywheelUrl = '', spansPerSecond = '0'] = process.argv.slice(2)
const isOn = mode !== 'off'
const sdk = isOn ? await import('../../src/sdk/index.ts') : null
if (mode === 'stock' || mode === 'nowhere') await startStock(mode === 'stock')
else sdk?.start({ service: `bench-${mode}`, release: '1.0.0', url: flywheelUrl, captureContent: false, quiet: true })

async function startStock(isSending: boolean): Promise<void> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const exporter = new OTLPTraceExporter({ url: `${flywheelUrl}/v1/traces` })
  const done = (): Promise<void> => Promise.resolve()
  const nowhere = { onStart: () => {}, onEnd: () => {}, forceFlush: done, shutdown: done }
  const spanProcessors = [isSending ? new BatchSpanProcessor({ exporter }) : nowhere]
  new NodeSDK({ spanProcessors, logRecordProcessors: [], metricReaders: [] }).start()
}

let failures = 0
process.on('uncaughtException', () => (failures += 1))
process.on('unhandledRejection', () => (failures += 1))

interface Completion {
  readonly id: string
  readonly model: string
  readonly choices: readonly { readonly finish_reason: string; readonly message: { readonly content: string } }[]
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number }
}

const tracer = trace.getTracer('bench-instrumentation')

/** As an instrumentation of a model client does it. */
async function chat(messages: readonly object[]): Promise<string> {
  if (!isOn) return answerOf(await complete(messages))
  const attributes = { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-4o-mini' }
  return tracer.startActiveSpan('chat gpt-4o-mini', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const completion = await complete(messages)
      span.setAttributes({
        'gen_ai.response.id': completion.id,
        'gen_ai.response.model': completion.model,
        'gen_ai.response.finish_reasons': completion.choices.map((choice) => choice.finish_reason),
        'gen_ai.usage.input_tokens': completion.usage.prompt_tokens,
        'gen_ai.usage.output_tokens': completion.usage.completion_tokens,
      })
      return answerOf(completion)
    } finally {
      span.end()
    }
  })
}

async function complete(messages: readonly object[]): Promise<Completion> {
  const response = await fetch(modelUrl, { method: 'POST', body: JSON.stringify({ model: 'gpt-4o-mini', messages }) })
  return (await response.json()) as Completion
}

function answerOf(completion: Completion): string {
  return completion.choices[0]?.message.content ?? ''
}

const identity = {
  withContext: <T>(_fields: unknown, fn: () => T): T => fn(),
  agent: <T>(_name: string, fn: () => T): T => fn(),
  step: <T>(_name: string, fn: () => T): T => fn(),
  tool: <T>(_call: unknown, fn: () => T): T => fn(),
  parse: <T>(_options: unknown, fn: () => T): T => fn(),
}
const { withContext, agent, step, tool, parse } = sdk ?? identity

async function serve(conversation: string): Promise<object> {
  return withContext({ conversationId: conversation, userId: 'user-17' }, () =>
    agent('support', async () => {
      const messages = Array.from({ length: 8 }, (_, index) => ({
        role: index % 2 === 0 ? 'user' : 'assistant',
        content: 'where is my parcel '.repeat(12),
      }))
      const intent = await step('classify', async () => {
        const answer = await chat(messages)
        return parse({ format: 'json' }, () => JSON.parse(answer) as { intent: string })
      })
      const order = await tool({ name: 'lookup_order', arguments: { conversation, intent } }, () => lookUp(conversation))
      const plan = await step('plan', () => chat([...messages, { role: 'tool', content: JSON.stringify(order) }]))
      const parcel = await tool({ name: 'track_parcel', arguments: { order } }, () => lookUp(plan))
      const answer = await step('answer', () => chat([...messages, { role: 'tool', content: JSON.stringify(parcel) }]))
      return { intent, order, answer }
    }),
  )
}

async function lookUp(key: string): Promise<object> {
  await sleep(1)
  return {
    key: key.slice(0, 16),
    state: 'shipped',
    lines: Array.from({ length: 20 }, (_, line) => ({ line, article: `article ${line}`, price: 9.5 })),
  }
}

const server = createServer((request, response) => {
  if (request.url === '/state') {
    const { user, system } = process.cpuUsage()
    response.end(JSON.stringify({ failures, cpuMs: (user + system) / 1_000 }))
    return
  }
  serve(request.url ?? '').then(
    (answer) => response.setHeader('content-type', 'application/json').end(JSON.stringify(answer)),
    (error: unknown) => response.writeHead(500).end(String(error)),
  )
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : null })
})

// A part of the application that makes many spans. Paused with the load, or it would disturb the other applications' turns.
let isBursting = false
process.on('message', (message: { readonly bursting: boolean }) => (isBursting = message.bursting))
const perTick = Number(spansPerSecond) / 100
if (perTick > 0) {
  setInterval(() => {
    if (!isBursting) return
    for (let index = 0; index < perTick; index += 1) {
      tool({ name: 'read_cell', callId: `call-${index}` }, () => index)
    }
  }, 10)
}
process.on('disconnect', () => process.exit(0))
