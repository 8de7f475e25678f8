import { describe, expect, test } from 'vitest'

import { redactRun, redactText } from '../../src/records/redact.ts'
import { failure, run, step } from './builders.ts'

const redacted = (text: string): string => redactText(text, 'redacted')

// Spelled in two parts, so that scanners of secrets do not take the examples for leaks.
const key = (prefix: string, rest: string): string => prefix + rest

describe('found and replaced', () => {
  test.each([
    ['write to jane.doe+test@mail.example.co.uk, please', 'write to [email], please'],
    ['jürgen@müller.de wrote', '[email] wrote'],
    ['call +49 30 901820 or +1 (555) 010-9999.', 'call [phone] or [phone].'],
    ['call +493012345678', 'call [phone]'],
    ['(555) 123-4567 / 555-123-4567 / 555.123.4567', '[phone] / [phone] / [phone]'],
    ['1-800-555-0199 is free', '[phone] is free'],
    ['Tel. 030 1234567 oder 0171/1234567', 'Tel. [phone] oder [phone]'],
    ['06 12 34 56 78 et 020 7946 0958', '[phone] et [phone]'],
    ['card 4111 1111 1111 1111, 4111-1111-1111-1111 or 378282246310005', 'card [card], [card] or [card]'],
    ['5555555555554444 and 6011111111111117', '[card] and [card]'],
    ['IBAN DE89 3704 0044 0532 0130 00 BIC COBADEFF', 'IBAN [iban] BIC COBADEFF'],
    ['to GB82WEST12345698765432.', 'to [iban].'],
    ['SSN 536-90-4399', 'SSN [ssn]'],
    ['from 192.168.0.17:8080 to 8.8.8.8.', 'from [ip]:8080 to [ip].'],
    [
      'dial tcp:10.0.0.1, via [2001:db8::8a2e:370:7334]:443 and fe80::1: refused',
      'dial tcp:[ip], via [[ip]]:443 and [ip]: refused',
    ],
    ['::ffff:10.0.0.1', '[ip]'],
    [`token ${key('eyJ', 'hbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4')} expired`, 'token [secret] expired'],
    ['Authorization: Bearer abc', 'Authorization: Bearer [secret]'],
    ['{"authorization": "Basic dXNlcjpwYXNz", "x": 1}', '{"authorization": "Basic [secret]", "x": 1}'],
    ['sent Bearer 0a1b2c3d4e with it', 'sent Bearer [secret] with it'],
    [`Incorrect API key provided: ${key('sk-', 'proj-abcDEF0123456789xyz')}.`, 'Incorrect API key provided: [secret].'],
    [`${key('sk-ant-', 'api03-AbCdEf012345_-xyz')} revoked`, '[secret] revoked'],
    [`${key('AKIA', 'IOSFODNN7EXAMPLE')} and ${key('AIza', 'SyA1234567890abcdefghijklmnopqrstuv')}1`, '[secret] and [secret]'],
    [
      `${key('ghp_', 'abcdefghijklmnopqrstuvwxyz0123456789')} ${key('github_pat_', '11ABCDEFG0abcdefghijkl')}`,
      '[secret] [secret]',
    ],
    [
      `${key('xoxb-', '1234567890-abcdef')} ${key('hf_', 'abcdefghijklmnopqrstuvwxyz')} ${key('glpat-', 'abcdefghij0123456789')}`,
      '[secret] [secret] [secret]',
    ],
    ['postgres://app:p@ss@db.internal:5432/shop', 'postgres://app:[secret]@db.internal:5432/shop'],
    [`a ${key('-----BEGIN RSA PRIVATE', ' KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----')} b`, 'a [secret] b'],
    [`cut off ${key('-----BEGIN PRIVATE', ' KEY-----\nMIIEvQ')}`, 'cut off [secret]'],
  ])('%s', (text, expected) => {
    expect(redacted(text)).toBe(expected)
  })
})

describe('left alone', () => {
  test.each([
    'on 2024-07-18 at 12:30:45, 18.07.2024, 07/18/2024, 05/06/2024 12:30 and 02-03-2024 12:00',
    '2024-07-18T10:00:00.123456+02:00 and 2024-07-18 10:00:00 +0000',
    '1700000000 1700000000000 1700000000000000 1700000000000000000',
    'order A-17, order 100200300, invoice 2024-000123, ticket #4711',
    '128000 tokens of 1,048,576; input 123456 output 7890',
    'HTTP 429 Too Many Requests, retry after 20 s, 429 500 503',
    '550e8400-e29b-41d4-a716-446655440000 4bf92f3577b34da6a3ce929d0e0e4736 00f067aa0ba902b7',
    'DE89370400440532013000AABBCCDD00 00000000000000000000000000000001',
    '4111111111111112 4222222222222222',
    'version 1.4.2, v1.2.3, 10.15.7, kysely@0.29.9, node v24.21.0-rc.1',
    'gpt-4o-mini-2024-07-18 claude-3-5-sonnet-20241022 gemini-2.0-flash-001 text-embedding-3-large',
    'std::string abc::def crate::log::worker Foo::Bar::baz',
    'sk-learn-and-other-packages, task-1234567890123456789, risk-assessment',
    'Bearer authentication failed; bearer token required',
    'http://localhost:4318/v1/traces and https://example.com/a?b=c@d',
    'DE12 3456 7890 1234 5678 90 and AB12 CDEF',
    'room 0-17, 01 02 03, 007, 0.25 0.75, 000-12-3456',
    '@opentelemetry/instrumentation-openai @arizeai/openinference-instrumentation-langchain @traceloop/node-server-sdk',
    'com.anthropic.sdk.typescript opentelemetry.instrumentation.openai_v2 strands.telemetry.tracer pydantic-ai ai',
    'File "/app/main.py", line 1234, in handle_request @decorator',
  ])('%s', (text) => {
    expect(redacted(text)).toBe(text)
  })
})

test('off keeps no content, full keeps all of it', () => {
  expect(redactText('mail a@b.example', 'off')).toBe('')
  expect(redactText('mail a@b.example', 'full')).toBe('mail a@b.example')
})

test('a long text is cut between words, so that no half of an address stays', () => {
  const text = `${'x'.repeat(3980)} jane.doe@mail.example`
  expect(redacted(text)).toBe(`${'x'.repeat(3980)} …`)
  expect(redacted('word '.repeat(2000))).toHaveLength('word '.repeat(800).length - 1 + 2)
  expect(redacted('y'.repeat(5000))).toBe(' …')
})

test.each([
  ['x'.repeat(4000)],
  ['@'.repeat(4000)],
  ['a@'.repeat(2000)],
  ['1 '.repeat(2000)],
  ['0-'.repeat(2000)],
  ['1.'.repeat(2000)],
  [':'.repeat(4000)],
  ['+1 '.repeat(1300)],
  ['AA11 '.repeat(800)],
  ['eyJ'.repeat(1300)],
  ['http://'.repeat(570)],
  [key('-----BEGIN PRIVATE', ' KEY-----').repeat(140)],
  ['authorization: '.repeat(260)],
])('a hostile text takes milliseconds: %j', (text) => {
  redacted(text)
  const start = performance.now()
  redacted(text)
  expect(performance.now() - start).toBeLessThan(100)
})

test('of a run, texts are redacted and names are kept without secrets; the run given stays as it is', () => {
  const secret = key('sk-', 'proj-abcDEF0123456789xyz')
  const original = run('t', {
    userId: 'jane@mail.example',
    failures: [failure({ detail: 'mail jane@mail.example', step: `a ${secret}`, stepName: `b ${secret}` })],
    steps: [
      step({
        name: `c ${secret}`,
        stepLabel: `d ${secret}`,
        node: `e ${secret}`,
        outerNode: `f ${secret}`,
        scope: `i ${secret}`,
        tool: { name: `g ${secret}`, callId: null, argumentsFingerprint: 'x', looseArguments: null, resultFingerprint: null },
        error: { type: `h ${secret}`, message: 'from 10.0.0.1', httpStatus: 500, cause: null, kind: 'server_error' },
      }),
      step({ error: null, tool: null, node: null }),
      step({ scope: 'jane@mail.example' }),
    ],
  })
  const copy = structuredClone(original)
  const expected = run('t', {
    userId: 'jane@mail.example',
    failures: [failure({ detail: 'mail [email]', step: 'a [secret]', stepName: 'b [secret]' })],
    steps: [
      step({
        name: 'c [secret]',
        stepLabel: 'd [secret]',
        node: 'e [secret]',
        outerNode: 'f [secret]',
        scope: 'i [secret]',
        tool: { name: 'g [secret]', callId: null, argumentsFingerprint: 'x', looseArguments: null, resultFingerprint: null },
        error: { type: 'h [secret]', message: 'from [ip]', httpStatus: 500, cause: null, kind: 'server_error' },
      }),
      step({ error: null, tool: null, node: null }),
      step({ scope: '[email]' }),
    ],
  })
  expect(redactRun(original, 'redacted')).toEqual(expected)
  expect(original).toEqual(copy)
  expect(redactRun(original, 'full')).toEqual(original)

  const off = redactRun(original, 'off')
  expect(off.failures).toEqual([{ ...expected.failures[0], detail: '' }])
  expect(off.steps.map(({ name, error }) => [name, error?.message])).toEqual([
    ['c [secret]', ''],
    ['chat gpt-4o', undefined],
    ['chat gpt-4o', ''],
  ])
})
