/**
 * What the user's words say about the answer before them. Precision first: who says nothing about it says nothing. Pure; the conversation's memory comes in
 * and goes out.
 */
import type { ConversationMemory, ImplicitKind, ImplicitSignal, RunTurn } from '../../model/implicit.ts'
import type { RunOutcome } from '../../model/run.ts'
import type { Rating } from '../../model/feedback.ts'
import { CLOCK_STEP_US } from '../../model/step.ts'
import { isContent } from '../../language/sketch.ts'
import { likenessOf } from './likeness.ts'

/** A settled run of a conversation. */
export interface JudgedRun {
  readonly runId: string
  readonly startedAtUs: number
  readonly endedAtUs: number
  readonly outcome: RunOutcome
  /** See turnsOfRun. */
  readonly turns: readonly RunTurn[]
}

export interface Listening {
  readonly signals: readonly ImplicitSignal[]
  readonly memory: ConversationMemory | null
}

/** Later nobody speaks of the answer before. */
const MAX_SILENCE_US = 24 * 3_600e6
/** Who asks the same tomorrow may well have got an answer today. */
const MAX_REPEAT_US = 30 * 60e6
/** Nobody reads an answer and asks again in less time; a retry does, and the second agent of a turn. */
const MIN_REPEAT_US = 2e6
/** What is said more often in a row is said by a program. */
const MAX_REPEATS = 2

/**
 * Listens to the next run of a conversation. Runs that began before what is remembered change nothing: the conversation has gone on.
 */
export function listenTo(memory: ConversationMemory | null, run: JudgedRun): Listening {
  // Spans that came late have the run judged again: it is no answer to itself.
  if (memory?.runId === run.runId)
    return { signals: [], memory: { ...later(memory, run), outcome: run.outcome, endedAtUs: run.endedAtUs } }
  if (memory !== null && run.startedAtUs < memory.saidAtUs) return { signals: [], memory: later(memory, run) }
  const own = run.turns.filter(({ turn }) => turn.isOwn)
  if (own.length === 0) return { signals: [], memory: memory === null ? null : later(memory, run) }
  const signals: ImplicitSignal[] = []
  let before = memory
  for (const [index, said] of own.entries()) {
    // Between two turns of one run the answer has been given: see turnsOfRun.
    const isAnswered = index > 0 || before === null || run.startedAtUs > before.endedAtUs - CLOCK_STEP_US
    const heard = isAnswered ? signalsOf(before, said, run.runId) : []
    for (const signal of heard)
      if (!signals.some(({ kind, about }) => kind === signal.kind && about === signal.about)) signals.push(signal)
    before = remembered(before, said, run)
  }
  return { signals, memory: before }
}

function later(memory: ConversationMemory, run: JudgedRun): ConversationMemory {
  return { ...memory, lastAtUs: Math.max(memory.lastAtUs, run.endedAtUs) }
}

function remembered(before: ConversationMemory | null, { turn, spanId, atUs }: RunTurn, run: JudgedRun): ConversationMemory {
  const { isOwn: _, ...kept } = turn
  return {
    runId: run.runId,
    spanId,
    outcome: run.outcome,
    saidAtUs: atUs,
    endedAtUs: run.endedAtUs,
    lastAtUs: Math.max(before?.lastAtUs ?? 0, run.endedAtUs),
    turn: kept,
    repeats: before?.turn.fingerprint === turn.fingerprint ? before.repeats + 1 : 0,
  }
}

const ratings: Readonly<Record<ImplicitKind, Rating>> = {
  repeated: 'negative',
  rephrased: 'negative',
  contradicted: 'negative',
  asked_for_human: 'negative',
  thanked: 'positive',
  gave_up: 'negative',
}

function signalsOf(memory: ConversationMemory | null, said: RunTurn, runId: string): readonly ImplicitSignal[] {
  const before = memory !== null && said.atUs - memory.endedAtUs <= MAX_SILENCE_US ? memory : null
  const { phrases, quote } = said.turn
  const signals: ImplicitSignal[] = []
  const add = (kind: ImplicitKind, about: string, evidence: string, rating: Rating = ratings[kind]): void => {
    signals.push({
      kind,
      rating,
      about,
      shownBy: runId,
      spanId: said.spanId,
      atUs: said.atUs,
      evidence: evidence.slice(0, MAX_EVIDENCE),
    })
  }
  const asksForHuman = phrases.includes('asks_for_human')
  // Who says yes takes up what the agent offered, which may well have been right.
  const rating = phrases.includes('affirms') ? 'neutral' : 'negative'
  if (asksForHuman) add('asked_for_human', before?.runId ?? runId, `asked for a human: ${short(quote)}`, rating)
  if (before === null) return signals
  const about = before.runId
  const again = againOf(before, said)
  if (phrases.includes('contradicts')) add('contradicted', about, `contradicted: ${short(quote)}`)
  else if (again !== null)
    add(
      again,
      about,
      `${again === 'repeated' ? 'asked' : 'asked in other words'} again: ${short(before.turn.quote)}, then ${short(quote)}`,
    )
  else if (phrases.includes('thanks') && !asksForHuman && before.outcome === 'ok')
    add('thanked', about, `thanked: ${short(quote)}`)
  return signals
}

function againOf(before: ConversationMemory, { turn, atUs }: RunTurn): 'repeated' | 'rephrased' | null {
  const silenceUs = atUs - before.endedAtUs
  if (silenceUs > MAX_REPEAT_US || silenceUs < MIN_REPEAT_US) return null
  if (turn.phrases.includes('rephrases')) return before.turn.sketch.filter(isContent).length < MIN_CONTENT ? null : 'rephrased'
  if ([turn, before.turn].some(({ phrases }) => phrases.some((phrase) => phrase === 'affirms' || phrase === 'invites_repeat')))
    return null
  const likeness = likenessOf(before.turn, turn)
  if (likeness === 'similar') return 'rephrased'
  return likeness === 'same' && before.repeats < MAX_REPEATS ? 'repeated' : null
}

/** Before "let me rephrase" something was asked. */
const MIN_CONTENT = 2

const MAX_EVIDENCE = 300
const MAX_SHORT = 120

function short(quote: string): string {
  return `"${quote.length > MAX_SHORT ? `${quote.slice(0, MAX_SHORT - 1)}…` : quote}"`
}

/** Milliseconds without a word after which a user whose last run failed has given up. */
export const PATIENCE_MS: number = 30 * 60e3

export interface GivingUp {
  /** From then on the signal stands, unless a run of the conversation comes before. Unix milliseconds. */
  readonly dueAtMs: number
  readonly signal: ImplicitSignal
}

/** Null where the last thing that the user said was answered, or was a goodbye. */
export function givingUpOf(memory: ConversationMemory, patienceMs: number = PATIENCE_MS): GivingUp | null {
  const { runId, spanId, turn, lastAtUs, outcome } = memory
  if (outcome !== 'failed' || turn.phrases.includes('thanks') || turn.words < MIN_WORDS_ASKED) return null
  const dueAtMs = Math.ceil(lastAtUs / 1e3) + patienceMs
  const evidence = `nothing came for ${Math.round(patienceMs / 60e3)} min after this failed: ${short(turn.quote)}`
  const signal: ImplicitSignal = {
    kind: 'gave_up',
    rating: ratings.gave_up,
    about: runId,
    shownBy: runId,
    spanId,
    atUs: dueAtMs * 1e3,
    evidence,
  }
  return { dueAtMs, signal }
}

/** "hello" and "bye" ask for nothing. */
const MIN_WORDS_ASKED = 2
