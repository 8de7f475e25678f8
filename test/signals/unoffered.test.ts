/** Tools that a model asked for and that its call had not offered. */
import { expect, test } from 'vitest'
import type { Answer } from '../../src/model/step.ts'
import { agentRun, failed, llmCall, type Plan, toolCall } from '../helpers/steps.ts'
import { derive, verdict } from './verdict.ts'

const answer: Answer = {
  form: 'tool_calls',
  format: null,
  isReadable: null,
  schemaProblem: null,
  toolCalls: [{ callId: 'c1', name: 'teleport', argumentsFingerprint: 'a', hasReadableArguments: true, isOffered: false }],
}
const asking: Plan = llmCall({ answer, finishReasons: ['tool_call'] })
const lookup = failed("'teleport'", 'KeyError')
const told: Plan = llmCall({
  toolReports: [{ kind: 'tool_error', callId: 'c1', name: 'teleport', message: "KeyError('teleport')" }],
})
const unknown: Plan = llmCall({
  toolReports: [{ kind: 'unknown_tool', callId: null, name: null, message: 'teleport is no tool' }],
})

test.each<[what: string, steps: readonly Plan[], expected: string]>([
  ['nothing more came of it', [asking], 'failed: unknown_tool fatal at chat'],
  ['the model went on', [asking, llmCall()], 'ok: unknown_tool recovered at chat'],
  ['asked for twice', [asking, asking, llmCall()], 'ok: unknown_tool recovered at chat, unknown_tool recovered at chat'],
  [
    'the failed lookup was made a span',
    [asking, toolCall('teleport', '{}', null, { error: lookup }), llmCall()],
    'ok: unknown_tool recovered at teleport',
  ],
  ['the model was told of the failed lookup', [asking, told], 'ok: unknown_tool recovered at chat'],
  ['the model was told in other words', [asking, unknown], 'ok: unknown_tool recovered at chat'],
  // Whoever says what is offered does not know all.
  ['it ran', [asking, toolCall('teleport', '{}'), llmCall()], 'ok'],
  [
    'another tool failed',
    [asking, toolCall('search', '{}', null, { error: lookup }), llmCall()],
    'ok: unknown_tool recovered at chat, tool_error recovered at search',
  ],
])('%s', (_, steps, expected) => {
  expect(verdict(agentRun('support', steps))).toBe(expected)
})

test('a tool that does not exist gives no label its name', () => {
  const { facts } = derive(agentRun('support', [asking, toolCall('teleport', '{}', null, { error: lookup }), llmCall()]))
  expect(facts.flatMap((fact) => (fact.type === 'tool' ? [[fact.tool, fact.outcome]] : []))).toEqual([['', 'unknown_tool']])
})
