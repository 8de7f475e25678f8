import { expect, test } from 'vitest'
import { type Feedback, noTarget } from '../../../src/model/feedback.ts'
import { atMs, feedback, inRecord, spanId, traceId, withoutIds } from './wire.ts'

const result = { 'gen_ai.evaluation.name': 'relevance' }
const event = { eventName: 'gen_ai.evaluation.result' }

type Parts = Parameters<typeof inRecord>[0]

test.each<[what: string, parts: Parts, expected: Partial<Feedback> | null]>([
  [
    'a result of the conventions',
    {
      over: event,
      attributes: {
        ...result,
        'gen_ai.evaluation.score.value': 0.75,
        'gen_ai.evaluation.score.label': 'relevant',
        'gen_ai.evaluation.explanation': 'Names the order.',
        'gen_ai.response.id': 'chatcmpl-123',
      },
    },
    {
      score: 0.75,
      label: 'relevant',
      comment: 'Names the order.',
      target: { ...noTarget, traceId, spanId, responseId: 'chatcmpl-123' },
    },
  ],
  [
    'one that is named by an attribute',
    { attributes: { 'event.name': 'gen_ai.evaluation.result', ...result, 'gen_ai.evaluation.score.value': 1 } },
    { score: 1 },
  ],
  [
    'one whose logger knows no event names',
    { body: 'gen_ai.evaluation.result', attributes: { ...result, 'gen_ai.evaluation.score.label': 'pass' } },
    { label: 'pass' },
  ],
  [
    'one in the body',
    { over: event, body: { ...result, 'gen_ai.evaluation.score.value': 3, 'gen_ai.response.id': 'r-1' } },
    { score: 3, target: { ...noTarget, traceId, spanId, responseId: 'r-1' } },
  ],
  [
    'one in a body that is JSON text',
    { over: event, body: JSON.stringify({ ...result, 'gen_ai.evaluation.score.label': 'good' }) },
    { label: 'good' },
  ],
  [
    'one without a trace, by the answer, the message and the conversation',
    {
      over: { ...event, traceId: '', spanId: '' },
      attributes: {
        ...result,
        'gen_ai.evaluation.score.value': 0,
        'gen_ai.response.id': 'resp_1',
        'gen_ai.conversation.id': 'conv-1',
        'flywheel.message.id': 'm-1',
      },
    },
    { score: 0, target: { ...noTarget, responseId: 'resp_1', conversationId: 'conv-1', messageId: 'm-1' } },
  ],
  [
    'one about nothing',
    { over: { ...event, traceId: '', spanId: '' }, attributes: { ...result, 'gen_ai.evaluation.score.value': 1 } },
    { score: 1, target: noTarget },
  ],
  ['one that says nothing', { over: event, attributes: result }, null],
  [
    'a verdict that is no number',
    { over: event, attributes: { ...result, 'gen_ai.evaluation.score.value': false } },
    { score: 0, label: 'fail' },
  ],
  ['a score that is text', { over: event, attributes: { ...result, 'gen_ai.evaluation.score.value': '4.5' } }, { score: 4.5 }],
  [
    'a score that is none, beside a label',
    { over: event, attributes: { ...result, 'gen_ai.evaluation.score.value': 'NaN', 'gen_ai.evaluation.score.label': 'bad' } },
    { label: 'bad' },
  ],
  ['a score that is none', { over: event, attributes: { ...result, 'gen_ai.evaluation.score.value': 'high' } }, null],
  ['a label that is none', { over: event, attributes: { ...result, 'gen_ai.evaluation.score.label': ['a', 'b'] } }, null],
  ['a comment that is hidden', { over: event, attributes: { ...result, 'gen_ai.evaluation.explanation': '[REDACTED]' } }, null],
  [
    'an evaluator that failed',
    {
      over: event,
      attributes: {
        ...result,
        'error.type': 'timeout',
        'gen_ai.evaluation.score.value': 0,
        'gen_ai.evaluation.explanation': 'no answer',
      },
    },
    null,
  ],
  [
    'a time that cannot be',
    { over: { ...event, timeUnixNano: '1' }, attributes: { ...result, 'gen_ai.evaluation.score.value': 1 } },
    { score: 1, atMs: null },
  ],
  ['one without a name', { over: event, attributes: { 'gen_ai.evaluation.score.value': 1 } }, { name: 'evaluation', score: 1 }],
  [
    'an event of another name',
    { over: { eventName: 'gen_ai.choice' }, attributes: { ...result, 'gen_ai.evaluation.score.value': 1 } },
    null,
  ],
  ['an application log', { body: 'relevance is 1' }, null],
])('%s', (_what, parts, expected) => {
  expect(withoutIds(inRecord(parts))).toEqual(expected === null ? [] : [feedback(expected)])
})

test('an older event, named after the question', () => {
  const parts = { over: { eventName: 'gen_ai.evaluation.groundedness' }, attributes: { 'gen_ai.evaluation.score': 4 } }
  expect(withoutIds(inRecord(parts))).toEqual([feedback({ name: 'groundedness', score: 4 })])
})

const stars = {
  'gen_ai.evaluation.threshold': '3.0',
  'gen_ai.evaluation.min_value': '1.0',
  'gen_ai.evaluation.max_value': '5.0',
  'gen_ai.evaluation.desirable_direction': 'increase',
  'gen_ai.evaluation.type': 'ordinal',
}

test('Microsoft Foundry: stars of a user, with their scale and id', () => {
  const found = inRecord({
    body: 'gen_ai.evaluation.result',
    attributes: {
      'microsoft.custom_event.name': 'gen_ai.evaluation.result',
      ...result,
      'gen_ai.evaluation.score.value': 4,
      'gen_ai.evaluation.score.label': 'pass',
      'gen_ai.evaluation.explanation': 'Quick.',
      'gen_ai.response.id': 'resp_6490',
      'gen_ai.conversation.id': 'conv_5j66',
      'enduser.pseudo.id': 'sess_123456',
      'microsoft.gen_ai.human_evaluation.source': 'end_user',
      'microsoft.gen_ai.evaluation.actor.type': 'human',
      'microsoft.gen_ai.human_evaluation.id': '0b27be45-cd65-4671-ab08-c3eafd4c9613',
      internal_properties: JSON.stringify(stars),
    },
  })
  expect(found).toEqual([
    feedback({
      id: 'otlp:0b27be45-cd65-4671-ab08-c3eafd4c9613',
      target: { ...noTarget, traceId, spanId, responseId: 'resp_6490', conversationId: 'conv_5j66' },
      score: 4,
      scale: { min: 1, max: 5, higherIsBetter: true },
      label: 'pass',
      comment: 'Quick.',
      userId: 'sess_123456',
      judge: 'user',
    }),
  ])
})

test.each<[what: string, internal: Record<string, string | number>, scale: Feedback['scale']]>([
  [
    'less is better',
    { ...stars, 'gen_ai.evaluation.desirable_direction': 'decrease' },
    { min: 1, max: 5, higherIsBetter: false },
  ],
  ['an end is missing', { 'gen_ai.evaluation.min_value': 0 }, null],
  ['ends that are none', { ...stars, 'gen_ai.evaluation.max_value': 'five' }, null],
  ['ends the wrong way round', { ...stars, 'gen_ai.evaluation.max_value': 1 }, null],
])('a scale: %s', (_what, internal, scale) => {
  const attributes = { ...result, 'gen_ai.evaluation.score.value': 2 }
  const asText = inRecord({ over: event, attributes: { ...attributes, internal_properties: JSON.stringify(internal) } })
  const flat = inRecord({
    over: event,
    attributes: {
      ...attributes,
      ...Object.fromEntries(Object.entries(internal).map(([key, value]) => [`internal_properties.${key}`, value])),
    },
  })
  expect([asText[0]?.scale, flat[0]?.scale]).toEqual([scale, scale])
})

test('a session in the place of an answer', () => {
  const internal = { 'gen_ai.response.id.type': 'session' }
  const attributes = {
    ...result,
    'gen_ai.evaluation.score.value': 1,
    'gen_ai.response.id': 's-1',
    internal_properties: JSON.stringify(internal),
  }
  expect(inRecord({ over: { ...event, traceId: '', spanId: '' }, attributes })[0]?.target).toEqual({
    ...noTarget,
    conversationId: 's-1',
  })
})

const pydantic = (name: string): string => JSON.stringify({ name, arguments: { rubric: 'Is it polite?' } })

test.each<[attributes: Record<string, string>, judge: Feedback['judge']]>([
  [{ 'microsoft.gen_ai.human_evaluation.source': 'end_user' }, 'user'],
  [{ 'microsoft.gen_ai.human_evaluation.source': 'builder', 'microsoft.gen_ai.evaluation.actor.type': 'human' }, 'reviewer'],
  [{ internal_properties: '{"microsoft.human_evaluation.source":"end_user"}' }, 'user'],
  [{ 'gen_ai.evaluation.actor.type': 'deterministic' }, 'code'],
  [{ 'gen_ai.evaluation.actor.type': 'ai' }, 'model'],
  // Somebody did, but not who: our own team annotates, too.
  [{ 'microsoft.gen_ai.evaluation.actor.type': 'human' }, 'unknown'],
  [{ 'microsoft.gen_ai.evaluation.actor.type': 'human', 'gen_ai.evaluation.name': 'userFeedback' }, 'user'],
  [{ 'gen_ai.evaluation.evaluator.source': pydantic('LLMJudge') }, 'model'],
  [{ 'gen_ai.evaluation.evaluator.source': pydantic('IsInstance') }, 'code'],
  [{ 'gen_ai.evaluation.evaluator_source': pydantic('Contains') }, 'code'],
  [{ annotator_kind: 'LLM' }, 'model'],
  [{ 'gen_ai.evaluation.name': 'user_rating' }, 'unknown'],
  [{}, 'unknown'],
])('who judged: %j', (attributes, judge) => {
  const found = inRecord({ over: event, attributes: { ...result, 'gen_ai.evaluation.score.value': 1, ...attributes } })
  expect(found.map((one) => one.judge)).toEqual([judge])
})

test('Pydantic: the user in the baggage is who was served, not who judged', () => {
  const attributes = {
    ...result,
    'gen_ai.evaluation.target': 'support_agent',
    'gen_ai.evaluation.score.value': 1,
    'gen_ai.evaluation.score.label': 'pass',
    'gen_ai.evaluation.evaluator.source': pydantic('LLMJudge'),
    'user.id': 'u-1',
  }
  expect(withoutIds(inRecord({ over: event, body: 'evaluation: relevance=True', attributes }))).toEqual([
    feedback({ score: 1, label: 'pass', judge: 'model' }),
  ])
})

test.each<[what: string, parts: Parts, expected: Partial<Feedback>]>([
  [
    'a map for a body',
    { attributes: { 'gen_ai.response.id': 'r-1', 'gen_ai.evaluation.score': -1 }, body: { comment: 'That is not my order.' } },
    { score: -1, comment: 'That is not my order.' },
  ],
  ['the score in the body', { attributes: { 'gen_ai.response.id': 'r-1' }, body: { score: 1 } }, { score: 1 }],
  [
    'text for a body',
    { attributes: { 'gen_ai.response.id': 'r-1', 'gen_ai.evaluation.score': 1 }, body: 'Thanks!' },
    { score: 1, comment: 'Thanks!' },
  ],
  [
    'the name of the event for a body',
    { attributes: { 'gen_ai.response.id': 'r-1', 'gen_ai.evaluation.score': 1 }, body: 'gen_ai.evaluation.user_feedback' },
    { score: 1 },
  ],
  ['a comment alone', { attributes: { 'gen_ai.response.id': 'r-1' }, body: { comment: 'Hm.' } }, { comment: 'Hm.', scale: null }],
])('the older event for users, with %s', (_what, parts, expected) => {
  const found = inRecord({ over: { eventName: 'gen_ai.evaluation.user_feedback' }, ...parts })
  const scale = { min: -1, max: 1, higherIsBetter: true }
  const target = { ...noTarget, traceId, spanId, responseId: 'r-1' }
  expect(withoutIds(found)).toEqual([feedback({ name: 'user_feedback', judge: 'user', scale, target, ...expected })])
})

test('several results in one event, without those that failed', () => {
  const item = (name: string, more: Record<string, string | number>) => ({ 'gen_ai.evaluation.name': name, ...more })
  const found = inRecord({
    over: { eventName: 'gen_ai.evaluation.results' },
    attributes: { 'gen_ai.operation.name': 'evaluation', 'error.type': 'PartlyFailed', 'gen_ai.evaluation.id': 'batch-7' },
    body: {
      'gen_ai.evaluations': [
        item('bias', { 'gen_ai.evaluation.score.value': 0.05, 'gen_ai.evaluation.score.label': 'not_biased' }),
        item('toxicity', { 'gen_ai.evaluation.score.value': 0.5, 'error.type': 'Timeout' }),
        item('relevance', { 'gen_ai.evaluation.passed': 'true' }),
        'what is no result',
      ],
    },
  })
  expect(withoutIds(found)).toEqual([feedback({ name: 'bias', score: 0.05, label: 'not_biased' }), feedback({ label: 'pass' })])
  expect(new Set(found.map(({ id }) => id)).size).toBe(2)
})

test('texts are cut to what is kept', () => {
  const found = inRecord({
    over: event,
    attributes: {
      'gen_ai.evaluation.name': 'n'.repeat(500),
      'gen_ai.evaluation.score.label': 'l'.repeat(500),
      'gen_ai.evaluation.explanation': 'c'.repeat(100_000),
      'gen_ai.evaluation.id': 'i'.repeat(500),
      'user.id': 'u'.repeat(500),
    },
  })
  const [one] = found
  const lengths = [one?.name, one?.label, one?.comment, one?.userId].map((text) => text?.length)
  expect([lengths, (one?.id.length ?? 999) < 256]).toEqual([[128, 256, 16_384, 256], true])
})

test.each<[what: string, first: Parts, second: Parts, areOne: boolean]>([
  ['a repeated delivery', {}, {}, true],
  ['two users whose emitter names none', {}, { over: { ...event, timeUnixNano: `${atMs + 1}000000` } }, false],
  ['two values at one time', {}, { attributes: { 'gen_ai.evaluation.score.value': 0 } }, false],
  [
    'a user who turns the thumb',
    { attributes: { 'user.id': 'u-1' } },
    {
      attributes: { 'user.id': 'u-1', 'gen_ai.evaluation.score.value': 0 },
      over: { ...event, timeUnixNano: `${atMs + 60_000}000000` },
    },
    true,
  ],
  ['two users', { attributes: { 'user.id': 'u-1' } }, { attributes: { 'user.id': 'u-2' } }, false],
  [
    'an evaluator that runs again',
    { attributes: { 'gen_ai.evaluation.evaluator.source': pydantic('LLMJudge') } },
    {
      attributes: { 'gen_ai.evaluation.evaluator.source': pydantic('LLMJudge'), 'gen_ai.evaluation.score.value': 0 },
      over: { ...event, timeUnixNano: `${atMs + 60_000}000000` },
    },
    true,
  ],
  [
    'two evaluators of one name',
    { attributes: { 'gen_ai.evaluation.evaluator.source': pydantic('LLMJudge') } },
    { attributes: { 'gen_ai.evaluation.evaluator.source': pydantic('Contains') } },
    false,
  ],
  [
    'an id of the sender, with another value',
    { attributes: { 'gen_ai.evaluation.id': 'a' } },
    { attributes: { 'gen_ai.evaluation.id': 'a', 'gen_ai.evaluation.score.value': 0 } },
    true,
  ],
  [
    'two ids of the sender',
    { attributes: { 'gen_ai.evaluation.id': 'a' } },
    { attributes: { 'gen_ai.evaluation.id': 'b' } },
    false,
  ],
  ['two questions', {}, { attributes: { 'gen_ai.evaluation.name': 'politeness' } }, false],
  ['two spans', {}, { over: { ...event, spanId: 'eee19b7ec3c1b175' } }, false],
])('counted once or twice: %s', (_what, first, second, areOne) => {
  const ids = [first, second].map(
    ({ attributes, over }) =>
      inRecord({ over: over ?? event, attributes: { ...result, 'gen_ai.evaluation.score.value': 1, ...attributes } })[0]?.id,
  )
  expect(ids[0] === ids[1]).toBe(areOne)
})
