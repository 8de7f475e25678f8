import { expect, test } from 'vitest'
import type { Step, StepError } from '../../src/model/step.ts'
import {
  agentRun,
  failed,
  llmCall,
  note,
  plainSpan,
  runStartUs,
  secondUs,
  stepId,
  toolCall,
  workflow,
  type Plan,
} from '../helpers/steps.ts'
import { derive, verdict } from './verdict.ts'

const limited = failed('429 Rate limit reached for the mock model.')
const parse = failed('Unexpected token S in JSON', 'SyntaxError')
const down = failed('order service unavailable: ECONNREFUSED', 'OrderServiceError')
const broken: Partial<Step> = { error: limited }
const cut: Partial<Step> = { finishReasons: ['length'] }

test.each<[what: string, plan: Plan, expected: string]>([
  ['a clean run', agentRun('support', [llmCall(), toolCall('search'), llmCall()]), 'ok'],
  [
    'an error that climbs is one failure, where it began',
    agentRun('support', [workflow('plan', [llmCall(broken)], broken)], broken),
    'failed: rate_limit fatal at chat',
  ],
  [
    'also when it is wrapped on its way',
    agentRun('support', [llmCall(broken)], {
      error: failed('AgentError: 429 Rate limit reached for the mock model. Giving up.'),
    }),
    'failed: rate_limit fatal at chat',
  ],
  [
    'also when a parent says nothing',
    agentRun('support', [llmCall(broken)], { error: failed(null) }),
    'failed: rate_limit fatal at chat',
  ],
  [
    'also when a parent in between has words of its own',
    agentRun('support', [workflow('plan', [llmCall(broken)], { error: failed('node failed') })], broken),
    'failed: rate_limit fatal at chat',
  ],
  [
    'a tool error that the agent got over',
    agentRun('support', [toolCall('order', '1', null, { error: down }), llmCall()]),
    'ok: tool_error recovered at order',
  ],
  [
    'a tool error that ended the run',
    agentRun('support', [toolCall('order', '1', null, { error: down })], { error: down }),
    'failed: tool_error fatal at order',
  ],
  [
    'a tool error that ended the run in other words',
    agentRun('support', [llmCall(), toolCall('order', '1', null, { error: down })], { error: failed('cannot help') }),
    'failed: tool_error fatal at order',
  ],
  ['a retry that went well', agentRun('support', [llmCall(broken), llmCall()]), 'ok: rate_limit recovered at chat'],
  [
    'retries until none was left',
    agentRun('support', [llmCall(broken), llmCall({ ...broken, name: 'chat 2' })], {
      error: failed('Failed after 2 attempts. Last error: 429 Rate limit reached for the mock model.'),
    }),
    'failed: rate_limit recovered at chat, rate_limit fatal at chat 2',
  ],
  [
    'an earlier failure is not to blame for a later one',
    agentRun('support', [llmCall(broken), llmCall()], { error: parse }),
    'failed: step_error fatal at support, rate_limit recovered at chat',
  ],
  [
    'unknown errors are not one for being unknown',
    agentRun('support', [workflow('guard', [], { error: failed('no such rule') }), llmCall()], { error: parse }),
    'failed: step_error fatal at support, step_error recovered at guard',
  ],
  [
    'a word that two messages share by chance',
    agentRun('support', [workflow('w', [], { error: failed('no') }), llmCall()], { error: failed('not found') }),
    'failed: step_error fatal at support, step_error recovered at w',
  ],
  [
    'an answer that was cut and did not parse has the cut as its cause',
    agentRun('support', [llmCall(cut)], { error: parse }),
    'failed: truncated fatal at chat',
  ],
  [
    'also when a parser’s step after it failed',
    agentRun('support', [llmCall(cut), workflow('JsonParser', [], { error: parse })], { error: parse }),
    'failed: truncated fatal at chat',
  ],
  [
    'a cut answer before the last one is not to blame',
    agentRun('support', [llmCall(cut), llmCall({ name: 'chat 2' })], { error: parse }),
    'failed: step_error fatal at support, truncated recovered at chat',
  ],
  [
    'a cut answer is not the cause of an error with a name',
    agentRun('support', [llmCall(cut)], { error: failed('Request timed out.') }),
    'failed: timeout fatal at support, truncated recovered at chat',
  ],
  [
    'a user who pressed stop is no failed run',
    agentRun('support', [llmCall({ error: failed('This operation was aborted', 'AbortError') })], {
      error: failed('This operation was aborted', 'AbortError'),
    }),
    'ok: aborted_by_client recovered at chat',
  ],
  [
    'a web server that only reports 500',
    plainSpan('POST /chat', [agentRun('support', [llmCall(broken)], broken), plainSpan('INSERT log')], {
      error: failed(null, '500', 500),
    }),
    'failed: rate_limit fatal at chat',
  ],
  [
    'a web server that failed by itself',
    plainSpan('POST /chat', [agentRun('support', [llmCall()])], { error: failed('template missing') }),
    'failed: step_error fatal at POST /chat',
  ],
  [
    'a database error that somebody caught',
    agentRun('support', [plainSpan('SELECT', [], { error: failed('deadlock') }), llmCall()]),
    'ok',
  ],
  [
    'a message whose handler failed with the agent',
    plainSpan('publish', [plainSpan('process', [agentRun('critic', [llmCall(broken)], broken)], broken)]),
    'failed: rate_limit fatal at chat',
  ],
  [
    'a handler that failed and another agent that answered',
    plainSpan('publish', [
      plainSpan('process', [agentRun('critic', [llmCall(broken)], broken)], broken),
      agentRun('critic', [llmCall()]),
    ]),
    'ok: rate_limit recovered at chat',
  ],
  [
    'a web server whose agent failed and which answered all the same',
    plainSpan('POST /chat', [agentRun('support', [llmCall(broken)], broken)]),
    'ok: rate_limit recovered at chat',
  ],
  [
    'a tool server that failed is no end of the run',
    agentRun('support', [
      toolCall('order', '1', null, { error: down }, [
        toolCall('order', '1', null, { error: failed('exit code 7'), isEntry: true, parentIsLocal: false }),
      ]),
      llmCall(),
    ]),
    'ok: tool_error recovered at order',
  ],
  [
    'an agent as a tool',
    agentRun('support', [toolCall('helper', '1', null, broken, [agentRun('helper', [llmCall(broken)], broken)]), llmCall()]),
    'ok: rate_limit recovered at chat',
  ],
])('%s', (_what, plan, expected) => {
  expect(verdict(plan)).toBe(expected)
})

test('calls without a common parent: a later one of the same name is a try again', () => {
  expect(verdict([llmCall(broken), llmCall()])).toBe('ok: rate_limit recovered at chat')
  expect(verdict([llmCall(broken), llmCall(broken)])).toBe('failed: rate_limit recovered at chat, rate_limit fatal at chat')
  expect(verdict([llmCall(broken), llmCall({ name: 'summary' })])).toBe('failed: rate_limit fatal at chat')
  expect(verdict([llmCall(), llmCall(broken)])).toBe('failed: rate_limit fatal at chat')
  const named = (model: string, over: Partial<Step> = {}) => llmCall({ name: `chat ${model}`, requestModel: model, ...over })
  expect(verdict([named('a', broken), named('b')])).toBe('ok: rate_limit recovered at chat a')
})

test('what was cancelled from outside does not explain why', () => {
  const cancelled: Partial<Step> = { error: failed('', 'CancelledError') }
  const agent = (error: StepError): Plan => agentRun('support', [llmCall(cancelled)], { error })
  expect([
    verdict(agent(failed('gave up: no answer in time', 'RuntimeError'))),
    verdict(agent(failed('', 'CancelledError'))),
    verdict(agent(failed(null))),
    verdict(plainSpan('POST /chat', [agent(failed('', 'CancelledError'))], { error: failed('', 'TimeoutError') })),
    verdict(plainSpan('POST /chat', [agent(failed('', 'CancelledError'))], { error: failed('', 'ClientDisconnect') })),
  ]).toEqual([
    'failed: step_error fatal at support, aborted_by_client recovered at chat',
    'ok: aborted_by_client recovered at chat',
    'ok: aborted_by_client recovered at chat',
    'failed: step_error fatal at POST /chat, aborted_by_client recovered at chat',
    'ok: aborted_by_client recovered at chat',
  ])
})

test('an agent that helps beside the one that answered takes nothing from the user', () => {
  const side = agentRun('memory', [llmCall(broken)], broken)
  expect(verdict(workflow('chat', [agentRun('main', [llmCall()]), side]))).toBe('ok: rate_limit recovered at chat')
  expect(verdict(workflow('chat', [side]))).toBe('failed: rate_limit fatal at chat')
})

test('a call that was going well at the same time is no try again', () => {
  const meanwhile = llmCall({ startUs: runStartUs, endUs: runStartUs + 5 * secondUs })
  expect(verdict([llmCall(broken), meanwhile])).toBe('failed: rate_limit fatal at chat')
})

test('an exception that came as a log record counts like one on the span', () => {
  const notes = [note({ spanId: stepId(2), error: limited })]
  expect(verdict(agentRun('support', [llmCall()]), { notes })).toBe('failed: rate_limit fatal at chat')
})

test('the failure’s words name the step and what it said, without its stack', () => {
  const detail = (plan: Plan): readonly string[] => derive(plan).record.failures.map((failure) => failure.detail)
  expect(detail(llmCall({ error: failed('429 Rate limit\n    at x') }))).toEqual(['chat: 429 Rate limit'])
  expect(detail(toolCall('order', '1', null, { name: 'execute_tool order', error: down }))).toEqual([
    'tool order: order service unavailable: ECONNREFUSED',
  ])
  expect(detail(llmCall({ error: failed(null, 'APITimeoutError') }))).toEqual(['chat: APITimeoutError'])
  expect(detail(llmCall({ error: failed(null) }))).toEqual(['chat failed without saying why'])
})

test('findings that a validator writes as JSON over many lines are told on one', () => {
  const message = '[\n  {\n    "code": "invalid_type",\n    "path": ["intent"]\n  }\n]'
  const [found] = derive(agentRun('support', [llmCall()], { error: failed(message, 'ZodError') })).record.failures
  expect(found?.detail).toBe('support: [ { "code": "invalid_type", "path": ["intent"] } ]')
})

test('steps that all took no time are judged like others', () => {
  const instant = (plan: Plan): Plan => ({
    over: { ...plan.over, startUs: runStartUs, endUs: runStartUs },
    children: plan.children.map(instant),
  })
  expect(verdict(instant(agentRun('support', [llmCall(broken)], { error: failed(null) })))).toBe(
    'failed: rate_limit fatal at chat',
  )
})
