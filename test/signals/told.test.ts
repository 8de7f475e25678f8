/** Failed tools that no span reports, or whose span says that all was well: the model was told. */
import { expect, test } from 'vitest'
import type { Answer, Step, ToolReport } from '../../src/model/step.ts'
import { agentRun, failed, llmCall, type Plan, stepId, toolCall, workflow } from '../helpers/steps.ts'
import { derive } from './verdict.ts'

const asking = (name: string, callId: string | null, over: Partial<Step> = {}): Plan => {
  const answer: Answer = {
    form: 'tool_calls',
    format: null,
    isReadable: null,
    schemaProblem: null,
    toolCalls: [{ callId, name, argumentsFingerprint: callId, hasReadableArguments: true, isOffered: null }],
  }
  return llmCall({ name: 'ask', answer, finishReasons: ['tool_call'], hasContent: true, ...over })
}
const report = (callId: string | null, name: string | null, over: Partial<ToolReport> = {}): ToolReport => ({
  kind: 'tool_error',
  callId,
  name,
  message: 'Error: no connection',
  ...over,
})
const told = (reports: readonly ToolReport[], over: Partial<Step> = {}): Plan =>
  llmCall({ name: 'told', toolReports: reports, ...over })
const run = (name: string, callId: string | null = null, over: Partial<Step> = {}): Plan => {
  const plan = toolCall(name, callId, null, over)
  return { ...plan, over: { ...plan.over, tool: { ...plan.over.tool!, callId } } }
}

/** A line a failure, and one a tool run: what was found, and what is counted of tools. */
function found(...steps: readonly Plan[]): readonly [failures: readonly string[], tools: readonly string[]] {
  const { facts, record } = derive(agentRun('support', steps))
  return [
    record.failures.map(({ kind, stepName, detail }) => `${kind} at ${stepName}: ${detail}`),
    facts.flatMap((fact) =>
      fact.type === 'tool' ? [`${fact.tool} ${fact.outcome}${fact.durationUs === null ? ' without a run' : ''}`] : [],
    ),
  ]
}
const toldOf = 'tool search failed, as the model was told: Error: no connection'

test('a tool without a span is counted where the model asked for it', () => {
  expect(found(asking('search', 'c1'), told([report('c1', 'search')]))).toEqual([
    [`tool_error at ask: ${toldOf}`],
    ['search error without a run'],
  ])
})

test('where nobody knows who asked, at the call that was told', () => {
  expect(found(told([report(null, 'search')]))).toEqual([[`tool_error at told: ${toldOf}`], ['search error without a run']])
})

test('a span that says all was well is corrected', () => {
  expect(found(asking('search', 'c1'), run('search', 'c1'), told([report('c1', 'search')]))).toEqual([
    [`tool_error at search: ${toldOf}`],
    ['search error'],
  ])
})

test('a span that failed is enough: what the model was told is the same failure', () => {
  const boom = { error: failed('no connection') }
  const once = [['tool_error at search: tool search: no connection'], ['search error']]
  expect(found(asking('search', 'c1'), run('search', 'c1', boom), told([report('c1', 'search')]))).toEqual(once)
  expect(found(run('search', null, boom), told([report('c1', 'search')]))).toEqual(once)
  expect(found(run('search', null, boom), told([report(null, null)]))).toEqual(once)
})

test('a span that failed without a word is explained by what the model was told', () => {
  const silent = { error: failed(null) }
  expect(found(asking('search', 'c1'), run('search', 'c1', silent), told([report('c1', 'search')]))).toEqual([
    [`tool_error at search: ${toldOf}`],
    ['search error'],
  ])
})

test('without an id it is the last run of that name before', () => {
  expect(found(run('search'), run('refund'), told([report(null, 'search')]), run('search'))[1]).toEqual([
    'search error',
    'refund ok',
    'search ok',
  ])
})

test('two of one name are two runs', () => {
  const reports = [report(null, 'search', { message: 'Error: a' }), report(null, 'search', { message: 'Error: b' })]
  expect(found(run('search'), run('search'), told(reports))[1]).toEqual(['search error', 'search error'])
})

test('a tool that could not run has no span: one of the same name that went well was another call', () => {
  const unknown = report('c2', 'search', { kind: 'tool_bad_arguments', message: 'Invalid arguments for tool search' })
  expect(found(run('search'), told([unknown]))).toEqual([
    ['tool_bad_arguments at told: tool search failed, as the model was told: Invalid arguments for tool search'],
    ['search ok', 'search bad_arguments without a run'],
  ])
})

test('a run with another id is another run', () => {
  expect(found(run('search', 'c1'), told([report('c2', 'search')]))[1]).toEqual(['search ok', 'search error without a run'])
})

test('of one id the first that asked, and the first that ran', () => {
  const failures = found(
    asking('search', 'c1', { name: 'first' }),
    asking('search', 'c1', { name: 'repeats it' }),
    told([report('c1', 'search')]),
  )[0]
  expect(failures).toEqual([`tool_error at first: ${toldOf}`])
  expect(found(run('search', 'c1'), run('search', 'c1'), told([report('c1', 'search')]))[1]).toEqual([
    'search error',
    'search ok',
  ])
})

test('a failure that is told again is one', () => {
  const again = [told([report('c1', 'search')]), told([report('c1', 'search')])]
  expect(found(...again)[0]).toHaveLength(1)
})

test('a call that was tried again is told all of it again, also without ids', () => {
  const busy = { error: failed('429 Rate limit reached') }
  const failures = found(told([report(null, 'search')], busy), told([report(null, 'search')]))[0]
  expect(failures.map((line) => line.split(' ', 1)[0])).toEqual(['rate_limit', 'tool_error'])
})

test('the same words after another answer are another failure', () => {
  expect(found(told([report(null, 'search')]), told([report(null, 'search')]))[0]).toHaveLength(2)
})

test('the same words to another agent are another failure', () => {
  const one = (name: string): Plan => workflow(name, [told([report(null, 'search')])])
  expect(found(one('a'), one('b'))[0]).toHaveLength(2)
})

test('the model is to blame for what it asked for, not for a tool’s own trouble', () => {
  const blamed = (kind: ToolReport['kind']): readonly string[] =>
    derive(agentRun('support', [told([report('c1', 'x', { kind })])])).record.failures.map(({ model }) => model)
  expect([blamed('tool_error'), blamed('unknown_tool'), blamed('tool_bad_arguments')]).toEqual([
    [''],
    ['gpt-4o-mini'],
    ['gpt-4o-mini'],
  ])
})

test('arguments that are no JSON, and a model that is told so, are one failure: with a span of the tool and without', () => {
  const broken: Answer = {
    form: 'tool_calls',
    format: null,
    isReadable: null,
    schemaProblem: null,
    toolCalls: [{ callId: 'c1', name: 'search', argumentsFingerprint: 'a', hasReadableArguments: false, isOffered: null }],
  }
  const ask = asking('search', 'c1', { answer: broken })
  const said = told([report('c1', 'search', { kind: 'tool_bad_arguments', message: 'Unterminated string in JSON' })])
  const detail = 'tool search failed, as the model was told: Unterminated string in JSON'
  expect(found(ask, said)[0]).toEqual([`tool_bad_arguments at ask: ${detail}`])
  expect(found(ask, run('search', 'c1'), said)[0]).toEqual([`tool_bad_arguments at search: ${detail}`])
})

test('names that a model made up are no labels', () => {
  expect(found(told([report('c1', 'teleport', { kind: 'unknown_tool' })]))[1]).toEqual([' unknown_tool without a run'])
})

test('the call that asked knows the name', () => {
  expect(found(asking('search', 'c1'), told([report('c1', null)]))[1]).toEqual(['search error without a run'])
})

test('thousands of reports and runs are matched without looking at all of them for each', () => {
  const steps = Array.from({ length: 6_000 }, (_, at) =>
    at % 2 === 0 ? run('search') : told([report(null, 'search', { message: `Error: ${at}` })]),
  )
  const { record } = derive(agentRun('support', steps))
  expect([record.failures.length, record.toolCalls, record.failures[0]?.spanId]).toEqual([3_000, 3_000, stepId(2)])
})
