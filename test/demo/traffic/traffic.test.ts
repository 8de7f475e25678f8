/** The program as a user runs it: what it sends, how it ends, and what it says when nobody takes its spans. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'

interface Receiver {
  readonly url: string
  readonly spans: { readonly service: string; readonly environment: string }[]
}

interface OtlpAttribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

interface OtlpBody {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] }
    readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[]
  }[]
}

/** Answers every request with one status. */
async function startReceiver(status: number): Promise<Receiver> {
  const spans: { service: string; environment: string }[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      if (status === 200) spans.push(...spansIn(JSON.parse(body) as OtlpBody))
      response.writeHead(status, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`, spans }
}

function spansIn({ resourceSpans }: OtlpBody): Receiver['spans'] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const of = (name: string): string => resource.attributes.find(({ key }) => key === name)?.value.stringValue ?? ''
    const from = { service: of('service.name'), environment: of('deployment.environment.name') }
    return scopeSpans.flatMap(({ spans }) => spans.map(() => from))
  })
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

interface Started {
  readonly ended: Promise<Ended>
  readonly signal: (name: 'SIGTERM' | 'SIGINT') => void
}

function startTraffic(endpoint: string, args: string): Started {
  const child = spawn(process.execPath, ['demo/traffic/main.ts', ...args.split(' ')], {
    env: { PATH: process.env['PATH'], OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_TIMEOUT: '300' },
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = Promise.all([text(child.stdout), text(child.stderr)])
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  const ended = Promise.all([exit, output]).then(([code, [stdout, stderr]]) => ({ code, stdout, stderr }))
  return { ended, signal: (name) => void child.kill(name) }
}

const counts = /^(\d+) runs \(\d+ failed\), (\d+) spans, (\d+) delivered, (\d+) lost$/m

test('when its time is over everything has arrived, each span marked as a demo, and the last line says how much it was', async () => {
  const receiver = await startReceiver(200)
  const { code, stdout, stderr } = await startTraffic(receiver.url, '--services 4 --rate 30 --duration 1500ms --seed 3').ended
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(`Simulated traffic to ${receiver.url}: 4 services, 30 runs/s, 4 % failing, seed 3. Environment: demo.\n`)
  const [, runs, spans, delivered, lost] = counts.exec(stdout)?.map(Number) ?? []
  expect(runs).toBeGreaterThan(20)
  expect({ spans, delivered, lost }).toEqual({ spans: receiver.spans.length, delivered: receiver.spans.length, lost: 0 })
  expect(new Set(receiver.spans.map(({ environment }) => environment))).toEqual(new Set(['demo']))
  expect(new Set(receiver.spans.map(({ service }) => service)).size).toBe(4)
})

test.each(['SIGTERM', 'SIGINT'] as const)('on %s it sends what it has and ends well, saying nothing when quiet', async (name) => {
  const receiver = await startReceiver(200)
  const started = startTraffic(receiver.url, '--rate 40 --live --quiet')
  await vi.waitUntil(() => receiver.spans.length > 0, { timeout: 20_000 })
  const before = receiver.spans.length
  started.signal(name)
  expect(await started.ended).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(receiver.spans.length).toBeGreaterThan(before)
})

test('when nobody listens it says so once, with what to do, and ends with 1', async () => {
  const started = startTraffic('http://127.0.0.1:1', '--rate 20 --duration 2s')
  const { code, stdout, stderr } = await started.ended
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^http:\/\/127\.0\.0\.1:1 does not take spans: connect ECONNREFUSED 127\.0\.0\.1:1; \d+ are lost so far\. Start the processor or the Collector there, or set OTEL_EXPORTER_OTLP_ENDPOINT\.\n$/,
  )
  const [, , spans, delivered, lost] = counts.exec(stdout)?.map(Number) ?? []
  expect({ delivered, lost }).toEqual({ delivered: 0, lost: spans })
})

test('a receiver that wants a token is explained', async () => {
  const receiver = await startReceiver(401)
  const { code, stderr } = await startTraffic(receiver.url, '--rate 20 --duration 1500ms').ended
  expect(code).toBe(1)
  expect(stderr).toMatch(/does not take spans: 401 Unauthorized; \d+ are lost so far\. Set OTEL_EXPORTER_OTLP_HEADERS=/)
})

test('a wrong option is named and nothing is sent', async () => {
  const receiver = await startReceiver(200)
  const ended = await startTraffic(receiver.url, '--rate fast').ended
  expect(ended).toEqual({ code: 2, stdout: '', stderr: '--rate: expected a number above 0, at most 1000, got "fast".\n' })
  await sleep(100)
  expect(receiver.spans).toEqual([])
})
