/** What is found in answers that ended without an error, and what it does to the outcome of the run. */
import { expect, test } from 'vitest'
import type { Answer, Step } from '../../src/model/step.ts'
import { agentRun, failed, llmCall, type Plan, toolCall, usage } from '../helpers/steps.ts'
import { verdict } from './verdict.ts'

const text: Answer = { form: 'text', format: 'text', isReadable: null, schemaProblem: null, toolCalls: [] }
const call = (answer: Partial<Answer>, over: Partial<Step> = {}): Plan =>
  llmCall({ answer: { ...text, ...answer }, hasContent: true, ...over })
const empty = (over: Partial<Step> = {}): Plan => call({ form: 'empty', format: null }, over)
const broken = call({ format: 'json', isReadable: false }, { askedFormat: 'json' })
const parse = (over: Partial<Step> = {}): Plan => ({
  over: { kind: 'parse', name: 'parse', parse: { format: 'json', outcome: over.error == null ? 'ok' : 'failed' }, ...over },
  children: [],
})
const agent = (steps: readonly Plan[], over: Partial<Step> = {}): Plan => agentRun('support', steps, over)
const unreadable = (name: string): Plan =>
  call(
    {
      form: 'tool_calls',
      format: null,
      toolCalls: [{ callId: null, name, argumentsFingerprint: 'a', hasReadableArguments: false, isOffered: null }],
    },
    { finishReasons: ['tool_call'] },
  )

test.each<[what: string, run: Plan, expected: string]>([
  ['nothing said at the end', agent([llmCall(), empty()]), 'ok: empty_output recovered at chat'],
  ['nothing said in between, with tokens: what was asked of tools was lost on the way', agent([empty(), llmCall()]), 'ok'],
  [
    'nothing said in between, and no tokens for anything',
    agent([empty({ usage: usage({ input: 9, output: 1 }) }), llmCall()]),
    'ok: empty_output recovered at chat',
  ],
  ['nothing said, since a tool was asked for', agent([empty({ finishReasons: ['tool_call'] })]), 'ok'],
  ['nothing said, since it was cut', agent([empty({ finishReasons: ['length'] })]), 'ok: truncated recovered at chat'],
  ['nothing said, since it failed', agent([empty({ error: failed('Request timed out.') })]), 'failed: timeout fatal at chat'],
  [
    'the run ended because of a refusal',
    agent([call({ form: 'refusal' })], { error: failed('no answer') }),
    'failed: refusal fatal at chat',
  ],
  ['JSON that nobody read', agent([broken]), 'ok: malformed_output recovered at chat'],
  [
    'JSON that was asked for again',
    agent([broken, call({ format: 'json', isReadable: true })]),
    'ok: malformed_output recovered at chat',
  ],
  ['JSON that was read well all the same', agent([broken, parse()]), 'ok'],
  [
    'JSON that could not be read, and ended the run',
    agent([broken], { error: failed('boom') }),
    'failed: parse_error fatal at chat',
  ],
  [
    'an answer that broke its schema, and ended the run',
    agent([call({ format: 'json', isReadable: true, schemaProblem: '#: no title' })], { error: failed('boom') }),
    'failed: schema_error fatal at chat',
  ],
  [
    'data in a block that nobody asked for',
    agent([call({ format: 'fenced_json', isReadable: false })]),
    'ok: malformed_output recovered at chat',
  ],
  ['data that nobody asked for', agent([call({ format: 'json', isReadable: false })]), 'ok'],
  ['arguments that are no JSON', agent([unreadable('search'), llmCall()]), 'ok: tool_bad_arguments recovered at chat'],
  [
    'arguments that are no JSON, twice',
    agent([unreadable('search'), unreadable('search'), llmCall()]),
    'ok: tool_bad_arguments recovered at chat, tool_bad_arguments recovered at chat',
  ],
  [
    'arguments that are no JSON, and the tool that says so',
    agent([unreadable('search'), toolCall('search', 'x', null, { error: failed('not valid JSON') }), llmCall()]),
    'ok: tool_bad_arguments recovered at search',
  ],
  [
    'a tool that had failed before has said nothing of them',
    agent([toolCall('search', 'x', null, { error: failed('no connection') }), unreadable('search'), llmCall()]),
    'ok: tool_error recovered at search, tool_bad_arguments recovered at chat',
  ],
])('%s', (_what, run, expected) => {
  expect(verdict(run)).toBe(expected)
})
