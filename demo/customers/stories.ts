/**
 * How a run can go, as a scenario names it: what the models do wrong, and what anybody who reads the traces rightly should say about it. Kinds are
 * those of the processor's list, also where it has no detector for one yet.
 */
import type { Fault } from '../model-server/faults.ts'
import type { ReplyPlan } from '../model-server/plan.ts'
import { releaseOf } from '../support/release.ts'
import type { TopicName, Turn } from './topics.ts'

export type StepName = 'classify' | 'plan' | 'resolve' | 'review'

/** A call to a model within a run. */
interface StoryCall {
  readonly step: StepName
  readonly model: string
  /** Calls of this step before it, failed ones included. */
  readonly earlier: number
  /** Calls of this step before it that got an answer. */
  readonly answered: number
  readonly turn: Turn
  /** The agent has said that this was asked before. */
  readonly isTold: boolean
  /** What a model that works well would say now. */
  readonly good: ReplyPlan
  /** The same after so many answers of this step. */
  readonly goodAt: (answered: number) => ReplyPlan
  /** The customer closes the page. */
  readonly leave: () => void
}

export interface Expected {
  readonly outcome: 'ok' | 'failed'
  /** Each kind once, however often it happened. */
  readonly kinds: readonly string[]
}

export interface Story {
  readonly topic: TopicName | null
  readonly reply: (call: StoryCall) => ReplyPlan
  readonly expected: (release: string) => Expected
  /** What the customer gets to see, where it is not the answer of a model that works well. */
  readonly shows?: (turn: Turn) => string
}

export const storyNames = [
  'fine',
  'busy_once',
  'busy',
  'down_once',
  'down',
  'overloaded',
  'slow_once',
  'unreachable',
  'wrong_key',
  'too_long',
  'broken_off',
  'customer_left',
  'cut',
  'filtered',
  'filtered_prompt',
  'refused',
  'silent',
  'broken_json',
  'fenced_json',
  'wrong_shape',
  'unclosed_xml',
  'carrier_down',
  'bad_arguments',
  'invented_tool',
  'loop',
  'ping_pong',
  'nothing_found',
  'wrong_order',
] as const

export type StoryName = (typeof storyNames)[number]

const ok =
  (...kinds: readonly string[]): Story['expected'] =>
  () => ({ outcome: 'ok', kinds })
const failed =
  (...kinds: readonly string[]): Story['expected'] =>
  () => ({ outcome: 'failed', kinds })

/** Goes wrong at the first call of the step, then well. */
const once =
  (step: StepName, wrong: ReplyPlan): Story['reply'] =>
  (call) =>
    call.step === step && call.earlier === 0 ? { ...call.good, ...wrong } : call.good

/** Goes wrong at each call of the step. */
const always =
  (step: StepName, wrong: ReplyPlan): Story['reply'] =>
  (call) =>
    call.step === step ? { ...call.good, ...wrong } : call.good

/** Goes wrong where the step would have given its text. */
const inTheAnswer =
  (wrong: ReplyPlan): Story['reply'] =>
  (call) =>
    call.step === 'resolve' && call.good.text !== undefined ? { ...call.good, ...wrong } : call.good

const carrierDown = 'I cannot see where your parcel is: the carrier does not answer. Shall I hand over to a person?'

export const stories: Readonly<Record<StoryName, Story>> = {
  fine: { topic: null, reply: (call) => call.good, expected: ok() },
  busy_once: { topic: null, reply: once('resolve', { fault: 'rate_limit' }), expected: ok('rate_limit') },
  busy: { topic: null, reply: always('resolve', { fault: 'rate_limit' }), expected: failed('rate_limit') },
  down_once: { topic: null, reply: once('resolve', { fault: 'server_error' }), expected: ok('server_error') },
  down: { topic: null, reply: always('resolve', { fault: 'unavailable' }), expected: failed('server_error') },
  overloaded: { topic: null, reply: once('classify', { fault: 'overloaded' }), expected: ok('server_error') },
  slow_once: { topic: null, reply: once('resolve', { fault: 'timeout' }), expected: ok('timeout') },
  unreachable: { topic: null, reply: once('resolve', { fault: 'reset' }), expected: ok('server_error') },
  wrong_key: { topic: null, reply: always('classify', { fault: 'auth_error' }), expected: failed('auth_error') },
  too_long: { topic: null, reply: always('resolve', { fault: 'context_length' }), expected: failed('context_length') },
  broken_off: { topic: null, reply: once('resolve', { fault: 'stream_break' }), expected: ok('stream_aborted') },
  customer_left: {
    topic: null,
    reply: (call) => {
      if (call.step !== 'resolve') return call.good
      call.leave()
      return { ...call.good, fault: 'timeout' }
    },
    expected: ok('aborted_by_client'),
  },
  cut: { topic: null, reply: inTheAnswer({ fault: 'length' }), expected: ok('truncated') },
  filtered: { topic: null, reply: inTheAnswer({ fault: 'content_filter' }), expected: ok('content_filter') },
  filtered_prompt: {
    topic: null,
    reply: always('resolve', { fault: 'content_filter_error' }),
    expected: failed('content_filter'),
  },
  refused: { topic: null, reply: inTheAnswer({ fault: 'refusal' }), expected: ok('refusal') },
  silent: { topic: null, reply: inTheAnswer({ fault: 'empty' }), expected: ok('empty_output') },
  broken_json: { topic: null, reply: once('classify', { fault: 'json_truncated' }), expected: ok('parse_error') },
  fenced_json: {
    topic: null,
    reply: always('classify', { fault: 'json_fenced' }),
    expected: (release) =>
      releaseOf(release).mendsFencedJson ? { outcome: 'ok', kinds: [] } : { outcome: 'failed', kinds: ['parse_error'] },
  },
  wrong_shape: { topic: null, reply: once('classify', { fault: 'schema_violation' }), expected: ok('parse_error') },
  unclosed_xml: {
    topic: 'refund',
    reply: (call) => (call.step === 'plan' ? { ...call.good, text: (call.good.text ?? '').replace('</plan>', '') } : call.good),
    expected: ok(),
  },
  carrier_down: {
    topic: 'parcel',
    reply: inTheAnswer({ text: carrierDown }),
    expected: ok('tool_error'),
    shows: () => carrierDown,
  },
  bad_arguments: { topic: 'order', reply: clumsy('arguments_no_json'), expected: ok('tool_bad_arguments') },
  invented_tool: { topic: 'order', reply: clumsy('unknown_tool'), expected: ok('unknown_tool') },
  loop: {
    topic: 'order',
    reply: inCircles(1),
    expected: (release) =>
      releaseOf(release).stopsRepeats ? { outcome: 'ok', kinds: [] } : { outcome: 'failed', kinds: ['recursion_loop'] },
  },
  ping_pong: {
    topic: 'parcel',
    reply: inCircles(2),
    expected: (release) =>
      releaseOf(release).stopsRepeats ? { outcome: 'ok', kinds: [] } : { outcome: 'failed', kinds: ['recursion_loop'] },
  },
  nothing_found: { topic: 'unheard', reply: (call) => call.good, expected: ok('retrieval_empty') },
  /** Nothing fails, and the answer is wrong: only the customer can tell. */
  wrong_order: {
    topic: 'order',
    reply: (call) => (call.step === 'resolve' ? aboutAnotherOrder(call.good) : call.good),
    expected: ok(),
    shows: (turn) => anotherOrder(turn.answer),
  },
}

function aboutAnotherOrder({ text, toolCalls = [], ...rest }: ReplyPlan): ReplyPlan {
  if (text !== undefined) return { ...rest, text: anotherOrder(text) }
  return {
    ...rest,
    toolCalls: toolCalls.map(({ name, arguments: args }) => ({ name, arguments: anotherOrder(JSON.stringify(args)) })),
  }
}

/** The one after it. */
function anotherOrder(text: string): string {
  return text.replaceAll(/\bA-(\d+)/g, (_, digits: string) => `A-${Number(digits) + 1}`)
}

/** The first tool call goes wrong. The model does it right when it is told. */
function clumsy(fault: Fault): Story['reply'] {
  return (call) => {
    if (call.step !== 'resolve') return call.good
    return call.earlier === 0 ? { ...call.goodAt(0), fault } : call.goodAt(call.answered - 1)
  }
}

/** The first tools in turn, for ever, unless the agent says that it is enough. */
function inCircles(tools: number): Story['reply'] {
  return (call) => {
    if (call.step !== 'resolve') return call.good
    return call.isTold ? { ...call.good, toolCalls: [], text: call.turn.answer } : call.goodAt(call.answered % tools)
  }
}
