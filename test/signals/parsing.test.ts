/** Parse attempts: whose answer they read, what is counted, what a failed one is called, and what it wasted. */
import { expect, test } from 'vitest'
import type { ParseFormat, ParseOutcome, Step } from '../../src/model/step.ts'
import { agentRun, failed, llmCall, type Plan, runStartUs, secondUs, toolCall, workflow } from '../helpers/steps.ts'
import { derive, tokenPrices, verdict } from './verdict.ts'

const brokenJson = failed('Unexpected end of JSON input', 'SyntaxError')
const cut: Partial<Step> = { finishReasons: ['length'] }

function attempt(format: ParseFormat, outcome: ParseOutcome = 'ok', over: Partial<Step> = {}): Plan {
  const error = outcome === 'failed' ? brokenJson : null
  return {
    over: { kind: 'parse', name: `parse ${format}`, operation: 'parse', parse: { format, outcome }, error, ...over },
    children: [],
  }
}

const failedJson = attempt('json', 'failed')
const model = (name: string, over: Partial<Step> = {}): Plan => llmCall({ responseModel: name, ...over })

/** `agent/step model format outcome` of each attempt. */
function parses(plan: Plan | readonly Plan[]): readonly string[] {
  return derive(plan).facts.flatMap((fact) =>
    fact.type === 'parse' ? [`${fact.agent}/${fact.step} ${fact.model} ${fact.format} ${fact.outcome}`] : [],
  )
}

const at = (second: number, seconds = 1): Partial<Step> => ({
  startUs: runStartUs + second * secondUs,
  endUs: runStartUs + (second + seconds) * secondUs,
})

test.each<[what: string, plan: Plan | readonly Plan[], expected: readonly string[]]>([
  ['the call before it', agentRun('a', [model('m1'), attempt('json'), model('m2')]), ['a/chat m1 json ok']],
  [
    'the last of the calls before it',
    agentRun('a', [model('m1'), model('m2'), attempt('xml', 'repaired'), attempt('text')]),
    ['a/chat m2 xml repaired', 'a/chat m2 text ok'],
  ],
  [
    'the model that was asked where the answer does not name one',
    agentRun('a', [llmCall(), attempt('json')]),
    ['a/chat gpt-4o-mini json ok'],
  ],
  [
    'a call in the same step before a later one elsewhere',
    agentRun('a', [
      workflow('draft', [model('m1', at(0)), attempt('json', 'ok', at(3))]),
      workflow('check', [model('m2', at(1)), attempt('json', 'ok', at(3))]),
    ]),
    ['a/draft m1 json ok', 'a/check m2 json ok'],
  ],
  [
    "a call inside a framework's span beside it",
    agentRun('a', [
      workflow('draft', [workflow('generate', [model('m1', at(0))]), attempt('json', 'ok', at(3))]),
      workflow('check', [model('m2', at(1))]),
    ]),
    ['a/generate m1 json ok'],
  ],
  [
    'a call of the run when its own part has none',
    agentRun('a', [workflow('ask', [model('m1')]), workflow('read', [attempt('yaml')])]),
    ['a/ask m1 yaml ok'],
  ],
  ['a call of the run when the two share no span', [model('m1'), attempt('json')], ['shop/chat m1 json ok']],
  [
    'not a call that failed',
    agentRun('a', [model('m1'), model('m2', { error: failed('429') }), attempt('json')]),
    ['a/chat m1 json ok'],
  ],
  ['not a call that came later', agentRun('a', [attempt('json'), model('m1')]), ['a/parse  json ok']],
  [
    'a call that streams its answer while it is parsed',
    agentRun('a', [llmCall({ responseModel: 'm1', ...at(0, 9) }, [attempt('json', 'ok', at(4))])]),
    ['a/chat m1 json ok'],
  ],
  [
    'a call that ended in the same millisecond',
    agentRun('a', [model('m1', { ...at(0), endUs: runStartUs + secondUs + 400 }), attempt('json', 'ok', at(1))]),
    ['a/chat m1 json ok'],
  ],
])('an attempt reads the answer of %s', (_what, plan, expected) => {
  expect(parses(plan)).toEqual(expected)
})

const error = { error: brokenJson }

test.each<[what: string, plan: Plan, expected: string]>([
  ['an attempt that went well', agentRun('a', [llmCall(), attempt('json')]), 'ok'],
  ['an attempt that was repaired', agentRun('a', [llmCall(), attempt('json', 'repaired')]), 'ok'],
  [
    'a failed attempt and another call',
    agentRun('a', [llmCall(), failedJson, llmCall(), attempt('json')]),
    'ok: parse_error recovered at parse json',
  ],
  [
    'a failed attempt that ended the run',
    agentRun('a', [llmCall(), failedJson], error),
    'failed: parse_error fatal at parse json',
  ],
  [
    'a failed attempt that ended the run in other words',
    agentRun('a', [llmCall(), failedJson], { error: failed('could not answer') }),
    'failed: parse_error fatal at parse json',
  ],
  [
    'two failed attempts, the second for good',
    agentRun(
      'a',
      [workflow('ask', [llmCall(), failedJson, llmCall(), attempt('json', 'failed', { name: 'parse again' })], error)],
      error,
    ),
    'failed: parse_error recovered at parse json, parse_error fatal at parse again',
  ],
  [
    'a parser that speaks of everything else',
    agentRun('a', [llmCall(), attempt('text', 'failed', { error: failed('rate limit, timed out: 429 Too Many Requests') })]),
    'ok: parse_error recovered at parse text',
  ],
  [
    'an answer that was cut',
    agentRun('a', [llmCall(cut), failedJson, llmCall(), attempt('json')]),
    'ok: truncated recovered at chat',
  ],
  ['an answer that was cut, for good', agentRun('a', [llmCall(cut), failedJson], error), 'failed: truncated fatal at chat'],
  [
    'a cut answer and another one that does not parse',
    agentRun('a', [llmCall(cut), llmCall(), failedJson], error),
    'failed: truncated recovered at chat, parse_error fatal at parse json',
  ],
  [
    'inside a tool that did not get over it',
    agentRun('a', [llmCall(), toolCall('lookup', '1', null, error, [llmCall(), failedJson]), llmCall()]),
    'ok: parse_error recovered at parse json',
  ],
])('%s', (_what, plan, expected) => {
  expect(verdict(plan)).toBe(expected)
})

test.each<[what: string, plan: Plan, model: string, detail: string]>([
  [
    'the call and the reason',
    agentRun('a', [model('gpt-4o-mini-2024-07-18'), failedJson]),
    'gpt-4o-mini-2024-07-18',
    'answer of gpt-4o-mini-2024-07-18 did not parse as json: Unexpected end of JSON input',
  ],
  ['the reason', agentRun('a', [failedJson]), '', 'an answer did not parse as json: Unexpected end of JSON input'],
  [
    'the class where there is no message',
    agentRun('a', [model('m1'), attempt('xml', 'failed', { error: failed(null, 'XMLSyntaxError') })]),
    'm1',
    'answer of m1 did not parse as xml: XMLSyntaxError',
  ],
  [
    'no more than there is',
    agentRun('a', [model('m1'), attempt('other', 'failed', { name: 'parse toml', error: failed(null) })]),
    'm1',
    'answer of m1 did not parse (parse toml)',
  ],
  [
    'what a parser without an attempt says, under the model whose answer it was',
    agentRun('a', [model('m1')], { error: failed('Unexpected end of JSON input', 'SyntaxError') }),
    'm1',
    'a: Unexpected end of JSON input',
  ],
])('the evidence names %s', (_what, plan, expectedModel, detail) => {
  const { failures } = derive(plan).record
  expect(failures.map((failure) => [failure.kind, failure.model, failure.detail])).toEqual([
    ['parse_error', expectedModel, detail],
  ])
})

function wasted(plan: Plan): readonly string[] {
  return derive(plan, {}, tokenPrices).facts.flatMap((fact) => (fact.type === 'waste' ? [`${fact.reason} ${fact.tokens}`] : []))
}

const tokens = (input: number): Partial<Step> => ({
  usage: { input, output: 0, cacheRead: null, cacheWrite: null, reasoning: null },
})
const repeat = toolCall('search', '{"q":"x"}', 'nothing')

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['an answer that parsed', agentRun('a', [llmCall(), attempt('json')]), []],
  ['an answer that parsed after a repair', agentRun('a', [llmCall(), attempt('json', 'repaired')]), []],
  [
    'an answer that had to be asked for again',
    agentRun('a', [llmCall(tokens(7)), failedJson, llmCall(tokens(8)), attempt('json')]),
    ['parse_failure 7'],
  ],
  ['an answer that was lost', agentRun('a', [llmCall(tokens(7)), failedJson]), ['parse_failure 7']],
  ['an answer that a second parser could read', agentRun('a', [llmCall(tokens(7)), failedJson, attempt('fenced_json')]), []],
  [
    'of a failed run the lost answer has its own reason',
    agentRun('a', [llmCall(tokens(6)), llmCall(tokens(7)), failedJson], error),
    ['failed_run 6', 'parse_failure 7'],
  ],
  [
    'also where a parser without an attempt says so',
    agentRun('a', [llmCall(tokens(6)), llmCall(tokens(7))], error),
    ['failed_run 6', 'parse_failure 7'],
  ],
  [
    'a cut answer that did not parse was lost, too',
    agentRun('a', [llmCall({ ...cut, ...tokens(7) }), failedJson, llmCall(), attempt('json')]),
    ['parse_failure 7'],
  ],
  [
    'a loop goes first',
    agentRun('a', [llmCall(tokens(5)), repeat, llmCall(tokens(7)), failedJson, repeat, llmCall(tokens(8)), repeat, llmCall()]),
    ['loop 7', 'loop 8'],
  ],
  [
    'a call that failed gave no answer to parse',
    agentRun('a', [llmCall({ ...tokens(7), error: failed('Request timed out.') }), failedJson, llmCall()]),
    ['retry 7'],
  ],
])('waste: %s', (_what, plan, expected) => {
  expect(wasted(plan)).toEqual(expected)
})
