import { describe, expect, test } from 'vitest'
import { createRedactor } from '../../src/redact/redactor.ts'

const redactor = createRedactor({ mode: 'redacted', patterns: [] })
const redacted = (text: string): string => redactor.text(text)

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
    ['iban gb82 west 1234 5698 7654 32, AT61 1904 3002 3457 3201 BANK AUSTRIA', 'iban [iban], [iban] BANK AUSTRIA'],
    ['Maestro card 501864667909 and JCB 213176828496175', 'Maestro card [card] and JCB [card]'],
    ['4111 1111 1111 1111 12/27 123, 4111-1111-1111-1111 10.0.0.7', '[card] 12/27 123, [card] [ip]'],
    ['order 1234 4111 1111 1111 1111 5555 5555 5555 4444 99', 'order 1234 [card] [card] 99'],
    ['3782 822463 10005 and 4222222222222', '[card] and [card]'],
    ['SSN 536904399, social security number 536 90 4399', 'SSN [ssn], social security number [ssn]'],
    ['+41 (0)96 471 07 95, +447700 921 916, 001-518-640-0854', '[phone], [phone], [phone]'],
    ['(898)666-3621x0135 or 259.735.7502 ext. 459', '[phone] or [phone]'],
    ['Phone:\n358 0594', 'Phone:\n[phone]'],
    ['71-33-52-22 office\n434 14 557 mobile', '[phone] office\n[phone] mobile'],
    ['They do not answer at 78 651 450. Text me on 5403926876!', 'They do not answer at [phone]. Text me on [phone]!'],
    ['Rufen Sie mich unter 4512 345 an, Handy 9472 7916', 'Rufen Sie mich unter [phone] an, Handy [phone]'],
    ['电话号码：13812345678, téléphone 612345678', '电话号码：[phone], téléphone [phone]'],
    [
      'PASSWORD=letmein and password: hunter22, the secret is Xk29fQ77',
      'PASSWORD=[secret] and password: [secret], the secret is [secret]',
    ],
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
    '2a254634-0048-4877-8650-51425478a297 00604707-3204-424e-a19f-30bdbc8bf93a',
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
    'idempotency_key: 4bf92f3577b34da6a3ce929d0e0e4736, next_page_token=4bf92f3577b34da6a3, s3_key=reports/2024/q1-summary.pdf',
    'cacheWrite1hTokens: step.cacheWrite1hTokens, api-version-2, API-Reference-v2-section-1, ops_runbook_for_service_1',
    'Telefon 01.02.2024, phone 12.5.2024, fax 2024-05-12, mobile 12/05/2024',
    'password: required, PASSWORD=${DB_PASSWORD}, api_key=YOUR_API_KEY, the secret is patience, max_tokens=128000',
    'Authorization: Bearer $TOKEN, authorization: string, headers={"Authorization": f"Bearer {token}"}',
    'tool call 12345678 failed, call id: 12345678, call 1700000000000, mobile build 20240118',
    'Chrome/126.0.0.0 Safari/537.36 and version 1.2.3.4, bound to 127.0.0.1:8080, 0.0.0.0 and [::1]:80',
    '1772236801000000000 1772265600000000000 501864667909 213176828496176',
    'sizes 4000 4100 4200 4300 4400, 12 345 678 901 234, 5000 6000 7000, 2024-07-18 2024-07-19',
    'buckets 1 5 10 30 60 120 300 600 1800 3600 7200',
    '0062809100686568 003312345678, Uhrzeit 08.15 bis 09.45, Nr. 08/15',
    'sk-learn-1-2, key-value-store-2, api-gateway-service-v2, pat-na1, secret_manager_client_library_name',
    'DE89 3704 0044 0532 0130 01 and GB82WEST12345698765433',
    'File "/app/main.py", line 1234, in handle_request @decorator',
  ])('%s', (text) => {
    expect(redacted(text)).toBe(text)
  })
})
