import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { secretKinds } from '../../eval/redaction/secrets.ts'
import type { FeedbackRecord } from '../../src/model/feedback.ts'
import { noTarget } from '../../src/model/feedback.ts'
import type { ContentMode } from '../../src/model/redaction.ts'
import type { MessagePart, Transcript } from '../../src/model/transcript.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import { failure, run, step } from '../records/builders.ts'

const redactorFor = (mode: ContentMode) => createRedactor({ mode, patterns: [] })
const redactor = redactorFor('redacted')
const secret = ['sk-', 'proj-abcDEF0123456789xyz'].join('')

test('off keeps no content, full keeps all of it', () => {
  expect(redactorFor('off').text('mail a@b.example')).toBe('')
  expect(redactorFor('full').text('mail a@b.example', 3)).toBe('mail a@b.example')
})

describe('length', () => {
  test('a text is cut between words, so that no half of an address stays', () => {
    const text = `${'x'.repeat(3980)} jane.doe@mail.example`
    expect(redactor.text(text, 4_000)).toBe(`${'x'.repeat(3980)} …`)
    expect(redactor.text('word '.repeat(2000), 4_000)).toHaveLength('word '.repeat(800).length - 1 + 2)
    expect(redactor.text('y'.repeat(5000), 4_000)).toBe(' …')
  })

  test('without a limit all of it stays', () => {
    const text = 'word '.repeat(200_000)
    expect(redactor.text(`${text}a@b.example`)).toBe(`${text}[email]`)
  })
})

test('what is redacted is redacted: once more changes nothing', () => {
  const pieces = [
    ...secretKinds.map(({ text }) => text),
    'a@b.example',
    '+49 30 901820',
    '4111 1111 1111 1111',
    '10.0.0.7',
    ' ',
    ': ',
    '=',
    '@',
  ]
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 6 }), (parts) => {
      const once = redactor.text(parts.join(' '))
      expect(redactor.text(once)).toBe(once)
    }),
    { numRuns: 500 },
  )
})

describe('of a run', () => {
  const original = run('t', {
    userId: 'jane@mail.example',
    tags: [`j ${secret}`],
    failures: [failure({ detail: 'mail jane@mail.example', step: `a ${secret}`, stepName: `b ${secret}` })],
    steps: [
      step({
        name: `c ${secret}`,
        stepLabel: `d ${secret}`,
        node: `e ${secret}`,
        outerNode: `f ${secret}`,
        scope: `i ${secret}`,
        tool: { name: `g ${secret}`, callId: null, argumentsFingerprint: 'x', looseArguments: null, resultFingerprint: null },
        error: { type: `h ${secret}`, message: 'from 10.0.0.1', httpStatus: 500, cause: 'E: a@b.example', kind: 'server_error' },
        toolReports: [{ kind: 'tool_error', callId: 'c1', name: `k ${secret}`, message: 'no a@b.example' }],
      }),
      step({ error: null, tool: null, node: null }),
      step({ scope: 'jane@mail.example' }),
    ],
  })
  const expected = run('t', {
    userId: 'jane@mail.example',
    tags: ['j [secret]'],
    failures: [failure({ detail: 'mail [email]', step: 'a [secret]', stepName: 'b [secret]' })],
    steps: [
      step({
        name: 'c [secret]',
        stepLabel: 'd [secret]',
        node: 'e [secret]',
        outerNode: 'f [secret]',
        scope: 'i [secret]',
        tool: { name: 'g [secret]', callId: null, argumentsFingerprint: 'x', looseArguments: null, resultFingerprint: null },
        error: { type: 'h [secret]', message: 'from [ip]', httpStatus: 500, cause: 'E: [email]', kind: 'server_error' },
        toolReports: [{ kind: 'tool_error', callId: 'c1', name: 'k [secret]', message: 'no [email]' }],
      }),
      step({ error: null, tool: null, node: null }),
      step({ scope: '[email]' }),
    ],
  })

  test('texts are redacted, names are kept without secrets, and the run given stays as it is', () => {
    const copy = structuredClone(original)
    expect(redactor.run(original)).toEqual(expected)
    expect(original).toEqual(copy)
    expect(redactorFor('full').run(original)).toEqual(original)
  })

  test('with off there are names only', () => {
    const off = redactorFor('off').run(original)
    expect(off.failures).toEqual([{ ...expected.failures[0], detail: '' }])
    expect(off.steps.map(({ name, error }) => [name, error?.message])).toEqual([
      ['c [secret]', ''],
      ['chat gpt-4o', undefined],
      ['chat gpt-4o', ''],
    ])
  })

  test('details keep 4,000 characters', () => {
    const long = failure({ detail: 'word '.repeat(2_000) })
    expect(redactor.failure(long).detail.length).toBe(4_001)
    expect(redactorFor('full').failure(long)).toEqual(long)
  })
})

test('of feedback, what was written is content and what was chosen is a name', () => {
  const record: FeedbackRecord = {
    id: 'f1',
    target: { ...noTarget, traceId: 't' },
    name: 'csat',
    score: 1,
    scale: null,
    label: 'mail a@b.example',
    rating: 'negative',
    comment: 'call me at 451 3586',
    correction: `use ${secret}`,
    userId: 'jane@mail.example',
    source: 'api',
    judge: 'user',
    atMs: null,
    receivedAtMs: 1,
    changedAtMs: 1,
    countedRating: 'negative',
    runId: null,
    isWithdrawn: false,
  }
  const label = 'mail [email]'
  expect(redactor.feedback(record)).toEqual({ ...record, label, comment: 'call me at [phone]', correction: 'use [secret]' })
  expect(redactorFor('off').feedback(record)).toEqual({ ...record, label, comment: null, correction: null })
  expect(redactorFor('full').feedback(record)).toEqual(record)
  const silent = { ...record, label: null, comment: null, correction: null }
  expect(redactor.feedback(silent)).toEqual(silent)
})

describe('of a transcript', () => {
  const transcriptOf = (input: readonly MessagePart[], output: readonly MessagePart[]): Transcript => ({
    traceId: 't',
    reason: 'failed',
    keptAtMs: 1,
    outcome: 'failed',
    steps: [
      {
        spanId: 's',
        input: [{ role: 'user', parts: input }],
        repeated: 2,
        output: [{ role: 'assistant', parts: output }],
        isPartial: false,
        missing: null,
      },
    ],
    omittedSteps: 0,
    incomplete: null,
  })
  const original = transcriptOf(
    [
      { type: 'text', text: 'I am a@b.example' },
      { type: 'tool_result', id: 'c0', name: `find ${secret}`, text: '{"ip": "10.0.0.7"}', isError: true },
      { type: 'tool_result', id: null, name: null, text: 'no one at 10.0.0.7', isError: false },
      { type: 'media', what: 'image a@b.example' },
    ],
    [
      { type: 'thought', text: 'mail a@b.example' },
      { type: 'refusal', text: 'not to a@b.example' },
      { type: 'tool_call', id: 'c1', name: `send ${secret}`, arguments: '{"to":"a@b.example","card":4111111111111111}' },
      { type: 'tool_call', id: null, name: 'send', arguments: null },
    ],
  )

  test('every text is redacted, and arguments stay JSON', () => {
    expect(redactor.transcript(original)).toEqual(
      transcriptOf(
        [
          { type: 'text', text: 'I am [email]' },
          { type: 'tool_result', id: 'c0', name: 'find [secret]', text: '{"ip": "[ip]"}', isError: true },
          { type: 'tool_result', id: null, name: null, text: 'no one at [ip]', isError: false },
          { type: 'media', what: 'image [email]' },
        ],
        [
          { type: 'thought', text: 'mail [email]' },
          { type: 'refusal', text: 'not to [email]' },
          { type: 'tool_call', id: 'c1', name: 'send [secret]', arguments: '{"to":"[email]","card":"[card]"}' },
          { type: 'tool_call', id: null, name: 'send', arguments: null },
        ],
      ),
    )
    expect(redactorFor('full').transcript(original)).toEqual(original)
  })

  test('with off there is its form only', () => {
    expect(redactorFor('off').transcript(original)).toEqual(
      transcriptOf(
        [
          { type: 'text', text: '' },
          { type: 'tool_result', id: 'c0', name: 'find [secret]', text: '', isError: true },
          { type: 'tool_result', id: null, name: null, text: '', isError: false },
          { type: 'media', what: 'image [email]' },
        ],
        [
          { type: 'thought', text: '' },
          { type: 'refusal', text: '' },
          { type: 'tool_call', id: 'c1', name: 'send [secret]', arguments: '' },
          { type: 'tool_call', id: null, name: 'send', arguments: null },
        ],
      ),
    )
  })

  test('each text is cut to the length that is named', () => {
    const parts: MessagePart[] = [{ type: 'text', text: 'one two three four' }]
    expect(redactor.message({ role: 'user', parts }, 10)).toEqual({ role: 'user', parts: [{ type: 'text', text: 'one two …' }] })
    expect(redactor.transcript(transcriptOf(parts, []), 10)).toEqual(transcriptOf([{ type: 'text', text: 'one two …' }], []))
  })
})

describe('patterns of one’s own', () => {
  const own = createRedactor({
    mode: 'redacted',
    patterns: [
      { name: 'employee', pattern: 'EMP-\\d{6}' },
      { name: 'patient', pattern: '(?i)patient\\s+\\w+' },
      { name: 'nothing', pattern: '\\b' },
    ],
  })

  test('come before what is built in, in texts, names and JSON', () => {
    expect(own.text('EMP-123456 and Patient Miller at a@b.example')).toBe('[employee] and [patient] at [email]')
    expect(own.name('ask EMP-123456')).toBe('ask [employee]')
    expect(own.text('{"who": "EMP-123456", "n": 1}')).toBe('{"who": "[employee]", "n": 1}')
  })

  test('count nothing in the mode full', () => {
    const full = createRedactor({ mode: 'full', patterns: [{ name: 'employee', pattern: 'EMP-\\d{6}' }] })
    expect(full.text('EMP-123456')).toBe('EMP-123456')
  })
})
