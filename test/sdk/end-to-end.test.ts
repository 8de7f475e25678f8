import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpanKind, trace } from '@opentelemetry/api'
import { expect, onTestFinished, test } from 'vitest'
import { agent, flush, parse, sendFeedback, start, step, tool, withContext } from '../../src/sdk/index.ts'
import { chat } from '../helpers/chat.ts'
import { Processor } from '../helpers/processor.ts'

test('a run told by the SDK is what the processor knows afterwards: who, which release, what it cost, what failed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-sdk-'))
  const processor = await Processor.create({ FLYWHEEL_DATA_DIR: dataDir, FLYWHEEL_SETTLE_MS: '200' })
  await processor.start()
  const flywheel = start({ service: 'shop', release: '1.4.2', environment: 'test', url: processor.url, flushOnExit: false })
  onTestFinished(async () => {
    await flywheel.shutdown()
    await processor.end('SIGTERM')
    rmSync(dataDir, { recursive: true })
  })

  const failed = await withContext({ conversationId: 'c-17', userId: 'u-17' }, () =>
    agent('support', async () => {
      for (let turn = 0; turn < 4; turn += 1) {
        await step('look up', () => tool({ name: 'lookup_order', arguments: { id: 1881 } }, async () => ({ state: 'paid' })))
      }
      step('answer', () => {
        trace
          .getTracer('client')
          .startSpan('chat gpt-4o-mini', { kind: SpanKind.CLIENT, attributes: chat(412, 31) })
          .end()
        return parse({ format: 'json' }, () => JSON.parse('{"refund": tru') as object)
      })
    }),
  ).catch((error: unknown) => error)

  expect(failed).toBeInstanceOf(SyntaxError)
  expect(await flush()).toBe(true)
  const [run] = await settledRuns(processor.url)
  expect(run).toMatchObject({
    conversationId: 'c-17',
    userId: 'u-17',
    service: 'shop',
    agent: 'support',
    release: '1.4.2',
    environment: 'test',
    outcome: 'failed',
    usage: { inputTokens: 412, outputTokens: 31 },
    llmCalls: 1,
    toolCalls: 4,
  })
  const kinds = run?.failures.map(({ kind, stepName }) => `${kind} at ${stepName}`).sort()
  expect(kinds).toEqual(['parse_error at parse json', 'recursion_loop at execute_tool lookup_order'])
  expect(await sendFeedback({ target: { traceId: run?.traceId }, rating: 'negative' })).toMatchObject({
    id: expect.any(String) as string,
  })
})

interface Run {
  readonly traceId: string
  readonly failures: readonly { readonly kind: string; readonly stepName: string }[]
}

async function settledRuns(url: string): Promise<readonly Run[]> {
  for (;;) {
    const { runs } = (await (await fetch(`${url}/api/runs`)).json()) as { runs: readonly Run[] }
    if (runs.length > 0) return runs
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
