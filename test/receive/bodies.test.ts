/** What arrives behind the door: codings undone, caps and budget kept, buffers that can be given away. */
import { randomBytes } from 'node:crypto'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { Accepted } from '../../src/receive/door.ts'
import { inflate } from '../../src/receive/inflate.ts'
import { openSocket, type Reply, readSocket, send, type Sending, startDoor, unfinishedRequest } from './harness.ts'

const KIB = 1024
const MIB = 1024 * KIB
const content = Buffer.concat([randomBytes(50_000), Buffer.alloc(50_000, 'agent')])
const nothingRejected: Accepted = { rejectedItems: 0, rejectedReason: null }
const coded = (contentEncoding: string, body: Uint8Array): Sending => ({
  headers: { 'content-type': 'application/x-protobuf', 'content-encoding': contentEncoding },
  body,
})

describe('codings', () => {
  const halves = [content.subarray(0, 30_000), content.subarray(30_000)]
  test.each([
    { name: 'identity', header: 'identity', encoding: 'identity', body: content },
    { name: 'gzip', header: 'gzip', encoding: 'gzip', body: gzipSync(content) },
    { name: 'gzip in upper case', header: 'GZip', encoding: 'gzip', body: gzipSync(content) },
    { name: 'gzip of two members', header: 'gzip', encoding: 'gzip', body: Buffer.concat(halves.map((half) => gzipSync(half))) },
    { name: 'zstd', header: 'zstd', encoding: 'zstd', body: zstdCompressSync(content) },
    {
      name: 'zstd of two frames',
      header: 'zstd',
      encoding: 'zstd',
      body: Buffer.concat(halves.map((half) => zstdCompressSync(half))),
    },
  ])('$name arrives as sent and inflated', async ({ header, encoding, body }) => {
    const server = await startDoor()
    expect((await send(server, coded(header, body))).code).toBe(200)
    const [request] = server.accepted
    expect(request).toMatchObject({ signal: 'traces', format: 'protobuf', encoding })
    expect(Buffer.from(request?.body ?? []).equals(body)).toBe(true)
    expect(Buffer.from(request?.content ?? []).equals(content)).toBe(true)
  })

  test.each([
    { name: 'with a length', headers: {} },
    { name: 'in chunks', headers: { 'transfer-encoding': 'chunked' } },
  ])('a body sent $name is alone in its buffer and can be transferred', async ({ headers }) => {
    const server = await startDoor()
    const bodies = [content, content.subarray(0, 3), Buffer.alloc(64 * KIB, 7)]
    for (const body of bodies) await send(server, { headers: { 'content-type': 'application/x-protobuf', ...headers }, body })
    const moved = server.accepted.map((request) => structuredClone(request.body, { transfer: [request.body.buffer] }))
    expect(moved.map((body) => body.buffer.byteLength)).toEqual(bodies.map((body) => body.length))
    expect(moved.every((body, index) => Buffer.from(body).equals(bodies[index]!))).toBe(true)
    expect(server.accepted.map((request) => request.body.length)).toEqual([0, 0, 0])
  })

  test('the cap holds for the sum of gzip members and of zstd frames', () => {
    for (const sizes of [
      [600, 401],
      [1000, 1],
    ]) {
      const gzip = Buffer.concat(sizes.map((size) => gzipSync(Buffer.alloc(size))))
      const zstd = Buffer.concat(sizes.map((size) => zstdCompressSync(Buffer.alloc(size))))
      expect([inflate(gzip, 'gzip', 1000).kind, inflate(zstd, 'zstd', 1000).kind]).toEqual(['too-large', 'too-large'])
      expect([inflate(gzip, 'gzip', 1001).kind, inflate(zstd, 'zstd', 1001).kind]).toEqual(['content', 'content'])
    }
  })

  test('a claim of gigabytes in a gzip trailer costs nothing', () => {
    const lying = gzipSync('small')
    lying.writeUInt32LE(0xffff_fff0, lying.length - 4)
    expect(inflate(lying, 'gzip', 64 * MIB)).toEqual({
      kind: 'corrupt',
      reason: 'the body is not valid gzip: incorrect length check',
    })
  })

  test('the buffer of the output is never larger than the cap, however large the body is', () => {
    const incompressible = randomBytes(500 * KIB)
    const contents = [
      inflate(gzipSync(incompressible), 'gzip', 600 * KIB),
      inflate(zstdCompressSync(incompressible), 'zstd', 600 * KIB),
    ]
    for (const inflated of contents) {
      expect(inflated.kind).toBe('content')
      expect(inflated.kind === 'content' && inflated.content.buffer.byteLength).toBeLessThanOrEqual(600 * KIB + 1)
    }
  })

  test('zstd frames are limited in number, because each costs a decoder', () => {
    const frame = zstdCompressSync('')
    const frames = (count: number): Buffer => Buffer.concat(Array.from({ length: count }, () => frame))
    expect(inflate(frames(256), 'zstd', 1000).kind).toBe('content')
    expect(inflate(frames(257), 'zstd', 1000)).toEqual({
      kind: 'corrupt',
      reason: 'the body is not valid zstd: more than 256 frames',
    })
  })
})

test('200 bombs of 64 MiB, 20 at a time, all get 413 and memory stays bounded', async () => {
  const server = await startDoor({ maxBodyBytes: MIB })
  const bombs = [coded('gzip', gzipSync(Buffer.alloc(64 * MIB))), coded('zstd', zstdCompressSync(Buffer.alloc(64 * MIB)))]
  const before = process.memoryUsage.rss()
  let peak = before
  const codes = new Set<number>()
  for (let round = 0; round < 10; round += 1) {
    const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => send(server, bombs[index % 2]!)))
    for (const reply of replies) codes.add(reply.code)
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  expect([...codes]).toEqual([413])
  expect(server.accepted).toEqual([])
  expect(peak - before).toBeLessThan(128 * MIB)
})

/** The head of a request that says how long its body will be. */
function announced(bytes: number): string {
  return `POST /v1/traces HTTP/1.1\r\nHost: door\r\nContent-Type: application/x-protobuf\r\nContent-Length: ${bytes}\r\n\r\n`
}

describe('the budget', () => {
  /** A door whose `accept` waits until the test lets it go. */
  const holding = (): { accept: () => Promise<Accepted>; letGo: () => void } => {
    const { promise, resolve } = Promise.withResolvers<Accepted>()
    return { accept: () => promise, letGo: () => resolve(nothingRejected) }
  }
  const full = { code: 503, retryAfter: '1' }
  const brief = (reply: Reply): unknown => ({ code: reply.code, retryAfter: reply.headers['retry-after'] })
  const chunked = (bytes: number): Sending => ({
    headers: { 'content-type': 'application/x-protobuf', 'transfer-encoding': 'chunked' },
    body: Buffer.alloc(bytes),
  })

  test.each([
    { name: 'with a length', sending: { body: Buffer.alloc(60 * KIB) } },
    { name: 'in chunks', sending: chunked(60 * KIB) },
    { name: 'that inflates', sending: coded('gzip', gzipSync(Buffer.alloc(60 * KIB))) },
  ])('refuses a body sent $name while another is being accepted, and takes it afterwards', async ({ sending }) => {
    const { accept, letGo } = holding()
    let calls = 0
    const server = await startDoor({
      maxBytesInFlight: 100 * KIB,
      accept: () => {
        calls += 1
        return calls === 1 ? accept() : Promise.resolve(nothingRejected)
      },
    })
    const first = send(server, { body: Buffer.alloc(60 * KIB) })
    while (server.accepted.length === 0) await new Promise(setImmediate)
    expect(brief(await send(server, sending))).toEqual(full)
    letGo()
    expect((await first).code).toBe(200)
    expect((await send(server, sending)).code).toBe(200)
  })

  test('lets a request that is alone be larger than itself', async () => {
    const server = await startDoor({ maxBytesInFlight: 10 })
    expect((await send(server, { body: Buffer.alloc(60 * KIB) })).code).toBe(200)
    expect((await send(server, coded('gzip', gzipSync(Buffer.alloc(60 * KIB))))).code).toBe(200)
  })

  test('counts what senders have sent, not what they announced', async () => {
    const server = await startDoor({ maxBytesInFlight: 100 * KIB })
    const silent = await openSocket(server)
    silent.write(announced(90 * KIB))
    expect((await send(server, { body: Buffer.alloc(60 * KIB) })).code).toBe(200)
  })

  test('refuses a body that is announced larger than the room before it is sent', async () => {
    const { accept, letGo } = holding()
    const server = await startDoor({ maxBytesInFlight: 100 * KIB, accept })
    const first = send(server, { body: Buffer.alloc(60 * KIB) })
    while (server.accepted.length === 0) await new Promise(setImmediate)
    const socket = await openSocket(server)
    const answered = readSocket(socket, (text) => text.includes('\r\n\r\n'))
    socket.write(announced(60 * KIB))
    expect(await answered).toMatch(/^HTTP\/1\.1 503 /)
    letGo()
    await first
  })

  test('refuses a body that others overtook, and reads on to the next request of the connection', async () => {
    const { accept, letGo } = holding()
    const { promise: arrived, resolve } = Promise.withResolvers<null>()
    const isReady = (): null => {
      resolve(null)
      return null
    }
    const server = await startDoor({ maxBytesInFlight: 400 * KIB, accept, isReady })
    const socket = await openSocket(server)
    const refused = readSocket(socket, (text) => text.includes('\r\n\r\n'))
    const both = readSocket(socket, (text) => text.split('HTTP/1.1 ').length === 3)
    socket.write(announced(390 * KIB))
    await arrived
    const overtaking = send(server, { body: Buffer.alloc(260 * KIB) })
    while (server.accepted.length === 0) await new Promise(setImmediate)
    socket.write(Buffer.alloc(150 * KIB))
    expect(await refused).toMatch(/^HTTP\/1\.1 503 /)
    // More than a stream buffers by itself.
    socket.write(Buffer.alloc(240 * KIB))
    socket.write(announced(0))
    expect((await both).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 503', 'HTTP/1.1 200'])
    letGo()
    expect((await overtaking).code).toBe(200)
  })

  test('gets back what a sender that went away had sent', async () => {
    const { accept, letGo } = holding()
    const server = await startDoor({ maxBytesInFlight: 100 * KIB, accept })
    const first = send(server, { body: Buffer.alloc(30 * KIB) })
    while (server.accepted.length === 0) await new Promise(setImmediate)
    const leaving = await openSocket(server)
    leaving.write(unfinishedRequest(40 * KIB))
    // The bytes are held once a body of the same size does not fit any more.
    while ((await send(server, { body: Buffer.alloc(60 * KIB) })).code !== 503) await new Promise(setImmediate)
    const before = server.outcomes.length
    leaving.destroy()
    await server.outcomesReached(before + 1)
    expect(server.outcomes.at(-1)).toEqual({ signal: 'traces', encoding: 'identity', code: 499 })
    const second = send(server, { body: Buffer.alloc(60 * KIB) })
    while (server.accepted.length === 1) await new Promise(setImmediate)
    letGo()
    expect([(await first).code, (await second).code]).toEqual([200, 200])
  })
})

describe('a sender that is still sending', () => {
  const bigChunk = (bytes: number): Buffer =>
    Buffer.concat([Buffer.from(`${bytes.toString(16)}\r\n`), Buffer.alloc(bytes), Buffer.from('\r\n')])
  const hasWholeStatus = (text: string): boolean => text.includes('\r\n\r\n') && text.endsWith('Send smaller batches.')

  // The limit is below the time the door lingers: the connection has to end by what was sent.
  test('reads the whole 413 and only then loses its connection', { timeout: 4000 }, async () => {
    const server = await startDoor({ maxBodyBytes: 100 * KIB })
    const socket = await openSocket(server)
    const ended = readSocket(socket, () => false)
    const answered = readSocket(socket, hasWholeStatus)
    socket.write(unfinishedRequest(101 * KIB))
    const text = await answered
    expect(text).toMatch(/^HTTP\/1\.1 413 .*\r\n/)
    expect(text).toMatch(/\r\nconnection: close\r\n/i)
    // The door reads on for as much as one body may have, and closes when there is more.
    socket.write(bigChunk(50 * KIB))
    socket.write(bigChunk(60 * KIB))
    expect(await ended).toBe(text)
  })

  test('keeps its connection when the rest of a refused body is short', async () => {
    const server = await startDoor({ ingestToken: 'secret' })
    const socket = await openSocket(server)
    const answers = (count: number) => (text: string) => text.split('HTTP/1.1 ').length - 1 === count && text.includes('\r\n\r\n')
    const head = 'POST /v1/traces HTTP/1.1\r\nHost: door\r\nContent-Type: application/json\r\n'
    const refused = readSocket(socket, answers(1))
    const both = readSocket(socket, answers(2))
    socket.write(`${head}Content-Length: 10\r\n\r\n`)
    expect(await refused).toMatch(/^HTTP\/1\.1 401 /)
    socket.write(`0123456789${head}Authorization: Bearer secret\r\nContent-Length: 2\r\n\r\n{}`)
    expect((await both).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200'])
  })
})

test('requests that come at once on one connection are answered in order', async () => {
  const server = await startDoor({ maxBodyBytes: 1000 })
  const socket = await openSocket(server)
  const request = (type: string, body: string): string =>
    `POST /v1/traces HTTP/1.1\r\nHost: door\r\nContent-Type: ${type}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const answered = readSocket(socket, (text) => text.split('HTTP/1.1 ').length === 4)
  socket.write(
    request('application/json', '{}') + request('text/plain', 'x') + request('application/json', '{"resourceSpans":[]}'),
  )
  expect((await answered).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 415', 'HTTP/1.1 200'])
})
