import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRecordFeedback } from '../../../src/dialects/feedback/read-record.ts'
import { readSpanFeedback } from '../../../src/dialects/feedback/read-span.ts'
import { FEEDBACK_LIMITS, type FeedbackEvent } from '../../../src/model/feedback.ts'
import { type AttributeValues, type Json, logRecord, span } from '../../helpers/steps.ts'

const keys = [
  'gen_ai.evaluation.name',
  'gen_ai.evaluation.score.value',
  'gen_ai.evaluation.score',
  'gen_ai.evaluation.score.label',
  'gen_ai.evaluation.explanation',
  'gen_ai.evaluation.passed',
  'gen_ai.evaluation.id',
  'gen_ai.evaluation.evaluator.source',
  'gen_ai.evaluations',
  'microsoft.gen_ai.human_evaluation.source',
  'internal_properties',
  'gen_ai.response.id',
  'session.id',
  'user.id',
  'error.type',
  ...['annotations', 'trace.evaluations', 'session.annotations'].flatMap((list) =>
    ['name', 'score', 'label', 'explanation', 'annotator_kind', 'identifier'].map(
      (field) => `${list}.0.${list.endsWith('evaluations') ? 'evaluation' : 'annotation'}.${field}`,
    ),
  ),
]

const words = fc.constantFrom(
  '',
  ' ',
  'NaN',
  '[]',
  '{}',
  '{"name":1}',
  '{"gen_ai.evaluation.min_value":1e999}',
  '-1',
  '1e999',
  'x'.repeat(20_000),
)
const values: fc.Arbitrary<Json> = fc.oneof(
  words,
  fc.string(),
  fc.double(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant(null),
  fc.array(
    fc.oneof(
      words,
      fc.dictionary(fc.constantFrom(...keys), fc.oneof(words, fc.double(), fc.boolean()), { noNullPrototype: true }),
    ),
  ),
)
const attributes = fc.dictionary(fc.constantFrom(...keys), values, { noNullPrototype: true }) as fc.Arbitrary<AttributeValues>
const names = fc.constantFrom(
  'gen_ai.evaluation.result',
  'gen_ai.evaluation.user_feedback',
  'gen_ai.evaluation.',
  'gen_ai.evaluations',
  '',
)

function expectSound(events: readonly FeedbackEvent[]): void {
  for (const event of events) {
    expect(event.type).toBe('given')
    if (event.type !== 'given') continue
    const { id, name, score, label, comment, atMs } = event.feedback
    expect(id.length).toBeLessThanOrEqual(FEEDBACK_LIMITS.id)
    expect(name).not.toBe('')
    expect([score, label, comment].some((said) => said !== null)).toBe(true)
    expect([score, atMs].every((number) => number === null || Number.isFinite(number))).toBe(true)
  }
}

test('whatever a record holds, what is read of it is sound', () => {
  const body = fc.oneof(
    words,
    fc.constant(undefined),
    fc.jsonValue({ maxDepth: 3 }).map((value) => value as string),
  )
  fc.assert(
    fc.property(names, attributes, body, fc.double(), (eventName, said, text, atUs) => {
      expectSound(readRecordFeedback(logRecord({ eventName, attributes: said, body: text, atUs })))
    }),
    { numRuns: 2_000 },
  )
})

test('whatever a span holds, what is read of it is sound', () => {
  const links = fc.array(
    fc.record({ traceId: fc.constantFrom('', 'a'.repeat(32)), spanId: fc.constantFrom('', 'b'.repeat(16)) }),
    { maxLength: 3 },
  )
  fc.assert(
    fc.property(attributes, names, attributes, links, (said, name, ofEvent, to) => {
      expectSound(readSpanFeedback(span({ attributes: said, events: [{ name, attributes: ofEvent }], links: to })))
    }),
    { numRuns: 2_000 },
  )
})
