import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { context, logs, SeverityNumber } from '@opentelemetry/api'
import { isTracingSuppressed } from '@opentelemetry/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { Body } from '../../src/sdk/delivery/body.ts'
import { Courier } from '../../src/sdk/delivery/courier.ts'
import type { Reply } from '../../src/sdk/delivery/post.ts'
import { targetOf } from '../../src/sdk/delivery/target.ts'
import { createVoice, type Voice } from '../../src/sdk/delivery/voice.ts'
import { flush, flushAfter, step, tool } from '../../src/sdk/index.ts'
import { startReceiver, taken } from './receiver.ts'
import { startSdk } from './run-sdk.ts'

test('a burst of 10,000 spans in one go arrives whole while the receiver is up', async () => {
  const { flywheel, receiver } = await startSdk()
  for (let index = 0; index < 10_000; index += 1) tool({ name: 'read_cell', callId: `call-${index}` }, () => index)
  expect(await flywheel.flush()).toBe(true)
  const ids = new Set(receiver.spans().map(({ attributes }) => attributes['gen_ai.tool.call.id']))
  expect(ids.size).toBe(10_000)
  expect(receiver.spans().length).toBe(10_000)
})

test('spans say who sends them', async () => {
  const { flywheel, receiver } = await startSdk({ service: 'shop', release: '1.4.2', environment: 'staging', token: 'secret' })
  step('s', () => 1)
  await flywheel.flush()
  expect(receiver.spans()[0]?.resource).toMatchObject({
    'service.name': 'shop',
    'service.version': '1.4.2',
    'deployment.environment.name': 'staging',
    'service.instance.id': expect.any(String),
    'telemetry.sdk.language': 'nodejs',
  })
  expect(Object.keys(receiver.spans()[0]?.resource ?? {}).filter((key) => /^(?:process|host|os)\./.test(key))).toEqual([])
  expect(receiver.received[0]?.headers).toMatchObject({
    authorization: 'Bearer secret',
    'content-type': 'application/x-protobuf',
    'user-agent': 'agent-flywheel-sdk',
  })
})

test('log records go the same way: instrumentations say in them what was asked and answered', async () => {
  const { flywheel, receiver } = await startSdk()
  logs
    .getLogger('instrumentation')
    .emit({ eventName: 'gen_ai.choice', severityNumber: SeverityNumber.INFO, body: { message: { content: 'hello' } } })
  expect(await flywheel.flush()).toBe(true)
  expect(receiver.logBodies()).toEqual([{ message: { content: 'hello' } }])
})

test('JSON and gzip are sent where the variables ask for it', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json')
  vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip')
  try {
    const { flywheel, receiver } = await startSdk()
    step('s', () => 1)
    await flywheel.flush()
    expect(receiver.received[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'content-encoding': 'gzip' })
    expect(receiver.spans().map(({ name }) => name)).toEqual(['invoke_workflow s'])
  } finally {
    vi.unstubAllEnvs()
  }
})

test('spans that the receiver says it did not take are not delivered', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json')
  try {
    const { flywheel, receiver } = await startSdk()
    const partialSuccess = { rejectedSpans: '1', errorMessage: 'span 1 has no trace id' }
    receiver.answer = (response) => response.end(JSON.stringify({ partialSuccess }))
    step('s', () => 1)
    expect(await flywheel.flush()).toBe(false)
    expect(await flywheel.flush()).toBe(true)
  } finally {
    vi.unstubAllEnvs()
  }
})

test('the variables of the batch processor bound how much waits and how much goes at once', async () => {
  vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '4')
  vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '2')
  try {
    const { flywheel, receiver } = await startSdk()
    for (const name of ['a', 'b', 'c', 'd', 'e']) step(name, () => 1)
    expect(await flywheel.flush()).toBe(true)
    expect(receiver.received.length).toBe(2)
    expect(receiver.spans().map(({ name }) => name.slice(-1))).toEqual(['a', 'b', 'c', 'd'])
  } finally {
    vi.unstubAllEnvs()
  }
})

test('what a receiver is too busy for stays here and is sent again, byte for byte', async () => {
  const { flywheel, receiver } = await startSdk()
  receiver.answer = (response) => response.writeHead(503).end()
  step('s', () => 1)
  expect(await flywheel.flush()).toBe(false)
  receiver.answer = taken
  expect(await flywheel.flush()).toBe(true)
  expect(receiver.received.length).toBe(2)
  expect(receiver.received[1]?.body).toEqual(receiver.received[0]?.body)
})

test.each<[string, number]>([
  ['a wrong token', 401],
  ['a wrong address', 404],
  ['a body that is too large', 413],
])('%s is said by flush, and is not tried for ever', async (_, status) => {
  const { flywheel, receiver } = await startSdk()
  receiver.answer = (response) => response.writeHead(status).end()
  step('s', () => 1)
  expect(await flywheel.flush()).toBe(false)
  expect(await flywheel.flush()).toBe(true)
  expect(receiver.received.length).toBe(1)
})

test('a receiver that resets connections or is not there makes flush say so at once', async () => {
  const { flywheel, receiver } = await startSdk()
  receiver.answer = (response) => response.socket?.resetAndDestroy()
  step('s', () => 1)
  expect(await flywheel.flush()).toBe(false)
  await receiver.close()
  expect(await flywheel.flush()).toBe(false)
})

test('what waited while the receiver was away arrives when it is back', async () => {
  const { flywheel, receiver } = await startSdk()
  const port = Number(new URL(receiver.url).port)
  await receiver.close()
  step('while away', () => 1)
  expect(await flywheel.flush()).toBe(false)
  step('still away', () => 1)
  const back = await startReceiver(taken, port)
  // Nobody flushes: the pause of about a second ends by itself.
  await back.reached(1)
  expect(await flywheel.flush()).toBe(true)
  expect(back.spans().map(({ name }) => name)).toEqual(['invoke_workflow while away', 'invoke_workflow still away'])
})

test('a handler wrapped for serverless gives its answer when its spans have arrived, also when it throws', async () => {
  const { receiver } = await startSdk()
  const handler = flushAfter(async (event: { readonly fail: boolean }) => {
    step('handle', () => 1)
    if (event.fail) throw new Error('no stock')
    return 'done'
  })
  expect(await handler({ fail: false })).toBe('done')
  expect(receiver.spans().length).toBe(1)
  await expect(handler({ fail: true })).rejects.toThrow('no stock')
  expect(receiver.spans().length).toBe(2)
})

test('flush without a set-up has nothing to do', async () => {
  expect(await flush()).toBe(true)
})

test('our own requests make no spans: instrumentations of HTTP are told to look away', async () => {
  const { flywheel } = await startSdk()
  const isSuppressed: boolean[] = []
  const onRequest = (): void => void isSuppressed.push(isTracingSuppressed(context.active()))
  subscribe('http.client.request.start', onRequest)
  onTestFinished(() => void unsubscribe('http.client.request.start', onRequest))
  step('s', () => 1)
  await flywheel.flush()
  expect(isSuppressed).toEqual([true])
})

/** A body of plain numbers: each takes as many bytes as it says. Zero cannot be encoded. */
function bodyOfNumbers(): Body<number> {
  let numbers: number[] = []
  return {
    get items() {
      return numbers.length
    },
    get bytes() {
      return numbers.reduce((sum, number) => sum + number, 0)
    },
    add: (number) => {
      if (number === 0) throw new Error('zero')
      numbers.push(number)
    },
    undo: () => void numbers.pop(),
    take: () => {
      const body = Uint8Array.from(numbers)
      numbers = []
      return body
    },
  }
}

/** A courier of plain numbers whose posts are answered by hand. */
function courierOfNumbers(limits: { maxItems: number; maxBytes: number; batchItems: number; batchBytes: number }): {
  readonly courier: Courier<number>
  readonly posted: number[][]
  readonly answers: ((reply: Reply) => void)[]
  readonly said: string[]
} {
  const posted: number[][] = []
  const answers: ((reply: Reply) => void)[] = []
  const said: string[] = []
  const voice: Voice = { ...voiceOf(said, () => 0), lost: (items, reason) => said.push(`lost ${items}: ${reason}`) }
  const courier = new Courier<number>({
    ...limits,
    target: targetOf('TRACES', {}, {}),
    body: bodyOfNumbers(),
    rejected: () => ({ items: 0, message: '' }),
    post: (body) => {
      posted.push([...body])
      return new Promise((resolve) => answers.push(resolve))
    },
    voice,
    delayMs: 3_600_000,
    maxInFlight: 2,
  })
  return { courier, posted, answers, said }
}

function voiceOf(lines: string[], nowMs: () => number): Voice {
  return createVoice({
    what: 'spans',
    url: 'http://flywheel/v1/traces',
    isQuiet: false,
    limiter: { saidAtMs: Number.NEGATIVE_INFINITY },
    print: (line) => lines.push(line),
    nowMs,
  })
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

async function turns(count: number): Promise<void> {
  for (let done = 0; done < count; done += 1) await turn()
}

const answered: Reply = { kind: 'taken', body: new Uint8Array() }

test('batches leave when they are full, in count or in size, two at a time', async () => {
  const { courier, posted, answers } = courierOfNumbers({
    maxItems: 100,
    maxBytes: 1_000,
    batchItems: 3,
    batchBytes: 50,
  })
  for (const item of [1, 2, 3, 4, 40, 20, 6]) courier.add(item)
  expect(posted).toEqual([])
  await turns(10)
  expect(posted).toEqual([
    [1, 2, 3],
    [4, 40],
  ])
  const flushed = courier.flush(60_000)
  answers[0]?.(answered)
  await turns(10)
  expect(posted[2]).toEqual([20, 6])
  answers[1]?.(answered)
  answers[2]?.(answered)
  expect(await flushed).toBe(true)
  expect(courier.items).toBe(0)
})

test('what does not fill a batch waits in it while others are under way, and is one body when its time comes', async () => {
  const { courier, posted, answers } = courierOfNumbers({ maxItems: 100, maxBytes: 1_000, batchItems: 3, batchBytes: 500 })
  for (const item of [1, 2, 3, 4, 5, 6, 7]) courier.add(item)
  await turn()
  const flushed = courier.flush(60_000)
  courier.add(8)
  await turn()
  expect(posted).toEqual([
    [1, 2, 3],
    [4, 5, 6],
  ])
  answers[0]?.(answered)
  await turn()
  expect(posted[2]).toEqual([7, 8])
  answers[1]?.(answered)
  answers[2]?.(answered)
  expect(await flushed).toBe(true)
})

test('an item that does not fit starts the next batch; one larger than a batch goes alone', async () => {
  const { courier, posted, answers } = courierOfNumbers({ maxItems: 100, maxBytes: 1_000, batchItems: 10, batchBytes: 50 })
  for (const item of [30, 10, 20, 90, 5]) courier.add(item)
  const flushed = courier.flush(60_000)
  for (let place = 0; place < 4; place += 1) {
    await turn()
    answers[place]?.(answered)
  }
  expect(await flushed).toBe(true)
  expect(posted).toEqual([[30, 10], [20], [90], [5]])
})

test('an item that cannot be encoded is counted and harms nobody else', async () => {
  const { courier, posted, said } = courierOfNumbers({ maxItems: 100, maxBytes: 1_000, batchItems: 10, batchBytes: 50 })
  for (const item of [1, 0, 2]) courier.add(item)
  void courier.flush(60_000)
  expect({ posted, said, items: courier.items }).toEqual({
    posted: [[1, 2]],
    said: ['lost 1: they could not be encoded'],
    items: 2,
  })
})

test('what is left at the end is handed out whole, also what is open or under way', async () => {
  const { courier, posted } = courierOfNumbers({ maxItems: 100, maxBytes: 1_000, batchItems: 4, batchBytes: 500 })
  for (const item of [1, 2, 3, 4, 5, 6, 7, 8, 9]) courier.add(item)
  await turn()
  expect(posted).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ])
  const { bodies } = courier.takeAll()
  expect(bodies.map((body) => [...body])).toEqual([[1, 2, 3, 4], [5, 6, 7, 8], [9]])
})

test('memory is bounded in count and in size: what does not fit is counted and said', async () => {
  const { courier, said } = courierOfNumbers({ maxItems: 3, maxBytes: 100, batchItems: 10, batchBytes: 50 })
  for (const item of [1, 2, 99]) courier.add(item)
  await turn()
  for (const item of [3, 4]) courier.add(item)
  expect(courier.items).toBe(3)
  expect(said).toEqual(['lost 1: 2 already waited', 'lost 1: 3 already waited'])
})

test('while nobody answers, one request at a time asks, and what was under way goes first when somebody does', async () => {
  const { courier, posted, answers } = courierOfNumbers({
    maxItems: 100,
    maxBytes: 1_000,
    batchItems: 1,
    batchBytes: 50,
  })
  for (const item of [1, 2, 3]) courier.add(item)
  await turn()
  await turn()
  expect(posted).toEqual([[1], [2]])
  answers[1]?.({ kind: 'later', reason: 'connection refused', afterMs: null })
  answers[0]?.({ kind: 'later', reason: 'connection refused', afterMs: null })
  await turn()
  expect({ posted: posted.length, isFailing: courier.isFailing }).toEqual({ posted: 2, isFailing: true })
  const flushed = courier.flush(60_000)
  expect(posted).toEqual([[1], [2], [1]])
  answers[2]?.(answered)
  await turn()
  await turn()
  expect(posted.slice(3)).toEqual([[2], [3]])
  answers[3]?.(answered)
  answers[4]?.(answered)
  expect(await flushed).toBe(true)
  expect(courier.isFailing).toBe(false)
})

test('the voice speaks once a minute, and at the end of what it held back', () => {
  const lines: string[] = []
  let nowMs = 0
  const voice = voiceOf(lines, () => nowMs)
  voice.waiting(12, 'connection refused')
  voice.waiting(40, 'connection refused')
  voice.lost(1, 'connection refused')
  nowMs = 60_000
  voice.lost(2, 'HTTP 401')
  voice.lost(4, 'HTTP 401')
  voice.finish()
  voice.finish()
  expect(lines).toEqual([
    'agent-flywheel: cannot deliver to http://flywheel/v1/traces (connection refused); 12 spans waiting. Is the processor running there? The address is option `url`, or OTEL_EXPORTER_OTLP_ENDPOINT.\n',
    'agent-flywheel: 3 spans lost on the way to http://flywheel/v1/traces (HTTP 401). Check the token (option `token`, or OTEL_EXPORTER_OTLP_HEADERS).\n',
    'agent-flywheel: 4 spans lost on the way to http://flywheel/v1/traces (HTTP 401). Check the token (option `token`, or OTEL_EXPORTER_OTLP_HEADERS).\n',
  ])
  expect(voice.lostItems).toBe(7)
})
