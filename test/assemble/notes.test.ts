/** What log records add to the steps they belong to, in whatever order they came. */
import { expect, test } from 'vitest'
import { withNotes } from '../../src/assemble/notes.ts'
import type { Answer, Step, StepNote, ToolReport } from '../../src/model/step.ts'
import { shuffle } from '../helpers/shuffle.ts'
import { failed, note, step, stepId } from '../helpers/steps.ts'

const answer = (callId: string | null): Answer => ({
  form: 'tool_calls',
  format: null,
  isReadable: null,
  schemaProblem: null,
  toolCalls: [{ callId, name: 'search', argumentsFingerprint: null, hasReadableArguments: true, isOffered: null }],
})
const report = (callId: string, message = 'Tool not found'): ToolReport => ({
  kind: 'unknown_tool',
  callId,
  name: 'search',
  message,
})
const call = (over: Partial<Step> = {}): Step => step({ kind: 'llm', ...over })
const tool = (over: Partial<NonNullable<Step['tool']>> = {}): Step =>
  step({
    kind: 'tool',
    tool: { name: 'search', callId: 'c1', argumentsFingerprint: null, looseArguments: null, resultFingerprint: null, ...over },
  })
const noted = (of: Step, ...notes: readonly Partial<StepNote>[]): Step =>
  withNotes(
    [of],
    notes.map((said, at) => note({ key: `n${at}`, ...said })),
  )[0]!

test('the span’s own word goes before the log’s', () => {
  const own = call({ finishReasons: ['stop'], error: failed('own'), answer: answer('own'), conversationId: 'own', userId: 'own' })
  const said = {
    finishReasons: ['length' as const],
    error: failed('log'),
    answer: answer('log'),
    conversationId: 'log',
    userId: 'log',
  }
  expect(noted(own, said)).toEqual(own)
  expect(noted(call(), said)).toEqual(call(said))
})

test('of several records the last that says something counts', () => {
  expect(noted(call(), { atUs: 2, userId: 'second' }, { atUs: 1, userId: 'first' }, { atUs: 3 }).userId).toBe('second')
})

test('each choice brings its finish reason, in order of time', () => {
  expect(noted(call(), { atUs: 2, finishReasons: ['length'] }, { atUs: 1, finishReasons: ['stop'] }).finishReasons).toEqual([
    'stop',
    'length',
  ])
})

test('a recorded exception explains a failure and is none', () => {
  const exception = failed('no connection', 'ConnectionError')
  expect(noted(call(), { exception }).error).toBeNull()
  expect(noted(call({ error: failed(null) }), { exception }).error).toEqual(failed('no connection', 'ConnectionError'))
  expect(noted(call({ error: failed('boom', 'E') }), { exception }).error).toEqual(failed('boom', 'E'))
  expect(noted(call({ error: failed(null, 'E', 500) }), { exception }).error).toEqual(failed('no connection', 'E', 500))
})

test('content of a plain span is none', () => {
  expect([noted(call(), { hasContent: true }).hasContent, noted(step(), { hasContent: true }).hasContent]).toEqual([true, false])
})

test('only a model call answers', () => {
  expect([noted(call(), { answer: answer('c1') }).answer, noted(tool(), { answer: answer('c1') }).answer]).toEqual([
    answer('c1'),
    null,
  ])
})

test('a record about a tool run finds it by the call’s id', () => {
  const said = {
    callId: 'c1',
    spanId: stepId(99),
    argumentsFingerprint: 'a',
    looseArguments: 'l',
    resultFingerprint: 'r',
    error: failed('boom'),
  }
  expect([noted(tool(), said).tool?.argumentsFingerprint, noted(tool(), said).error]).toEqual(['a', failed('boom')])
  expect(noted(tool({ argumentsFingerprint: 'own' }), said).tool).toEqual({
    ...tool().tool,
    argumentsFingerprint: 'own',
    looseArguments: 'l',
    resultFingerprint: 'r',
  })
  expect(noted(tool({ callId: 'c2' }), said)).toEqual(tool({ callId: 'c2' }))
  expect(noted(tool({ callId: null }), said)).toEqual(tool({ callId: null }))
})

test('of failed tools in message events only those are new that this run asked for', () => {
  const steps = [call({ spanId: stepId(1), answer: answer('c1') }), call({ spanId: stepId(2) })]
  const notes = [
    note({ key: 'a', spanId: stepId(2), toolReports: [report('c1')] }),
    note({ key: 'b', spanId: stepId(2), toolReports: [report('of-an-earlier-turn')] }),
  ]
  expect(withNotes(steps, notes).map(({ toolReports }) => toolReports)).toEqual([[], [report('c1')]])
})

test('a tool that the span and the log tell of is one report', () => {
  const own = call({ answer: answer('c1'), toolReports: [report('c1')] })
  expect(noted(own, { toolReports: [report('c1', 'Tool not found!')] }).toolReports).toEqual([report('c1')])
})

test('records of other spans change nothing', () => {
  const steps = [call({ spanId: stepId(1) })]
  expect(withNotes(steps, [note({ spanId: stepId(2), userId: 'u' })])).toEqual(steps)
  expect(withNotes(steps, [])).toBe(steps)
})

test('the order in which records come makes no difference', () => {
  const steps = [call({ spanId: stepId(1), answer: answer('c1') }), call({ spanId: stepId(2) }), { ...tool(), spanId: stepId(3) }]
  const notes = [
    note({ key: 'a', spanId: stepId(2), atUs: 1, userId: 'first', finishReasons: ['stop'] }),
    note({ key: 'b', spanId: stepId(2), atUs: 1, userId: 'second', finishReasons: ['length'] }),
    note({ key: 'c', spanId: stepId(2), atUs: 0, toolReports: [report('c1')], error: failed('one') }),
    note({ key: 'd', spanId: stepId(3), callId: 'c1', error: failed('two') }),
  ]
  const merged = withNotes(steps, notes)
  for (let seed = 1; seed < 25; seed++) expect(withNotes(steps, shuffle(notes, seed))).toEqual(merged)
})
