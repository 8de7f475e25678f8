import { expect, test } from 'vitest'
import { SeenSet } from '../../src/assemble/seen.ts'
import type { Step } from '../../src/model/step.ts'
import {
  agentRun,
  embedding,
  failed,
  llmCall,
  plainSpan,
  runStartUs,
  stepId,
  toolCall,
  usage,
  workflow,
  type Plan,
} from '../helpers/steps.ts'
import { countedCalls, derive } from './verdict.ts'

const silent = { usage: usage({}) }
const other = usage({ input: 7, output: 7 })
const call = (name: string, over: Partial<Step> = {}, children: readonly Plan[] = []): Plan =>
  llmCall({ name, ...over }, children)
const broken = (name: string): Plan => call(name, { error: failed('429 Rate limit reached') })

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['calls under an agent count each', agentRun('a', [call('one'), call('two')]), ['one', 'two']],
  [
    'the usage of parents never counts',
    agentRun('a', [workflow('w', [call('one')], { usage: usage({ input: 200 }) })], { usage: usage({ input: 200 }) }),
    ['one'],
  ],
  ['a framework’s span around the SDK’s is the same call', call('framework', {}, [call('sdk')]), ['sdk']],
  ['with an HTTP span in between too', call('framework', {}, [plainSpan('POST', [call('sdk')])]), ['sdk']],
  ['where only the outer one has usage it is the call', call('framework', {}, [call('sdk', silent)]), ['framework']],
  ['a span around calls that holds no tokens is none', call('predict', silent, [call('one'), call('two')]), ['one', 'two']],
  [
    'attempts inside the outer span count each',
    call('framework', silent, [broken('first'), call('second')]),
    ['first', 'second'],
  ],
  [
    'with usage only outside: failed attempts and the outer span',
    call('framework', {}, [broken('first'), call('second', silent)]),
    ['framework', 'first'],
  ],
  [
    'with usage inside and outside the inner spans count',
    call('framework', {}, [call('first'), broken('second')]),
    ['first', 'second'],
  ],
  ['three levels, usage everywhere', call('a', {}, [call('b', {}, [call('c')])]), ['c']],
  ['three levels, usage only outside', call('a', {}, [call('b', silent, [call('c', silent)])]), ['a']],
  ['three levels, usage in the middle', call('a', silent, [call('b', {}, [call('c', silent)])]), ['b']],
  ['three levels, usage at both ends', call('a', {}, [call('b', silent, [call('c')])]), ['c']],
  [
    'a tool in between makes a call of its own',
    call('outer', {}, [toolCall('ask', '1', '2', {}, [call('inner')])]),
    ['outer', 'inner'],
  ],
  ['an agent in between makes a call of its own', call('outer', {}, [agentRun('helper', [call('inner')])]), ['outer', 'inner']],
  [
    'different response ids are different calls',
    call('outer', { responseId: 'r1' }, [call('inner', { responseId: 'r2' })]),
    ['outer', 'inner'],
  ],
  [
    'models that differ in request and response are different calls',
    call('outer', { requestModel: 'a', responseModel: 'a1', usage: other }, [
      call('inner', { requestModel: 'b', responseModel: 'b1' }),
    ]),
    ['outer', 'inner'],
  ],
  [
    'models that differ in the request are different calls where nobody says which one answered',
    call('outer', { requestModel: 'a', usage: other }, [call('inner', { requestModel: 'b' })]),
    ['outer', 'inner'],
  ],
  [
    'a gateway’s own name for the model makes no other call of the same tokens',
    call('outer', { requestModel: 'smart', responseModel: 'smart' }, [call('inner', { requestModel: 'b', responseModel: 'b1' })]),
    ['inner'],
  ],
  ['two zeros are no tokens', call('outer', {}, [call('inner', { usage: usage({ input: 0, output: 0 }) })]), ['outer']],
  [
    'an alias and the model behind it are one call',
    call('outer', { requestModel: 'fast' }, [call('inner', { requestModel: 'gpt-4o' })]),
    ['inner'],
  ],
  [
    'equal response ids side by side are one call',
    agentRun('a', [call('one', { responseId: 'r' }), call('two', { responseId: 'r' })]),
    ['one'],
  ],
  [
    'of equal response ids the one with usage counts',
    agentRun('a', [workflow('w', [call('one', { responseId: 'r', ...silent })]), call('two', { responseId: 'r' })]),
    ['two'],
  ],
  [
    'of equal response ids with usage the innermost counts',
    agentRun('a', [call('one', { responseId: 'r' }), workflow('w', [call('two', { responseId: 'r' })])]),
    ['two'],
  ],
  [
    'a framework’s span and the client’s beside it are one call',
    agentRun('a', [
      call('framework', { scope: 'f' }),
      call('client', { scope: 'c', startUs: runStartUs, endUs: runStartUs + 1 }),
    ]),
    ['client'],
  ],
  ['calls without a response id are no twins of one another', agentRun('a', [call('one'), call('two')]), ['one', 'two']],
])('%s', (_what, plan, expected) => {
  expect(countedCalls(plan)).toEqual(expected)
})

test('embeddings are counted apart from model calls', () => {
  const { record, calls } = derive(agentRun('a', [embedding({ name: 'embed' }), llmCall({ name: 'chat' })]))
  expect([record.llmCalls, calls.map(({ step }) => step.name)]).toEqual([1, ['chat', 'embed']])
})

const summed: Partial<Step> = { usage: usage({ input: 50, output: 5 }) }

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['an agent stands for its calls when the run has none', agentRun('a', [agentRun('far', [], summed)]), ['far']],
  ['the outermost of nested ones', agentRun('far', [agentRun('farther', [], summed)], summed), ['far']],
  [
    'two side by side count each',
    agentRun('a', [agentRun('far', [], summed), agentRun('further', [], summed)]),
    ['far', 'further'],
  ],
  ['not when the run has a call of its own', agentRun('a', [agentRun('far', [], summed), call('own')]), ['own']],
  ['not without usage', agentRun('a', [agentRun('far', [])]), []],
])('agents without calls: %s', (_what, plan, expected) => {
  expect(countedCalls(plan)).toEqual(expected)
})

test('calls that come after their agent was counted for them are no calls any more', () => {
  const earlier = new SeenSet()
  earlier.markCountedCall(stepId(1), null, null)
  earlier.markSeen(stepId(2))
  const plan = agentRun('counted', [agentRun('inner', [call('late', { spanId: stepId(3) })], { spanId: stepId(2) })], {
    ...summed,
    spanId: stepId(1),
  })
  expect(countedCalls(plan, { earlier })).toEqual([])
})

test('what an earlier settle counted stays, and late twins of it are no calls', () => {
  const earlier = new SeenSet()
  earlier.markCountedCall(stepId(2), stepId(0xaa), 'r1')
  earlier.markSeen(stepId(3))
  const late = [
    call('counted', { spanId: stepId(2), responseId: 'r1' }, [call('inside', { spanId: stepId(4) })]),
    call('seen, not counted', { spanId: stepId(3) }),
    call('around', { spanId: stepId(0xaa) }),
    call('same response', { spanId: stepId(5), responseId: 'r1' }),
    call('new', { spanId: stepId(6), responseId: 'r2' }),
  ]
  expect(countedCalls(agentRun('a', late, { spanId: stepId(9) }), { earlier })).toEqual(['counted', 'new'])
})

test('a framework’s span and the protocol’s span of one tool are one run of it', () => {
  const names = (plan: Plan): readonly string[] =>
    derive(plan).facts.flatMap((fact) => (fact.type === 'tool' ? [`${fact.tool} ${fact.spanId.at(-1)}`] : []))
  expect(names(toolCall('search', '1', '2', {}, [plainSpan('http', [toolCall('search')])]))).toEqual(['search 1'])
  expect(names(toolCall('search', '1', '2', {}, [toolCall('search', '1', '2', {}, [toolCall('search')])]))).toEqual(['search 1'])
  expect(names(toolCall('run', '1', '2', {}, [toolCall('search')]))).toEqual(['run 1', 'search 2'])
  expect(names(toolCall('search', '1', '2', {}, [agentRun('helper', [toolCall('search')])]))).toEqual(['search 1', 'search 3'])
})

const log = (name: string, over: Partial<Step> = {}): Plan => call(name, { source: 'log', ...over })

test('calls that logs report count where no span reports one', () => {
  expect(countedCalls([log('one'), log('two')])).toEqual(['one', 'two'])
  expect(countedCalls([agentRun('a', [call('span')]), log('of the same')])).toEqual(['span'])
  expect(countedCalls([agentRun('a', []), log('one')])).toEqual(['one'])
  expect(countedCalls([agentRun('a', [call('span')]), log('of a program that the agent ran', { service: 'other' })])).toEqual([
    'span',
    'of a program that the agent ran',
  ])
})

const request = (name: string, over: Partial<Step> = {}): Plan => call(name, { ...silent, ...over })
const stream = (name: string, over: Partial<Step> = {}): Plan => call(name, { isContinuation: true, ...over })

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['a request and its stream beside it are one call', agentRun('a', [request('request'), stream('stream')]), ['stream']],
  ['two of them are two', agentRun('a', [request('r1'), stream('s1'), request('r2'), stream('s2')]), ['s1', 's2']],
  ['streams that end in another order', agentRun('a', [request('r1'), request('r2'), stream('s1'), stream('s2')]), ['s1', 's2']],
  ['a request that has its own usage is a call', agentRun('a', [call('r1'), stream('s1')]), ['r1', 's1']],
  ['a request that failed was an attempt', agentRun('a', [broken('r1'), request('r2'), stream('s2')]), ['r1', 's2']],
  ['a request for another model', agentRun('a', [request('r1', { requestModel: 'other' }), stream('s1')]), ['r1', 's1']],
  ['a request elsewhere', agentRun('a', [workflow('w', [request('r1')]), stream('s1')]), ['r1', 's1']],
  ['a request after the stream', agentRun('a', [stream('s1'), request('r1')]), ['s1', 'r1']],
])('streams: %s', (_what, plan, expected) => {
  expect(countedCalls(plan)).toEqual(expected)
})

test('thousands of streams find their requests', () => {
  const plans = Array.from({ length: 3_000 }, (_, at) => [request(`r${at}`), stream(`s${at}`)]).flat()
  expect(countedCalls(agentRun('a', plans))).toEqual(plans.map(({ over }) => over.name).filter((name) => name?.startsWith('s')))
})
