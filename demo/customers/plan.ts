/** The runs of a scenario in the order in which customers come. Pure and seeded: the same scenario gives the same runs, for ever if it has no end. */
import { Random } from '../random.ts'
import { type Opinion, opinionOf } from './opinions.ts'
import { type Before, replyTo } from './replies.ts'
import type { Phase, Scenario } from './scenario.ts'
import { type Expected, type StoryName, stories } from './stories.ts'
import { type Language, type Turn, everydayTopic, languages, turnOf } from './topics.ts'

export interface PlannedRun {
  /** From 1. */
  readonly number: number
  /** Since the scenario began, in its own time. */
  readonly atMs: number
  readonly conversationId: string
  readonly userId: string
  readonly release: string
  readonly story: StoryName
  readonly turn: Turn
  /** The conversation up to and with this turn, as the chat page sends it. */
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[]
  readonly expected: Expected
  /** What the customer says of it afterwards; null: nothing. */
  readonly opinion: Opinion | null
}

interface Conversation {
  readonly id: string
  readonly userId: string
  readonly language: Language
  readonly messages: PlannedRun['messages']
  readonly before: Before | null
  readonly lastAtMs: number
}

/** Conversations that may go on; older ones are over. */
const MAX_OPEN = 30
const MAX_MESSAGES = 12
/** Nobody answers sooner: the answer has to come and be read. */
export const READING_MS = 5_000
/** What the chat page shows where no answer came. */
const SORRY = 'Something went wrong. Please try again.'

export function* runsOf(scenario: Scenario): Generator<PlannedRun> {
  const random = new Random(scenario.seed)
  const arrivals = merged(scenario, arrivalsOf(scenario, random.fork('arrivals')))
  const details = random.fork('details')
  const opinions = random.fork('opinions')
  let open: readonly Conversation[] = []
  let begun = 0
  let number = 0
  for (const { atMs, phase, planted } of arrivals) {
    const story = planted ?? storyAt(scenario, phase, atMs, details)
    const answered = open.filter(({ lastAtMs }) => atMs - lastAtMs >= READING_MS)
    const goesOn = details.chance(scenario.returning) && answered.length > 0
    const conversation = goesOn ? details.pick(answered) : newConversation(scenario, ++begun, details)
    const turn = (story === 'fine' ? answerOf(conversation, details) : null) ?? newTurn(story, conversation, details)
    const messages = [...conversation.messages, { role: 'user' as const, content: turn.said }].slice(-MAX_MESSAGES)
    const release = releaseFor(phase, details)
    const expected = stories[story].expected(release)
    const shown = expected.outcome === 'failed' ? SORRY : (stories[story].shows?.(turn) ?? turn.answer)
    const after: Conversation = {
      ...conversation,
      messages: [...messages, { role: 'assistant' as const, content: shown }],
      before: { story, turn, outcome: expected.outcome },
      lastAtMs: atMs,
    }
    open = [...open.filter(({ id }) => id !== conversation.id), after].slice(-MAX_OPEN)
    yield {
      number: ++number,
      atMs,
      conversationId: conversation.id,
      userId: conversation.userId,
      release,
      story,
      turn,
      messages,
      expected,
      opinion: opinionOf(story, expected, turn, opinions),
    }
  }
}

/** What the customer says to the answer before; null: nothing. */
function answerOf({ before }: Conversation, random: Random): Turn | null {
  return before === null ? null : replyTo(before, random)
}

/** Something else than before: who asks the same again has not got an answer. */
function newTurn(story: StoryName, { before, language }: Conversation, random: Random): Turn {
  for (let tries = 1; ; tries++) {
    const turn = turnOf(stories[story].topic ?? everydayTopic(random), language, random, story === 'carrier_down')
    if (turn.said !== before?.turn.said || tries === MAX_TRIES) return turn
  }
}

/** A story may allow for one thing only. */
const MAX_TRIES = 10

interface Arrival {
  readonly atMs: number
  readonly phase: Phase
  readonly planted: StoryName | null
}

function* arrivalsOf(scenario: Scenario, random: Random): Generator<Arrival> {
  let beginMs = 0
  for (const phase of scenario.phases) {
    const endMs = beginMs + phase.forMs
    // Thinned from the highest rate of the rhythm: arrivals stay independent, whatever the hour.
    const peak = scenario.rhythm === 'flat' ? 1 : PEAK
    let atMs = beginMs
    while (phase.runsPerMs > 0) {
      atMs += random.exponential(1 / (phase.runsPerMs * peak))
      if (atMs >= endMs) break
      if (random.next() * peak < rhythmAt(scenario.rhythm, atMs)) yield { atMs, phase, planted: null }
    }
    beginMs = endMs
  }
}

const PEAK = 2

/** Around 1 on average over a week. */
function rhythmAt(rhythm: Scenario['rhythm'], atMs: number): number {
  if (rhythm === 'flat') return 1
  const days = atMs / 86_400_000
  const hour = (days % 1) * 24
  const isWeekend = Math.floor(days) % 7 >= 5
  // Quietest at three in the night, busiest at three in the afternoon.
  const byHour = 1 - 0.75 * Math.cos(((hour - 3) / 24) * 2 * Math.PI)
  return byHour * (isWeekend ? 0.55 : 1.1)
}

/** The planted runs at their times, whether anybody else comes or not. */
function* merged(scenario: Scenario, arrivals: Generator<Arrival>): Generator<Arrival> {
  const waiting = scenario.planted.toSorted((a, b) => a.atMs - b.atMs)
  for (const arrival of arrivals) {
    for (let next = waiting[0]; next !== undefined && next.atMs <= arrival.atMs; next = waiting[0]) {
      waiting.shift()
      yield { atMs: next.atMs, phase: phaseAt(scenario, next.atMs), planted: next.story }
    }
    yield arrival
  }
  for (const next of waiting) yield { atMs: next.atMs, phase: phaseAt(scenario, next.atMs), planted: next.story }
}

function phaseAt(scenario: Scenario, atMs: number): Phase {
  let endMs = 0
  for (const phase of scenario.phases) {
    endMs += phase.forMs
    if (atMs < endMs) return phase
  }
  const last = scenario.phases.at(-1)
  if (last === undefined) throw new Error('expected a scenario with at least one phase')
  return last
}

function storyAt(scenario: Scenario, phase: Phase, atMs: number, random: Random): StoryName {
  const shares: [StoryName, number][] = []
  for (const { failures } of [phase, ...scenario.incidents.filter((incident) => isOn(incident, atMs))]) {
    for (const [name, share] of Object.entries(failures)) if (isStory(name)) shares.push([name, share])
  }
  const total = shares.reduce((sum, [, share]) => sum + share, 0)
  shares.push(['fine', Math.max(0, 1 - total)])
  return random.weighted(shares, ([, share]) => share)[0]
}

function isStory(name: string): name is StoryName {
  return Object.hasOwn(stories, name)
}

function isOn(incident: Scenario['incidents'][number], atMs: number): boolean {
  const since = atMs - incident.atMs
  if (since < 0) return false
  return (incident.everyMs === null ? since : since % incident.everyMs) < incident.forMs
}

function newConversation(scenario: Scenario, number: number, random: Random): Conversation {
  const spoken = languages.filter((language) => scenario.languages[language] !== undefined)
  return {
    id: `chat-${number}`,
    userId: `user-${random.whole(1, scenario.users)}`,
    language: random.weighted(spoken, (language) => scenario.languages[language] ?? 0),
    messages: [],
    before: null,
    lastAtMs: 0,
  }
}

function releaseFor(phase: Phase, random: Random): string {
  return random.weighted(Object.entries(phase.releases), ([, share]) => share ?? 0)[0]
}
