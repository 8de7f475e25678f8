/** Which request gets which answer: code, headers and body, in the encoding of the request. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DecodeError } from '../../src/otlp/decode.ts'
import { type Accepted, type DoorOptions, UnavailableError } from '../../src/receive/door.ts'
import { messageIn, type Sending, send, startDoor } from './harness.ts'

const protobufType = { 'content-type': 'application/x-protobuf' }
const jsonType = { 'content-type': 'application/json' }
const zeros = Buffer.alloc(100)
const badContentType = 'The Content-Type has to be application/x-protobuf or application/json.'
const badEncoding = 'The Content-Encoding has to be one of: identity, gzip, zstd.'
const tooLarge = 'The body has more than 1000 bytes, as sent or after decompression. Send smaller batches.'
const badBody = (reason: string): unknown => ({
  code: 3,
  message: `The body cannot be read: ${reason}`,
  details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'body', description: reason }] }],
})

interface Refused {
  readonly name: string
  readonly sending: Sending
  readonly options?: Partial<DoorOptions>
  readonly code: number
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly status: unknown
}

const fails = (error: unknown): Partial<DoorOptions> => ({ accept: () => Promise.reject(error) })
const token: Partial<DoorOptions> = { ingestToken: 'secret' }
const unauthenticated = {
  options: token,
  code: 401,
  headers: { 'www-authenticate': 'Bearer' },
  status: {
    code: 16,
    message: 'A valid ingest token is needed (FLYWHEEL_INGEST_TOKEN). Send it as "Authorization: Bearer <token>".',
  },
}
const coding = (contentEncoding: string): Sending => ({
  headers: { ...protobufType, 'content-encoding': contentEncoding },
  body: zeros,
})
const unknownCoding = {
  code: 415,
  headers: { 'accept-encoding': 'identity, gzip, zstd' },
  status: { code: 3, message: badEncoding },
}

const refused: readonly Refused[] = [
  {
    name: 'GET',
    sending: { method: 'GET' },
    code: 405,
    headers: { allow: 'POST' },
    status: { code: 12, message: 'OTLP requests are sent with POST.' },
  },
  {
    name: 'OPTIONS without a content type',
    sending: { method: 'OPTIONS', headers: {} },
    code: 405,
    contentType: 'application/json',
    headers: { allow: 'POST' },
    status: { code: 12, message: 'OTLP requests are sent with POST.' },
  },
  {
    name: 'no content type',
    sending: { headers: {}, body: zeros },
    code: 415,
    contentType: 'application/json',
    headers: { accept: 'application/x-protobuf, application/json' },
    status: { code: 3, message: badContentType },
  },
  {
    name: 'a form',
    sending: { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: zeros },
    code: 415,
    contentType: 'application/json',
    status: { code: 3, message: badContentType },
  },
  { name: 'gzip twice', sending: { ...coding('gzip, gzip'), body: gzipSync(gzipSync(zeros)) }, ...unknownCoding },
  { name: 'brotli', sending: { ...coding('br'), body: brotliCompressSync(zeros) }, ...unknownCoding },
  { name: 'deflate', sending: { ...coding('deflate'), body: deflateSync(zeros) }, ...unknownCoding },
  { name: 'a body over the cap', sending: { body: Buffer.alloc(1001) }, code: 413, status: { code: 8, message: tooLarge } },
  {
    name: 'a JSON body over the cap',
    sending: { headers: jsonType, body: Buffer.alloc(1001) },
    code: 413,
    contentType: 'application/json',
    status: { code: 8, message: tooLarge },
  },
  {
    name: 'a chunked body over the cap',
    sending: { headers: { ...protobufType, 'transfer-encoding': 'chunked' }, body: Buffer.alloc(1001) },
    code: 413,
    status: { code: 8, message: tooLarge },
  },
  {
    name: 'a body over the cap once inflated',
    sending: { ...coding('gzip'), body: gzipSync(Buffer.alloc(1001)) },
    code: 413,
    status: { code: 8, message: tooLarge },
  },
  {
    name: 'gzip that is none',
    sending: coding('gzip'),
    code: 400,
    status: badBody('the body is not valid gzip: incorrect header check'),
  },
  {
    name: 'zstd that is none',
    sending: coding('zstd'),
    code: 400,
    status: badBody('the body is not valid zstd: Unknown frame descriptor'),
  },
  {
    name: 'gzip that was cut',
    sending: { ...coding('gzip'), body: gzipSync(zeros).subarray(0, -1) },
    code: 400,
    status: badBody('the body is not valid gzip: unexpected end of file'),
  },
  {
    name: 'an undecodable body',
    sending: { body: zeros },
    options: fails(new DecodeError('Span.name at byte 7')),
    code: 400,
    status: badBody('Span.name at byte 7'),
  },
  {
    name: 'an undecodable JSON body',
    sending: { headers: jsonType, body: '{' },
    options: fails(new DecodeError('the body is not JSON')),
    code: 400,
    contentType: 'application/json',
    status: badBody('the body is not JSON'),
  },
  {
    name: 'a log that cannot take it now',
    sending: { body: zeros },
    options: fails(new UnavailableError('The disk is full.', 6.5)),
    code: 503,
    headers: { 'retry-after': '7' },
    status: { code: 14, message: 'The disk is full.' },
  },
  {
    name: 'a start that is not finished',
    sending: { headers: jsonType, body: '{}' },
    options: { isReady: () => 'Reading the log.' },
    code: 503,
    contentType: 'application/json',
    headers: { 'retry-after': '5' },
    status: { code: 14, message: 'Reading the log.' },
  },
  {
    name: 'a bug of ours, of which nothing is shown',
    sending: { body: zeros },
    options: fails(new TypeError('secret detail')),
    code: 500,
    status: { code: 13, message: 'An internal error occurred.' },
  },
  {
    name: 'a bug of ours that throws at once',
    sending: { body: zeros },
    options: {
      accept: () => {
        throw new TypeError('secret detail')
      },
    },
    code: 500,
    status: { code: 13, message: 'An internal error occurred.' },
  },
  { name: 'no token', sending: { body: zeros }, ...unauthenticated },
  { name: 'a wrong token', sending: { headers: { ...protobufType, authorization: 'Bearer secret2' } }, ...unauthenticated },
  {
    name: 'the start of the token',
    sending: { headers: { ...protobufType, authorization: 'Bearer secre' } },
    ...unauthenticated,
  },
  { name: 'an empty token', sending: { headers: { ...protobufType, authorization: 'Bearer ' } }, ...unauthenticated },
  {
    name: 'another password',
    sending: { headers: { ...protobufType, authorization: 'Basic c2VjcmV0OnNlY3JldDI=' } },
    ...unauthenticated,
  },
  { name: 'another scheme', sending: { headers: { ...protobufType, authorization: 'Basic secret' } }, ...unauthenticated },
]

test.each(refused)(
  '$name: $code',
  async ({ sending, options, code, contentType = 'application/x-protobuf', headers = {}, status }) => {
    const server = await startDoor({ maxBodyBytes: 1000, ...options })
    const reply = await send(server, sending)
    expect({ code: reply.code, contentType: reply.headers['content-type'], status: messageIn(reply, 'Status') }).toEqual({
      code,
      contentType,
      status,
    })
    expect(reply.headers).toMatchObject({ ...headers, 'content-length': String(reply.body.length) })
    expect(server.outcomes.map((outcome) => outcome.code)).toEqual([code])
  },
)

describe('success', () => {
  test.each([
    { headers: protobufType, contentType: 'application/x-protobuf', answer: '' },
    { headers: { 'content-type': 'Application/X-Protobuf; proto=x' }, contentType: 'application/x-protobuf', answer: '' },
    { headers: jsonType, contentType: 'application/json', answer: '{}' },
    { headers: { 'content-type': 'application/json; charset=utf-8' }, contentType: 'application/json', answer: '{}' },
  ])('is an empty message in the encoding of the request ($headers)', async ({ headers, contentType, answer }) => {
    const server = await startDoor()
    const reply = await send(server, { headers, body: '{"resourceSpans":[]}' })
    expect({ code: reply.code, contentType: reply.headers['content-type'], answer: reply.body.toString() }).toEqual({
      code: 200,
      contentType,
      answer,
    })
    expect(server.accepted).toHaveLength(1)
  })

  test.each([{ headers: protobufType }, { headers: jsonType }, { headers: { ...jsonType, 'content-encoding': 'gzip' } }])(
    'is the answer to an empty body, with nothing to accept ($headers)',
    async ({ headers }) => {
      const server = await startDoor()
      expect((await send(server, { headers })).code).toBe(200)
      expect(server.accepted).toEqual([])
    },
  )

  // The last as Langfuse's exporters send it: pk-lf-1:secret.
  test.each(['Bearer secret', 'bearer secret', 'BEARER   secret', 'Basic cGstbGYtMTpzZWNyZXQ='])(
    'is the answer to the right token (%s)',
    async (authorization) => {
      const server = await startDoor(token)
      expect((await send(server, { headers: { ...protobufType, authorization }, body: zeros })).code).toBe(200)
    },
  )
})

describe('partial success', () => {
  const rejecting: Accepted = { rejectedItems: 300, rejectedReason: 'The trace id is missing.' }
  const cases = [
    { signal: 'traces', type: 'TracesResponse', count: 'rejectedSpans' },
    { signal: 'logs', type: 'LogsResponse', count: 'rejectedLogRecords' },
    { signal: 'metrics', type: 'MetricsResponse', count: 'rejectedDataPoints' },
  ]

  test.each(cases)('of $signal names the exact count in both encodings', async ({ signal, type, count }) => {
    const server = await startDoor({ accept: () => Promise.resolve(rejecting) })
    for (const headers of [protobufType, jsonType]) {
      const reply = await send(server, { path: `/v1/${signal}`, headers, body: zeros })
      expect({ code: reply.code, contentType: reply.headers['content-type'], message: messageIn(reply, type) }).toEqual({
        code: 200,
        contentType: headers['content-type'],
        message: { partialSuccess: { [count]: '300', errorMessage: 'The trace id is missing.' } },
      })
    }
  })

  test('has a message also when no reason was given, and a long reason is cut', async () => {
    const reasons = [null, 'x'.repeat(5000)]
    const server = await startDoor({
      accept: () => Promise.resolve({ rejectedItems: 1, rejectedReason: reasons.shift() ?? null }),
    })
    const messages = [
      messageIn(await send(server, { headers: jsonType, body: '{}' }), 'TracesResponse'),
      messageIn(await send(server, { headers: jsonType, body: '{}' }), 'TracesResponse'),
    ]
    expect(messages).toEqual([
      { partialSuccess: { rejectedSpans: '1', errorMessage: 'some items could not be used' } },
      { partialSuccess: { rejectedSpans: '1', errorMessage: 'x'.repeat(1024) } },
    ])
  })
})

test('a bug of ours is reported to us', async () => {
  const faults: unknown[] = []
  const bug = new TypeError('detail')
  const server = await startDoor({ ...fails(bug), onFault: (error) => faults.push(error) })
  await send(server, { body: zeros })
  await send(server, { body: zeros })
  expect(faults).toEqual([bug, bug])
})

describe('routes', () => {
  test.each([
    ['/v1/traces', 'traces'],
    ['/v1/logs', 'logs'],
    ['/v1/metrics', 'metrics'],
    ['/api/public/otel/v1/traces?key=1', 'traces'],
    ['/v1/logs?x=/v1/traces', 'logs'],
  ])('%s is one of the door', async (path, signal) => {
    const server = await startDoor()
    expect((await send(server, { path, body: zeros })).code).toBe(200)
    expect(server.accepted.map((request) => request.signal)).toEqual([signal])
  })

  test.each(['/', '/v1/feedback', '/v1/traces/', '/v1/traces2', '/xv1/traces', '/metrics', '/?path=/v1/traces'])(
    '%s belongs to the web app',
    async (path) => {
      const server = await startDoor()
      expect((await send(server, { path, body: zeros })).code).toBe(404)
      expect(server.outcomes).toEqual([])
    },
  )
})

test('every request is counted once, by signal, coding and code', async () => {
  const server = await startDoor({ maxBodyBytes: 1000 })
  await send(server, { body: zeros })
  await send(server, { path: '/v1/logs', headers: { ...jsonType, 'content-encoding': 'GZIP' }, body: gzipSync('{}') })
  await send(server, { path: '/v1/metrics', headers: { ...protobufType, 'content-encoding': 'br' }, body: zeros })
  await send(server, { method: 'GET' })
  expect(server.outcomes).toEqual([
    { signal: 'traces', encoding: 'identity', code: 200 },
    { signal: 'logs', encoding: 'gzip', code: 200 },
    { signal: 'metrics', encoding: 'other', code: 415 },
    { signal: 'traces', encoding: 'identity', code: 405 },
  ])
})
