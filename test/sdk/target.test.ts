import { expect, test } from 'vitest'
import { type Address, baseOf, type Environment, targetOf } from '../../src/sdk/delivery/target.ts'

function seen(address: Address, env: Environment, signal: 'TRACES' | 'LOGS' = 'TRACES'): unknown {
  const { url, headers, encoding, isGzipped, timeoutMs } = targetOf(signal, address, env)
  return { url: url.href, headers, encoding, isGzipped, timeoutMs }
}

const untouched = { headers: {}, encoding: 'protobuf', isGzipped: false, timeoutMs: 10_000 }

test('without a word the processor on this machine is the target', () => {
  expect(seen({}, {})).toEqual({ url: 'http://127.0.0.1:4318/v1/traces', ...untouched })
  expect(seen({}, {}, 'LOGS')).toEqual({ url: 'http://127.0.0.1:4318/v1/logs', ...untouched })
})

test('the standard variables decide, those of the signal before the shared ones', () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://collector:4318/base/',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://logs:9999/own/path',
    OTEL_EXPORTER_OTLP_HEADERS: 'X-Tenant=shop, authorization=Basic%20abc, broken, =x',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: 'http/protobuf',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTEL_EXPORTER_OTLP_TIMEOUT: '2500',
  }
  const headers = { 'x-tenant': 'shop', authorization: 'Basic abc' }
  expect(seen({}, env)).toEqual({
    url: 'https://collector:4318/base/v1/traces',
    headers,
    encoding: 'json',
    isGzipped: true,
    timeoutMs: 2_500,
  })
  expect(seen({}, env, 'LOGS')).toEqual({
    url: 'http://logs:9999/own/path',
    headers,
    encoding: 'protobuf',
    isGzipped: true,
    timeoutMs: 2_500,
  })
})

test('an explicit address wins, and the headers of the other address do not follow it', () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other', OTEL_EXPORTER_OTLP_HEADERS: 'authorization=secret,x-api-key=secret' }
  expect(seen({ url: 'http://flywheel:4318', token: 'mine' }, env)).toEqual({
    url: 'http://flywheel:4318/v1/traces',
    ...untouched,
    headers: { authorization: 'Bearer mine' },
  })
})

test.each<[string, string]>([
  ['http://flywheel', 'http://flywheel/v1/traces'],
  ['http://flywheel/', 'http://flywheel/v1/traces'],
  ['http://flywheel/v1/traces', 'http://flywheel/v1/traces'],
  ['http://flywheel/api/v1/logs/', 'http://flywheel/api/v1/traces'],
])('the address %s means %s', (url, expected) => {
  const target = targetOf('TRACES', { url }, {})
  expect(target.url.href).toBe(expected)
  expect(new URL('v1/feedback', baseOf(target)).href).toBe(expected.replace('traces', 'feedback'))
})

test.each(['flywheel:4318', 'ftp://flywheel', '', 'http://'])('the address %j is none, and the default stands', (url) => {
  expect(seen({ url }, {})).toEqual({ url: 'http://127.0.0.1:4318/v1/traces', ...untouched })
})

test.each(['grpc', 'http/xml'])('the protocol %s is not spoken here; it stays OTLP over HTTP', (protocol) => {
  expect(seen({}, { OTEL_EXPORTER_OTLP_PROTOCOL: protocol })).toMatchObject({ encoding: 'protobuf' })
})
