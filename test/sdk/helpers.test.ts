import { expect, test } from 'vitest'
import { agent, currentTraceId, parse, type ParseFormat, retrieval, step, tool, withContext } from '../../src/sdk/index.ts'
import { startSdk } from './run-sdk.ts'

/** Name, status and attributes of the spans that came, parents after their children. */
async function sent(run: () => unknown, options: Parameters<typeof startSdk>[0] = {}): Promise<unknown[]> {
  const { flywheel, receiver } = await startSdk(options)
  // Also what throws at once.
  await new Promise((resolve) => resolve(run())).catch(() => undefined)
  expect(await flywheel.flush()).toBe(true)
  return receiver.spans().map(({ name, status, attributes }) => ({ name, status, attributes }))
}

test('an agent, its steps, tools and look-ups are spans of the GenAI conventions, with who is served on each of them', async () => {
  const spans = await sent(
    () =>
      withContext({ conversationId: 'c-1', userId: 'u-1', release: '1.4.2', promptName: 'greeting', promptVersion: '7' }, () =>
        agent('support', () =>
          step('act', async () => {
            await tool({ name: 'lookup_order', callId: 'call_1', arguments: { id: 17 } }, async () => ({ state: 'paid' }))
            await retrieval({ source: 'help-center', query: 'refund' }, async () => ['a', 'b'])
          }),
        ),
      ),
    { captureContent: true },
  )
  const stamps = {
    'gen_ai.conversation.id': 'c-1',
    'user.id': 'u-1',
    'gen_ai.agent.name': 'support',
    'gen_ai.agent.version': '1.4.2',
    'gen_ai.prompt.name': 'greeting',
    'gen_ai.prompt.version': '7',
  }
  expect(spans).toEqual([
    {
      name: 'execute_tool lookup_order',
      status: 'unset',
      attributes: {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'lookup_order',
        'gen_ai.tool.call.id': 'call_1',
        'gen_ai.tool.call.arguments': '{"id":17}',
        'gen_ai.tool.call.result': '{"state":"paid"}',
        ...stamps,
      },
    },
    {
      name: 'retrieval help-center',
      status: 'unset',
      attributes: {
        'gen_ai.operation.name': 'retrieval',
        'gen_ai.data_source.id': 'help-center',
        'gen_ai.retrieval.query.text': 'refund',
        'flywheel.retrieval.document.count': 2,
        ...stamps,
      },
    },
    {
      name: 'invoke_workflow act',
      status: 'unset',
      attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.workflow.name': 'act', ...stamps },
    },
    {
      name: 'invoke_agent support',
      status: 'unset',
      attributes: { 'gen_ai.operation.name': 'invoke_agent', ...stamps },
    },
  ])
})

test('without content capture, hashes stand for arguments and results: equal for equal values, different for others', async () => {
  const spans = await sent(() => {
    tool({ name: 'a', arguments: { id: 17 } }, () => ['paid'])
    tool({ name: 'b', arguments: { id: 17 } }, () => ['paid'])
    tool({ name: 'c', arguments: { id: 18 } }, () => ['open'])
    retrieval({ source: 'help-center', query: 'refund' }, () => [])
  })
  const attributes = spans.map((span) => (span as { attributes: Record<string, unknown> }).attributes)
  const hashes = attributes.map((own) => [own['flywheel.tool.call.arguments.hash'], own['flywheel.tool.call.result.hash']])
  expect(hashes[0]).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), expect.stringMatching(/^[0-9a-f]{32}$/)])
  expect(hashes[1]).toEqual(hashes[0])
  expect(hashes[2]?.[0]).not.toBe(hashes[0]?.[0])
  expect(hashes[2]?.[1]).not.toBe(hashes[0]?.[1])
  expect(JSON.stringify(spans)).not.toMatch(/paid|open|refund/)
})

test.each<[string, () => unknown, unknown]>([
  ['an answer that parses', () => parse({ format: 'json' }, () => JSON.parse('{}')), { outcome: 'ok', status: 'unset' }],
  [
    'an answer that needed a fix',
    () =>
      parse({ format: 'fenced_json' }, (attempt) => {
        attempt.repaired()
        return {}
      }),
    { outcome: 'repaired', status: 'unset' },
  ],
  [
    'an answer that does not parse',
    () => parse({ format: 'json' }, () => JSON.parse('{"id": 17')),
    { outcome: 'failed', status: `error: Expected ',' or '}' after property value in JSON at position 9 (line 1 column 10)` },
  ],
  [
    'an answer that breaks its schema, found out later',
    () => parse({ format: 'yaml' }, () => Promise.reject(new TypeError('orderId: expected a number'))),
    { outcome: 'failed', status: 'error: orderId: expected a number' },
  ],
])('%s is one parse attempt', async (_, run, expected) => {
  const [span] = (await sent(run, { captureContent: true })) as { status: string; attributes: Record<string, unknown> }[]
  expect({ outcome: span?.attributes['flywheel.parse.outcome'], status: span?.status }).toEqual(expected)
})

test('what JSON.parse quotes of an answer stays here when content is not sent', async () => {
  const [span] = (await sent(() => parse({ format: 'json' }, () => JSON.parse('Sure, Mrs Example')))) as { status: string }[]
  expect(span?.status).toBe('error: Unexpected token "…", "…" is not valid JSON')
})

test('a format that does not exist is text', async () => {
  const [span] = (await sent(() => parse({ format: 'toml' as ParseFormat }, () => 1))) as {
    attributes: Record<string, unknown>
  }[]
  expect(span).toMatchObject({ name: 'parse text', attributes: { 'flywheel.parse.format': 'text' } })
})

class RateLimitError extends Error {}

test.each<[string, unknown, Record<string, unknown>]>([
  ['an error', new TypeError('no such order'), { status: 'error: no such order', type: 'TypeError' }],
  [
    'an error whose class alone says what it is',
    new RateLimitError('slow down'),
    { status: 'error: slow down', type: 'RateLimitError' },
  ],
  ['a string', 'out of stock', { status: 'error: out of stock', type: '_OTHER' }],
  ['nothing', undefined, { status: 'error: ', type: '_OTHER' }],
])('%s that is thrown marks the span and reaches the caller as it is', async (_, thrown, expected) => {
  const { flywheel, receiver } = await startSdk()
  const caught: unknown[] = []
  try {
    tool({ name: 'sync' }, () => {
      throw thrown
    })
  } catch (error) {
    caught.push(error)
  }
  await agent('async', () => Promise.reject(thrown)).catch((error: unknown) => caught.push(error))
  await flywheel.flush()
  expect(caught).toEqual([thrown, thrown])
  expect(caught[0]).toBe(thrown)
  const said = receiver.spans().map(({ status, attributes }) => ({ status, type: attributes['error.type'] }))
  expect(said).toEqual([expected, expected])
})

test('values pass through unchanged, whatever they are', async () => {
  await startSdk()
  const frozen = Object.freeze({ id: 1 })
  // As the query builders of databases are: a query runs when somebody asks for its result.
  // oxlint-disable-next-line unicorn/no-thenable
  const lazy = { then: () => expect.unreachable('a lazy query must not be run') }
  expect(step('frozen', () => frozen)).toBe(frozen)
  expect(step('lazy', () => lazy)).toBe(lazy)
  expect(step('nothing', () => undefined)).toBe(undefined)
  expect(await agent('promise', async () => frozen)).toBe(frozen)
  expect(currentTraceId()).toBe(null)
})

test('a promise of a client library keeps its own methods', async () => {
  class ResponsePromise extends Promise<string> {
    static override get [Symbol.species](): PromiseConstructor {
      return Promise
    }
    withResponse(): string {
      return 'raw response'
    }
  }
  const { flywheel, receiver } = await startSdk()
  const promise = step('ask', () => new ResponsePromise((resolve) => resolve('hello')))
  expect(promise.withResponse()).toBe('raw response')
  expect(await promise).toBe('hello')
  await flywheel.flush()
  expect(receiver.spans().map(({ name }) => name)).toEqual(['invoke_workflow ask'])
})

test('an agent that streams is one span from the first value to the last, and its own spans are inside', async () => {
  const { flywheel, receiver } = await startSdk()
  async function* answer(): AsyncGenerator<string> {
    yield 'one'
    await tool({ name: 'lookup' }, async () => 1)
    yield 'two'
  }
  const parts: string[] = []
  for await (const part of agent('support', answer)) {
    step('outside', () => parts.push(part))
  }
  await flywheel.flush()
  const spans = receiver.spans()
  const parentOf = (name: string): string | undefined => spans.find((span) => span.name === name)?.parentSpanId
  expect(parts).toEqual(['one', 'two'])
  expect(spans.map(({ name }) => name)).toEqual([
    'invoke_workflow outside',
    'execute_tool lookup',
    'invoke_workflow outside',
    'invoke_agent support',
  ])
  expect(parentOf('execute_tool lookup')).toBe(spans[3]?.spanId)
  expect(parentOf('invoke_workflow outside')).toBe('')
})

test('a stream that breaks or is left early ends its span', async () => {
  const { flywheel, receiver } = await startSdk()
  async function* endless(): AsyncGenerator<number> {
    for (;;) yield 1
  }
  async function* broken(): AsyncGenerator<number> {
    yield 1
    throw new TypeError('connection lost')
  }
  for await (const _ of agent('left', endless)) break
  const read = async (): Promise<void> => {
    for await (const _ of agent('broken', broken));
  }
  await expect(read()).rejects.toThrow('connection lost')
  await flywheel.flush()
  expect(receiver.spans().map(({ name, status }) => ({ name, status }))).toEqual([
    { name: 'invoke_agent left', status: 'unset' },
    { name: 'invoke_agent broken', status: 'error: connection lost' },
  ])
})
