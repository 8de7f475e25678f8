import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ContentPlace, StepContent } from '../../src/model/transcript.ts'
import { agentRun, embedding, llmCall, runStartUs, secondUs, toolCall, usage, workflow } from '../helpers/steps.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { asks, built, content, model, runOf, shown, system, tells, text, user } from './builders.ts'

const conversation = [system('be brief'), user('weather?'), asks('search', '{"q":"oslo"}', 'c1'), tells('sunny', 'c1')]

/** 1 agent, 2 call, 3 tool, 4 call. */
const toolRun = runOf([agentRun('support', [llmCall(), toolCall('search'), llmCall()])])
const toolContents: readonly StepContent[] = [
  content(1, { input: [user('weather?')], output: [model('It is sunny.')] }),
  content(2, { input: conversation.slice(0, 2), output: [asks('search', '{"q": "oslo"}', 'c1')] }),
  content(3, { input: [asks('search', '{"q":"oslo"}', 'c1')], output: [tells('sunny', 'c1', 'search')] }),
  content(4, { input: conversation, output: [model('It is sunny.')] }),
]

describe('what is new', () => {
  test('a call shows what no step before it has shown, an agent what no step below it shows', () => {
    expect(shown(toolRun, toolContents)).toEqual([
      '2 > system: be brief > user: weather? < assistant: search({"q": "oslo"})',
      '3 > assistant: search({"q":"oslo"}) < tool: =sunny',
      '4 [4 repeated] < assistant: It is sunny.',
    ])
  })

  test('a tool without a step of its own is shown where the model is told of it', () => {
    const run = runOf([llmCall(), llmCall()])
    const contents = [
      content(1, { input: [user('a')], output: [asks('f', '{}', 'c1')] }),
      content(2, { input: [user('a'), asks('f', '{}', 'c1'), tells('no such tool', 'c1')], output: [model('sorry')] }),
    ]
    expect(shown(run, contents)).toEqual([
      '1 > user: a < assistant: f({})',
      '2 [2 repeated] > tool: =no such tool < assistant: sorry',
    ])
  })

  test('what is said twice is shown twice', () => {
    const run = runOf([llmCall(), llmCall()])
    const contents = [
      content(1, { input: [user('yes')], output: [model('sure?')] }),
      content(2, { input: [user('yes'), model('sure?'), user('yes')], output: [model('sure?')] }),
    ]
    expect(shown(run, contents)).toEqual(['1 > user: yes < assistant: sure?', '2 [2 repeated] > user: yes < assistant: sure?'])
  })

  test('equal calls of a loop are each shown, and none of them again in the history', () => {
    const run = runOf([llmCall(), toolCall('f'), llmCall(), toolCall('f'), llmCall()])
    const turn = [asks('f', '{}'), tells('pending')]
    const tool = { input: [asks('f', '{}')], output: [tells('pending', null, 'f')] }
    const contents = [
      content(1, { input: [user('go')], output: [asks('f', '{}')] }),
      content(2, tool),
      content(3, { input: [user('go'), ...turn], output: [asks('f', '{}')] }),
      content(4, tool),
      content(5, { input: [user('go'), ...turn, ...turn], output: [model('still pending')] }),
    ]
    expect(shown(run, contents)).toEqual([
      '1 > user: go < assistant: f({})',
      '2 > assistant: f({}) < tool: =pending',
      '3 [3 repeated] < assistant: f({})',
      '4 > assistant: f({}) < tool: =pending',
      '5 [5 repeated] < assistant: still pending',
    ])
  })

  test.each<[what: string, told: string]>([
    ['around it', '{"result":"{\\"city\\": \\"Oslo\\"}"}'],
    ['in another order of keys', '{"city":"Oslo" }'],
  ])('a tool’s answer is known with something %s', (_, told) => {
    const run = runOf([toolCall('f'), llmCall()])
    const contents = [
      content(1, { output: [tells('{"city":"Oslo"}', null, 'f')] }),
      content(2, { input: [user('a'), tells(told, null, 'f')] }),
    ]
    expect(shown(run, contents)).toEqual(['1 < tool: ={"city":"Oslo"}', '2 [1 repeated] > user: a'])
  })

  test('another answer than the tool’s own is shown', () => {
    const run = runOf([toolCall('f'), llmCall()])
    const contents = [
      content(1, { output: [tells('{"rows":[1,2,3]}', 'c1', 'f')] }),
      content(2, { input: [tells('the answer was too long', 'c1')] }),
    ]
    expect(shown(run, contents)).toEqual(['1 < tool: ={"rows":[1,2,3]}', '2 > tool: =the answer was too long'])
  })

  test('of a message whose one part is known only the other is shown', () => {
    const run = runOf([llmCall(), llmCall()])
    const both = { role: 'user' as const, parts: [...tells('x', 'c1').parts, { type: 'text' as const, text: 'and now?' }] }
    const contents = [content(1, { input: [tells('x', 'c1')] }), content(2, { input: [both] })]
    expect(shown(run, contents)).toEqual(['1 > tool: =x', '2 > user: and now?'])
  })

  test('a conversation that is sent as one text goes on where it was', () => {
    const run = runOf([llmCall(), llmCall()])
    const contents = [content(1, { input: [user('help\nwhere')] }), content(2, { input: [user('help\nwhere\nit is here')] })]
    expect(shown(run, contents)).toEqual(['1 > user: help\nwhere', '2 [1 repeated] > user: it is here'])
  })

  test('texts that are split or spaced otherwise are the same', () => {
    const run = runOf([llmCall(), llmCall()])
    const parts = ['One.', 'Two.'].map((words) => ({ type: 'text' as const, text: words }))
    const contents = [content(1, { output: [{ role: 'assistant', parts }] }), content(2, { input: [model('One.\n\nTwo. ')] })]
    expect(shown(run, contents)).toEqual(['1 < assistant: One. + Two.', '2 [1 repeated]'])
  })
})

describe('agents and workflows', () => {
  test('show what their calls do not, since nobody sent it', () => {
    const run = runOf([agentRun('support', [llmCall()])])
    expect(shown(run, [content(1, { input: [user('hi')], output: [model('hello')] })])).toEqual([
      '1 > user: hi < assistant: hello',
      '2 [not_sent]',
    ])
  })

  test('show it at the innermost of them', () => {
    const run = runOf([workflow('graph', [agentRun('support', [llmCall()])])])
    const said = { input: [user('hi')], output: [model('hello')] }
    expect(shown(run, [content(1, said), content(2, said)])).toEqual(['2 > user: hi < assistant: hello', '3 [not_sent]'])
  })

  test('beside one another may say the same', () => {
    const run = runOf([agentRun('a', []), agentRun('b', [])])
    expect(shown(run, [content(1, { output: [model('ok')] }), content(2, { output: [model('ok')] })])).toEqual([
      '1 < assistant: ok',
      '2 < assistant: ok',
    ])
  })

  test('show data where nothing below says anything', () => {
    const run = runOf([workflow('chain', [workflow('parser', [])])])
    const data = (words: string): StepContent['output'] => [text('other', words)]
    expect(shown(run, [content(1, { output: data('{"state":1}') }), content(2, { output: data('{"title":"x"}') })])).toEqual([
      '2 < other: {"title":"x"}',
    ])
  })
})

describe('steps that are one to a reader', () => {
  const twins = runOf([llmCall({}, [llmCall()])], { uncounted: [1] })

  test('two spans of a call are shown at the one that counts, each with what the other lacks', () => {
    const contents = [
      content(1, { input: [user('hi')], output: [model('framework')] }),
      content(2, { output: [model('client')] }),
    ]
    expect(shown(twins, contents)).toEqual(['2 > user: hi < assistant: client'])
  })

  test('by the id of the answer they are one wherever they are', () => {
    const run = runOf([llmCall({ responseId: 'resp-1' }), toolCall('f', '{}', 'x', {}, [llmCall({ responseId: 'resp-1' })])], {
      uncounted: [1],
    })
    const said = { input: [user('hi')], output: [model('hello')] }
    expect(shown(run, [content(1, said), content(3, said)])).toEqual(['2 [not_sent]', '3 > user: hi < assistant: hello'])
  })

  test('a twin that failed keeps its card', () => {
    const run = runOf([llmCall({}, [llmCall()])], { uncounted: [1], failing: [1] })
    expect(shown(run, [content(2, { output: [model('x')] })])).toEqual(['1', '2 < assistant: x'])
  })

  test('the request of a stream that is reported apart is shown with it', () => {
    const run = runOf([llmCall({ usage: usage({}) }), llmCall({ isContinuation: true })], { uncounted: [1] })
    expect(shown(run, [content(1, { input: [user('hi')] }), content(2, { output: [model('hello')] })])).toEqual([
      '2 > user: hi < assistant: hello',
    ])
  })

  test('spans of one tool run in one another are one', () => {
    const run = runOf([toolCall('f', '{}', 'x', {}, [toolCall('f')])])
    const contents = [content(1, { input: [asks('f', '{}')] }), content(2, { output: [tells('x')] })]
    expect(shown(run, contents)).toEqual(['1 > assistant: f({}) < tool: =x'])
  })
})

describe('what comes in records', () => {
  const piece = (key: string, position: number): StepContent['piece'] => ({ key, position, atUs: runStartUs })

  test('pieces of a step are put together by their place in the log, copies once', () => {
    const run = runOf([llmCall()])
    const contents = [
      content(1, { piece: piece('b', 9), input: [user('two')] }),
      content(1, { piece: piece('c', 3), input: [user('three')] }),
      content(1, { piece: piece('b', 2), input: [user('two')] }),
      content(1, { piece: piece('a', 1), input: [user('one')] }),
      content(1, { piece: piece('d', 4), output: [model('four')] }),
    ]
    const expected = ['1 > user: one > user: two > user: three < assistant: four']
    expect(shown(run, contents)).toEqual(expected)
    expect(shown(run, contents.toReversed())).toEqual(expected)
  })

  test('of what span and record say the one that says more is shown', () => {
    const run = runOf([llmCall()])
    const contents = [content(1, { input: [user('hi')] }), content(1, { input: [system('be brief'), user('hi')] })]
    expect(shown(run, contents)).toEqual(['1 > system: be brief > user: hi'])
  })

  const at = (seconds: number): number => runStartUs + seconds * secondUs
  test.each<[what: string, place: ContentPlace, expected: readonly string[]]>([
    ['the tool of that id', { type: 'tool', callId: 'c1' }, ['1', '2 > user: x', '3']],
    ['the call of that response', { type: 'response', responseId: 'r2' }, ['1', '2', '3 > user: x']],
    ['the call that was under way', { type: 'moment', atUs: at(0.5) }, ['1 > user: x', '2', '3']],
    ['the next call', { type: 'moment', atUs: at(1.5) }, ['1', '2', '3 > user: x']],
    ['the call that ended then', { type: 'end', atUs: at(1) }, ['1 > user: x', '2', '3']],
    ['no call, where none ended then', { type: 'end', atUs: at(1.5) }, ['1', '2', '3']],
  ])('a record without a span belongs to %s', (_, place, expected) => {
    const tool = toolCall('f', '{}', 'x', {
      tool: { name: 'f', callId: 'c1', argumentsFingerprint: null, looseArguments: null, resultFingerprint: null },
    })
    const run = runOf([llmCall({ responseId: 'r1' }), tool, llmCall({ responseId: 'r2' })])
    expect(shown(run, [content(0, { spanId: '', place, input: [user('x')] })])).toEqual(
      expected.map((line) => line.replace(/^(\d)$/, '$1 [not_sent]')),
    )
    expect(shown(run, [content(0, { traceId: 'a'.repeat(32), spanId: '', place, input: [user('x')] })])).toEqual([
      '1 [not_sent]',
      '2 [not_sent]',
      '3 [not_sent]',
    ])
  })
})

test('what should have been there is said to be missing, and what cannot be read to be unreadable', () => {
  const parse = {
    over: { kind: 'parse' as const, name: 'parse', parse: { format: 'json' as const, outcome: 'failed' as const } },
    children: [],
  }
  const run = runOf([llmCall(), toolCall('f'), embedding(), parse, workflow('w', [])], { failing: [5] })
  expect(shown(run, [content(1, { isPartial: true })])).toEqual(['1 [unreadable, partial]', '2 [not_sent]', '4', '5'])
})

test('the names of tools alone are what is left where content is switched off', () => {
  const run = runOf([llmCall()])
  const output = [{ role: 'assistant' as const, parts: [{ type: 'tool_call' as const, id: 'c1', name: 'f', arguments: null }] }]
  expect(shown(run, [content(1, { output })])).toEqual(['1 [not_sent] < assistant: f(?)'])
})

test('steps are shown in the order in which they began, parents before children whatever their clocks say', () => {
  const run = runOf([
    agentRun('late', [llmCall({ startUs: runStartUs - 1, endUs: runStartUs + 5 })], { startUs: runStartUs + 10 }),
    llmCall({ startUs: runStartUs }),
  ])
  const contents = [1, 2, 3].map((number) => content(number, { input: [user(`at ${number}`)] }))
  expect(shown(run, contents)).toEqual(['3 > user: at 3', '1 > user: at 1', '2 > user: at 2'])
})

test('parents that go in circles hide nothing', () => {
  const run = runOf([llmCall({ parentId: '2'.padStart(16, '0') }), llmCall({ parentId: '1'.padStart(16, '0') })])
  expect(shown(run, [])).toEqual(['1 [not_sent]', '2 [not_sent]'])
})

test('in whatever order contents come, and however often, the transcript is the same', () => {
  const truth = built(toolRun, toolContents)
  fc.assert(
    fc.property(fc.integer(), fc.nat(3), (seed, again) => {
      const copies = [...toolContents, ...toolContents.slice(again)]
      expect(built({ ...toolRun, steps: shuffle(toolRun.steps, seed) }, shuffle(copies, seed))).toEqual(truth)
    }),
  )
})
