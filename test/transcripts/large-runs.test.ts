/** Runs as large as they are kept: whatever compares steps or messages with all others would not end here. */
import { expect, test } from 'vitest'
import type { StepContent } from '../../src/model/transcript.ts'
import { agentRun, llmCall, type Plan, stepId, toolCall, workflow } from '../helpers/steps.ts'
import { asks, built, content, model, runOf, tells, user } from './builders.ts'

const SIZE = 20_000

test('a run that is 20,000 steps wide', () => {
  const run = runOf([
    agentRun(
      'support',
      Array.from({ length: SIZE }, (_, at) => (at % 2 === 0 ? llmCall() : toolCall('f'))),
    ),
  ])
  const contents = run.steps.map(({ kind }, at): StepContent => {
    return kind === 'llm'
      ? content(at + 1, { input: [user('go'), tells(`answer ${at}`)], output: [asks('f', '{}')] })
      : content(at + 1, { input: [asks('f', '{}')], output: [tells(`answer ${at + 1}`, null, 'f')] })
  })
  const transcript = built(run, contents)
  expect([transcript.steps.length, transcript.omittedSteps]).toEqual([1_000, SIZE - 1_000])
})

test('a run that is 20,000 steps deep, all of them saying the same', () => {
  const chain = Array.from({ length: SIZE }, (_, at): Plan => {
    const [plan] = at === SIZE - 1 ? [llmCall()] : at % 3 === 0 ? [agentRun('a', [])] : [workflow('w', [])]
    return { ...plan, over: { ...plan.over, parentId: at === 0 ? null : stepId(at) } }
  })
  const run = runOf(chain)
  const said = { input: [user('hi')], output: [model('hello')] }
  const transcript = built(
    run,
    run.steps.map((_, at) => content(at + 1, said)),
  )
  expect(transcript.steps.map(({ spanId, input, output }) => [spanId, input, output])).toEqual([
    [stepId(SIZE), said.input, said.output],
  ])
})

test('20,000 records of one step, and as many that belong to some moment', () => {
  const run = runOf(Array.from({ length: 100 }, () => llmCall()))
  const { startUs = 0 } = run.steps[0] ?? {}
  const records = Array.from({ length: SIZE }, (_, at) => [
    content(1, { piece: { key: `p${at}`, atUs: startUs, position: at }, input: [user(`message ${at}`)] }),
    content(0, { spanId: '', place: { type: 'moment', atUs: startUs + at * 5_000 }, output: [model(`answer ${at}`)] }),
  ]).flat()
  const [first] = built(run, records).steps
  expect(first?.input.length).toBe(SIZE)
})

test('a call that repeats a conversation of 5,000 messages, 20 times', () => {
  const history = Array.from({ length: 5_000 }, (_, at) => (at % 2 === 0 ? user(`question ${at}`) : model(`answer ${at}`)))
  const run = runOf(Array.from({ length: 20 }, () => llmCall()))
  const { steps } = built(
    run,
    run.steps.map((_, at) => content(at + 1, { input: [...history, user(`last ${at}`)] })),
  )
  expect(steps.map(({ input, repeated }) => [input.length, repeated])).toEqual([
    [5_001, 0],
    ...Array.from({ length: 19 }, () => [1, 5_000]),
  ])
})
