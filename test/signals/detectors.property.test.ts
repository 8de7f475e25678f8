/** What all failure detectors promise together, whatever an emitter sends. */
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { MissingEntry } from '../../src/model/run-tree.ts'
import type { Answer, Step } from '../../src/model/step.ts'
import { type Derived, deriveRun } from '../../src/signals/derive.ts'
import { anySteps, withoutContent } from '../helpers/arbitrary-steps.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { agentRun, embedding, failed, llmCall, type Plan, plainSpan, toolCall, treeOfSteps, workflow } from '../helpers/steps.ts'
import { noPrices, verdict } from './verdict.ts'

const answer: Answer = { form: 'text', format: 'text', isReadable: null, schemaProblem: null, toolCalls: [] }
const asking = (callId: string): Answer => ({
  ...answer,
  form: 'tool_calls',
  format: null,
  toolCalls: [{ callId, name: 'search', argumentsFingerprint: callId, hasReadableArguments: true, isOffered: null }],
})

const missing = fc.constantFrom<MissingEntry>('none', 'still_open', 'silent')
const derived = (steps: Iterable<Step>, missingEntry: MissingEntry): Derived | null =>
  deriveRun(treeOfSteps(steps, { missingEntry }), noPrices, 0)
const lines = (steps: readonly Step[], missingEntry: MissingEntry): readonly string[] =>
  (derived(steps, missingEntry)?.record.failures ?? []).map(({ kind, spanId }) => `${kind} at ${spanId}`)

describe('any run', () => {
  test('is judged without an error and the same each time, in whatever order its steps came', () => {
    fc.assert(
      fc.property(anySteps, missing, fc.integer(), (steps, missingEntry, seed) => {
        const first = derived(steps, missingEntry)
        expect(derived(structuredClone(steps), missingEntry)).toEqual(first)
        expect(derived(shuffle(steps, seed), missingEntry)).toEqual(first)
      }),
      { numRuns: 1_000 },
    )
  })

  test('gives evidence of one printable line', () => {
    fc.assert(
      fc.property(anySteps, missing, (steps, missingEntry) => {
        for (const { detail } of derived(steps, missingEntry)?.record.failures ?? []) {
          expect(detail).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]{1,500}$/u)
          expect(detail.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('is failed only by a fatal failure, and each is at a step of it', () => {
    fc.assert(
      fc.property(anySteps, missing, (steps, missingEntry) => {
        const record = derived(steps, missingEntry)?.record
        if (record === undefined) return
        const isFatal = record.failures.some(({ impact }) => impact === 'fatal')
        expect(record.outcome).toBe(isFatal ? 'failed' : 'ok')
        for (const { spanId } of record.failures) expect(record.steps.some((step) => step.spanId === spanId)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('has no step wrong without content that was not wrong with it, but errors that content explains', () => {
    fc.assert(
      fc.property(anySteps, missing, (steps, missingEntry) => {
        const withContent = lines(steps, missingEntry)
        // Of a step with something wrong content may tell another kind: an answer that was cut was no refusal.
        const hasFailed = new Set([
          ...steps.filter(({ error, parse }) => error !== null || parse?.outcome === 'failed').map(({ spanId }) => spanId),
          ...withContent.map((line) => line.slice(-16)),
        ])
        const invented = lines(steps.map(withoutContent), missingEntry).filter((line) => !hasFailed.has(line.slice(-16)))
        // A loop that never ended says more than that there was no end.
        const hadLoop = withContent.some((line) => line.startsWith('recursion_loop'))
        expect(invented.filter((line) => !hadLoop || !line.startsWith('incomplete'))).toEqual([])
      }),
      { numRuns: 1_000 },
    )
  })
})

/** What may be in a healthy run; the number makes every tool call one of its own. */
const leaves: Readonly<Record<string, (number: number) => Plan>> = {
  call: () => llmCall(),
  'call without a finish reason': () => llmCall({ finishReasons: [] }),
  'call with content': () => llmCall({ answer, hasContent: true }),
  'JSON that was asked for': () =>
    llmCall({ answer: { ...answer, format: 'json', isReadable: true }, askedFormat: 'json', hasContent: true }),
  'request for a tool': (number) => llmCall({ answer: asking(`call_${number}`), finishReasons: ['tool_call'], hasContent: true }),
  tool: (number) => toolCall('search', `{"page":${number}}`, `page ${number}`),
  'tool without content': (number) => toolCall(`tool ${number % 7}`, null, null),
  'tool in two spans': (number) =>
    toolCall('search', `${number}`, `${number}`, {}, [toolCall('search', `${number}`, `${number}`)]),
  embedding: () => embedding(),
  search: () => ({ over: { kind: 'retrieval', name: 'search', documents: 3 }, children: [] }),
  guardrail: () => ({ over: { kind: 'guardrail', name: 'no insults' }, children: [] }),
  parse: () => ({ over: { kind: 'parse', name: 'parse', parse: { format: 'json', outcome: 'ok' } }, children: [] }),
  'failed query of a tool': () => plainSpan('SELECT', [], { error: failed('deadlock') }),
}

type Shape = string | readonly Shape[]
const { shape } = fc.letrec<{ shape: Shape }>((tie) => ({
  shape: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...Object.keys(leaves)),
    fc.array(tie('shape'), { minLength: 1, maxLength: 5 }),
  ),
}))

function planned(of: Shape, count: { next: number }): Plan {
  if (typeof of === 'string') return leaves[of]!(count.next++)
  const children = of.map((inner) => planned(inner, count))
  const number = count.next++
  return number % 3 === 0 ? plainSpan('POST', children) : (number % 3 === 1 ? agentRun : workflow)(`part ${number}`, children)
}

test('healthy runs of many shapes have no failure', () => {
  fc.assert(
    fc.property(fc.array(shape, { minLength: 1, maxLength: 6 }), (shapes) => {
      const count = { next: 0 }
      const run = agentRun('support', [...shapes.map((of) => planned(of, count)), llmCall({ answer, hasContent: true })])
      expect(verdict(run)).toBe('ok')
    }),
    { numRuns: 1_000 },
  )
})
