/** What a conversation says about its runs, and what it keeps between them. */
import { expect, test } from 'vitest'
import { userTurnOf } from '../../../src/language/turn.ts'
import type { ConversationMemory, ImplicitSignal } from '../../../src/model/implicit.ts'
import type { RunOutcome } from '../../../src/model/run.ts'
import { givingUpOf, type JudgedRun, listenTo } from '../../../src/signals/implicit/signals.ts'

const startUs = 1_793_491_200_000_000
const minuteUs = 60e6

interface Said {
  readonly outcome?: RunOutcome
  /** Minutes after the start of the conversation. */
  readonly at?: number
}

/** Run `r<n>`, five seconds long, a minute after the one before. */
function run(number: number, texts: readonly string[], { outcome = 'ok', at = number }: Said = {}): JudgedRun {
  const startedAtUs = startUs + at * minuteUs
  const turns = texts.flatMap((text, index) => {
    const turn = userTurnOf(text)
    return turn === null ? [] : [{ turn, spanId: `s${number}.${index}`, atUs: startedAtUs + index }]
  })
  return { runId: `r${number}`, startedAtUs, endedAtUs: startedAtUs + 5e6, outcome, turns }
}

function listen(...runs: readonly JudgedRun[]): {
  readonly heard: readonly string[]
  readonly memory: ConversationMemory | null
} {
  let memory: ConversationMemory | null = null
  const signals: ImplicitSignal[] = []
  for (const next of runs) {
    // As it is stored between two runs.
    const kept: ConversationMemory | null = JSON.parse(JSON.stringify(memory))
    const listening = listenTo(kept, next)
    signals.push(...listening.signals)
    memory = listening.memory
  }
  return { heard: signals.map(({ kind, rating, about, spanId }) => `${kind} ${rating} about ${about} in ${spanId}`), memory }
}

const question = 'Where is my order from last week?'

test('the next turn judges the run before it, and says so in its own words', () => {
  const { memory } = listenTo(null, run(1, [question]))
  expect(listenTo(memory, run(2, ["No, that's not what I asked"])).signals).toEqual([
    {
      kind: 'contradicted',
      rating: 'negative',
      about: 'r1',
      shownBy: 'r2',
      spanId: 's2.0',
      atUs: startUs + 2 * minuteUs,
      evidence: 'contradicted: "No, that\'s not what I asked"',
    },
  ])
  expect(listenTo(memory, run(2, [`Hello? ${question}`])).signals[0]?.evidence).toBe(
    `asked again: "${question}", then "Hello? ${question}"`,
  )
})

test.each([
  ['asked again', question, 'repeated negative about r1 in s2.0'],
  ['asked in another frame', 'Can you tell me where my order from last week is?', 'rephrased negative about r1 in s2.0'],
  ['told that it was rephrased', 'Let me rephrase: when does it arrive?', 'rephrased negative about r1 in s2.0'],
  ['contradicted', 'Wrong, it was the week before', 'contradicted negative about r1 in s2.0'],
  ['a person wanted', 'I want to talk to a human', 'asked_for_human negative about r1 in s2.0'],
  ['an offer of a person taken', 'Yes, please connect me to an agent', 'asked_for_human neutral about r1 in s2.0'],
  ['thanked', 'Great, thank you!', 'thanked positive about r1 in s2.0'],
])('%s', (_, text, expected) => {
  expect(listen(run(1, [question]), run(2, [text])).heard).toEqual([expected])
})

test.each([
  ['a new question', [run(1, [question]), run(2, ['How do I change my address?'])]],
  ['thanks for a run that failed', [run(1, [question], { outcome: 'failed' }), run(2, ['Thanks'])]],
  ['an answer that was given twice', [run(1, ['yes please']), run(2, ['yes please'])]],
  ['the same question tomorrow', [run(1, [question]), run(2, [question], { at: 1_440 })]],
  ['the same question of two tabs at once', [run(1, [question], { at: 1 }), run(2, [question], { at: 1.01 })]],
  ['spans of a run that came late', [run(1, [question]), run(1, [question])]],
  ['a run that began before', [run(2, [question]), run(1, [question])]],
  ['the first turn', [run(1, ["No, that's wrong"])]],
  ['prompts that a program filled in', [run(1, ['### Task:\nName it'], {}), run(2, ['### Task:\nName it'], {})]],
])('nothing is heard: %s', (_, runs) => {
  expect(listen(...runs).heard).toEqual([])
})

test('who asks for a human at once speaks of no run but their own', () => {
  expect(listen(run(1, ['human please'])).heard).toEqual(['asked_for_human negative about r1 in s1.0'])
})

test('a run that is judged again is no answer to itself, but may have failed', () => {
  const { heard, memory } = listen(run(1, [question]), {
    ...run(1, [question], { outcome: 'failed', at: 3 }),
    startedAtUs: startUs + minuteUs,
  })
  expect(heard).toEqual([])
  expect(memory).toMatchObject({ outcome: 'failed', repeats: 0, endedAtUs: startUs + 3 * minuteUs + 5e6 })
})

test('what is said over and over is said by a program', () => {
  const { heard } = listen(...[1, 2, 3, 4, 5].map((number) => run(number, [question])))
  expect(heard).toEqual(['repeated negative about r1 in s2.0', 'repeated negative about r2 in s3.0'])
})

test('turns of one run judge the run itself, by each kind once', () => {
  expect(listen(run(1, [question, "No, that's wrong", "That's still wrong", 'Thanks'])).heard).toEqual([
    'contradicted negative about r1 in s1.1',
    'thanked positive about r1 in s1.3',
  ])
})

test('runs without words in between are no end of the conversation', () => {
  const { heard, memory } = listen(run(1, [question]), run(2, []), run(3, ["That's wrong"]))
  expect(heard).toEqual(['contradicted negative about r1 in s3.0'])
  expect(memory?.runId).toBe('r3')
})

test('after a failure silence is an answer, once it has lasted', () => {
  const { memory } = listen(run(1, [question], { outcome: 'failed' }))
  const givingUp = memory === null ? null : givingUpOf(memory)
  expect(givingUp?.dueAtMs).toBe((startUs + minuteUs + 5e6) / 1e3 + 30 * 60e3)
  expect(givingUp?.signal).toMatchObject({ kind: 'gave_up', rating: 'negative', about: 'r1', spanId: 's1.0' })
  expect(givingUp?.signal.evidence).toBe(`nothing came for 30 min after this failed: "${question}"`)
})

test.each([
  ['the run went well', run(1, [question])],
  ['it was a goodbye', run(1, ['Thanks, bye'], { outcome: 'failed' })],
  ['nothing was asked', run(1, ['hello'], { outcome: 'failed' })],
])('nobody gave up: %s', (_, last) => {
  const { memory } = listen(last)
  expect(memory === null ? null : givingUpOf(memory)).toBeNull()
})
