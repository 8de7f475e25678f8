/** What the user said in a run, and what programs said in the user's name. */
import { expect, test } from 'vitest'
import { userTurnOf } from '../../../src/language/turn.ts'
import type { Answer, Step } from '../../../src/model/step.ts'
import { turnsOfRun } from '../../../src/signals/implicit/turns.ts'
import { agentRun, llmCall, type Plan, stepsOf, toolCall, workflow } from '../../helpers/steps.ts'

const text: Answer = { form: 'text', format: 'text', isReadable: null, schemaProblem: null, toolCalls: [] }
const data: Answer = { ...text, format: 'json', isReadable: true }
const tools: Answer = { ...text, form: 'tool_calls', format: null }

function told(words: string, answer: Answer | null = text, over: Partial<Step> = {}): Plan {
  return llmCall({ said: userTurnOf(words), answer, ...over })
}

function said(words: string): Partial<Step> {
  return { said: userTurnOf(words) }
}

function turns(...plans: readonly Plan[]): readonly string[] {
  return turnsOfRun(stepsOf(plans)).map(({ turn }) => turn.quote)
}

test('a run has the turn that its first call was told', () => {
  expect(turns(agentRun('support', [told('Where is it?', tools), toolCall('search'), llmCall({ answer: text })]))).toEqual([
    'Where is it?',
  ])
})

test('what the agent was asked goes before what its calls were told', () => {
  expect(
    turns(agentRun('support', [told('Classify: Where is it?'), told('Answer: Where is it?')], said('Where is it?'))),
  ).toEqual(['Where is it?'])
})

test('what an agent tells another is no turn', () => {
  const helper = agentRun('helper', [told('Look up order 7')], said('Look up order 7'))
  expect(turns(agentRun('support', [helper], said('Where is it?')))).toEqual(['Where is it?'])
  expect(turns(agentRun('support', [told('Where is it?', tools), agentRun('helper', [told('Look up order 7')])]))).toEqual([
    'Where is it?',
  ])
})

test('a trace may hold a conversation: each message behind an answer in words is a turn', () => {
  expect(turns(agentRun('support', [told('Where is it?'), told("No, that's wrong"), told('Thanks')]))).toEqual([
    'Where is it?',
    "No, that's wrong",
    'Thanks',
  ])
})

test.each([
  ['the same prompt again', [told('Where is it?'), told('Where is it?'), told('Where is it?')]],
  ['a request to repair data', [told('Where is it?', data), told('Fix the JSON')]],
  ['a message behind tools that were asked for', [told('Where is it?', tools), told('Go on')]],
  ['a message behind a call that failed', [told('Where is it?', null), told('Where is it, please?')]],
])('programs ask again, too: %s', (_, calls) => {
  expect(turns(agentRun('support', calls))).toEqual(['Where is it?'])
})

test('agents that one after the other are run over a list are asked each in turn', () => {
  const run = (words: string): Plan => agentRun('support', [told(words)], said(words))
  expect(turns(workflow('batch', [run('First'), run('Second')]))).toEqual(['First', 'Second'])
})

test('a run without content has no turns', () => {
  expect(turns(agentRun('support', [llmCall()]))).toEqual([])
})
