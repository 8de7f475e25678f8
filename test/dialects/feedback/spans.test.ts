import { expect, test } from 'vitest'
import { readStep } from '../../../src/dialects/index.ts'
import { type Feedback, type FeedbackTarget, noTarget } from '../../../src/model/feedback.ts'
import { span } from '../../helpers/steps.ts'
import { feedback, onSpan, spanId, traceId, withoutIds } from './wire.ts'

type Parts = Parameters<typeof onSpan>[0]

const judged = { traceId: '80f198ee56343ba864fe8b2a57d3eff7', spanId: 'e457b5a2e4d86bd1' }
const ofJudged: FeedbackTarget = { ...noTarget, ...judged }
const call = { 'openinference.span.kind': 'LLM' }
const evaluator = { 'openinference.span.kind': 'EVALUATOR' }

/** The example of the specification. */
const hallucination = {
  'annotations.0.annotation.name': 'hallucination',
  'annotations.0.annotation.score': 1,
  'annotations.0.annotation.label': 'hallucinated',
  'annotations.0.annotation.explanation': 'The claim is not in the documents.',
  'annotations.0.annotation.annotator_kind': 'LLM',
  'annotations.0.annotation.identifier': 'judge-v2',
  'annotations.0.annotation.metadata': '{"rubric_version":"2"}',
}
const good = { 'annotations.0.annotation.name': 'relevance', 'annotations.0.annotation.label': 'good' }

test('an annotation on the span that it is about', () => {
  expect(withoutIds(onSpan({ attributes: { 'openinference.span.kind': 'CHAIN', 'user.id': 'u-1', ...hallucination } }))).toEqual([
    feedback({
      name: 'hallucination',
      score: 1,
      label: 'hallucinated',
      comment: 'The claim is not in the documents.',
      judge: 'model',
    }),
  ])
})

test('all forms and scopes of one span', () => {
  const found = onSpan({
    attributes: {
      ...call,
      'session.id': 'session-123',
      'evaluations.0.evaluation.name': 'relevance',
      'evaluations.0.evaluation.score': 0.95,
      'evaluations.1.evaluation.name': 'style',
      'evaluations.1.evaluation.label': 'concise',
      'trace.annotations.0.annotation.name': 'retrieval_quality',
      'trace.annotations.0.annotation.score': 0.92,
      'trace.annotations.0.annotation.annotator_kind': 'CODE',
      'session.evaluations.0.evaluation.name': 'user_satisfaction',
      'session.evaluations.0.evaluation.label': 'happy',
      'session.evaluations.0.evaluation.annotator_kind': 'HUMAN',
    },
  })
  expect(withoutIds(found)).toEqual([
    feedback({ score: 0.95 }),
    feedback({ name: 'style', label: 'concise' }),
    feedback({ name: 'retrieval_quality', score: 0.92, judge: 'code', target: { ...noTarget, traceId } }),
    feedback({
      name: 'user_satisfaction',
      label: 'happy',
      judge: 'user',
      target: { ...noTarget, conversationId: 'session-123' },
    }),
  ])
})

test.each<[what: string, parts: Parts, target: FeedbackTarget]>([
  ['the span itself', { attributes: { ...call, ...good } }, { ...noTarget, traceId, spanId }],
  [
    'the span itself, which goes on from another',
    { attributes: { ...call, ...good }, links: [judged] },
    { ...noTarget, traceId, spanId },
  ],
  ['what an evaluator links to', { attributes: { ...evaluator, ...good }, links: [judged] }, ofJudged],
  ['what a span without meaning links to', { attributes: good, links: [judged] }, ofJudged],
  ['what an evaluation links to', { attributes: { 'gen_ai.operation.name': 'evaluation', ...good }, links: [judged] }, ofJudged],
  [
    'the trace that a link names',
    { attributes: { ...evaluator, ...good }, links: [{ traceId: judged.traceId }] },
    { ...noTarget, traceId: judged.traceId },
  ],
  [
    'not the parent',
    { attributes: { ...evaluator, ...good }, links: [judged], over: { parentSpanId: 'aaaaaaaaaaaaaaaa' } },
    ofJudged,
  ],
  [
    'the trace of an evaluator without a link',
    { attributes: { ...evaluator, ...good }, over: { parentSpanId: 'aaaaaaaaaaaaaaaa' } },
    { ...noTarget, traceId },
  ],
  ['nobody knows which of several', { attributes: { ...evaluator, ...good }, links: [judged, { traceId, spanId }] }, noTarget],
  ['a span around the agent', { attributes: good }, { ...noTarget, traceId, spanId }],
  [
    'a consumer, which links to what it was sent',
    { attributes: good, links: [judged], over: { kind: 5 } },
    { ...noTarget, traceId, spanId },
  ],
  [
    'the trace of what is linked to',
    {
      attributes: {
        ...evaluator,
        'trace.annotations.0.annotation.name': 'relevance',
        'trace.annotations.0.annotation.label': 'good',
      },
      links: [judged],
    },
    { ...noTarget, traceId: judged.traceId },
  ],
  [
    'the session, wherever it links to',
    {
      attributes: {
        ...evaluator,
        'session.id': 's-1',
        'session.annotations.0.annotation.name': 'relevance',
        'session.annotations.0.annotation.label': 'good',
      },
      links: [judged],
    },
    { ...noTarget, conversationId: 's-1' },
  ],
  [
    'no session',
    {
      attributes: {
        ...evaluator,
        'session.annotations.0.annotation.name': 'relevance',
        'session.annotations.0.annotation.label': 'good',
      },
      links: [judged],
    },
    noTarget,
  ],
])('is about %s', (_what, parts, target) => {
  expect(withoutIds(onSpan(parts))).toEqual([feedback({ label: 'good', target })])
})

test('the user of a span made for feedback gave it; the user of the span that is judged was served', () => {
  const user = { ...good, 'user.id': 'u-1' }
  const found = [
    ...onSpan({ attributes: { ...evaluator, ...user }, links: [judged] }),
    ...onSpan({ attributes: { ...call, ...user } }),
  ]
  expect(found.map(({ userId }) => userId)).toEqual(['u-1', null])
})

test.each<[what: string, attributes: NonNullable<Parts['attributes']>]>([
  ['no result', { 'annotations.0.annotation.name': 'relevance' }],
  ['no name', { 'annotations.0.annotation.label': 'good' }],
  ['a name that is none', { 'annotations.0.annotation.name': 7, 'annotations.0.annotation.label': 'good' }],
  ['a score that is none', { 'annotations.0.annotation.name': 'relevance', 'annotations.0.annotation.score': 'NaN' }],
  ['numbers beyond all', { 'annotations.4000000000.annotation.name': 'relevance', 'annotations.4000000000.annotation.score': 1 }],
  ['attributes of other emitters', { annotations: '[{"name":"relevance","score":1}]', 'evaluations.count': 3 }],
])('nothing is said by %s', (_what, attributes) => {
  expect(onSpan({ attributes: { ...call, ...attributes } })).toEqual([])
})

const event = (attributes: NonNullable<Parts['attributes']>, name = 'gen_ai.evaluation.result') => ({ name, attributes })
const thumb = event({ 'gen_ai.evaluation.name': 'relevance', 'gen_ai.evaluation.score.label': 'good' })

test.each<[what: string, parts: Parts, over: Partial<Feedback>]>([
  ['on the span that is judged', { attributes: { 'gen_ai.operation.name': 'chat' }, events: [thumb] }, {}],
  [
    'on a span that links to it',
    { attributes: { 'gen_ai.operation.name': 'evaluate' }, events: [thumb], links: [judged] },
    { target: ofJudged },
  ],
  [
    'on an evaluator that knows the answer only',
    { attributes: { ...evaluator, 'gen_ai.response.id': 'r-1' }, events: [thumb] },
    { target: { ...noTarget, traceId, responseId: 'r-1' } },
  ],
  [
    'of the request that brought it, with the ids of what it is about',
    {
      attributes: { 'http.request.method': 'POST' },
      events: [event({ ...thumb.attributes, 'gen_ai.response.id': 'r-1', 'gen_ai.conversation.id': 'c-1' })],
    },
    { target: { ...noTarget, traceId, spanId, responseId: 'r-1', conversationId: 'c-1' } },
  ],
])('an event %s', (_what, parts, over) => {
  expect(withoutIds(onSpan(parts))).toEqual([feedback({ label: 'good', ...over })])
})

test('only events of evaluations, and of those that went well', () => {
  const failed = event({ ...thumb.attributes, 'error.type': 'timeout' })
  const other = event(thumb.attributes, 'gen_ai.content.prompt')
  expect(onSpan({ attributes: call, events: [failed, other] })).toEqual([])
})

test.each<[what: string, first: Parts, second: Parts, areOne: boolean]>([
  ['a repeated delivery', {}, {}, true],
  [
    'both vocabularies',
    {},
    { attributes: { ...call, 'evaluations.0.evaluation.name': 'relevance', 'evaluations.0.evaluation.label': 'good' } },
    true,
  ],
  [
    'an identifier with another value, from another carrier',
    { attributes: { ...evaluator, ...good, 'annotations.0.annotation.identifier': 'u-1' }, links: [judged] },
    {
      attributes: {
        ...evaluator,
        ...good,
        'annotations.0.annotation.label': 'bad',
        'annotations.0.annotation.identifier': 'u-1',
      },
      links: [judged],
      over: { spanId: 'aaaaaaaaaaaaaaaa' },
    },
    true,
  ],
  [
    'two carriers of people without a name',
    { attributes: { ...evaluator, ...good }, links: [judged] },
    { attributes: { ...evaluator, ...good }, links: [judged], over: { spanId: 'aaaaaaaaaaaaaaaa' } },
    false,
  ],
  [
    'a model that judges again',
    { attributes: { ...evaluator, ...good, 'annotations.0.annotation.annotator_kind': 'LLM' }, links: [judged] },
    {
      attributes: {
        ...evaluator,
        ...good,
        'annotations.0.annotation.label': 'bad',
        'annotations.0.annotation.annotator_kind': 'LLM',
      },
      links: [judged],
      over: { spanId: 'aaaaaaaaaaaaaaaa' },
    },
    true,
  ],
])('counted once or twice: %s', (_what, first, second, areOne) => {
  const ids = [first, second].map((parts) => onSpan({ attributes: { ...call, ...good }, ...parts })[0]?.id)
  expect(ids[0] === ids[1]).toBe(areOne)
})

test('two results of one name on a span are two', () => {
  const second = { 'annotations.1.annotation.name': 'relevance', 'annotations.1.annotation.label': 'brief' }
  const ids = onSpan({ attributes: { ...call, ...good, ...second } }).map(({ id }) => id)
  expect(new Set(ids).size).toBe(2)
})

test.each([
  ['an evaluator', { ...evaluator, ...hallucination, 'llm.model_name': 'gpt-4o' }],
  ['an evaluation of the conventions', { 'gen_ai.operation.name': 'evaluation', 'gen_ai.request.model': 'gpt-4o' }],
])('%s is no step of the agent', (_what, attributes) => {
  const { kind, linkedTraceId } = readStep(span({ attributes, links: [judged] }))
  expect({ kind, linkedTraceId }).toEqual({ kind: 'other', linkedTraceId: null })
})
