/**
 * What the user said in a run, in order. Normally once: what the run was asked. A trace may hold a whole conversation; then the user's messages are those
 * that follow an answer in words. A program that asks a model again and again (retries, chains, agents that instruct agents) is no user.
 */
import type { RunTurn } from '../../model/implicit.ts'
import { beganAfter, type Step } from '../../model/step.ts'
import type { UserTurn } from '../../model/turn.ts'

/** Nobody reads an answer and says the same again in less time; programs do. */
const HUMAN_PAUSE_US = 2e6
const MAX_TURNS = 200

interface Said {
  readonly step: Step
  readonly turn: UserTurn
}

/** @param steps All steps of the run, in any order. */
export function turnsOfRun(steps: readonly Step[]): readonly RunTurn[] {
  const said = steps
    .flatMap((step): readonly Said[] => (step.said === null ? [] : [{ step, turn: step.said }]))
    .sort((a, b) => a.step.startUs - b.step.startUs || (a.step.spanId < b.step.spanId ? -1 : 1))
  const asked = outermost(
    said.filter(({ step }) => step.kind !== 'llm'),
    steps,
  )
  const turns = asked.length > 0 ? inTurn(asked) : ofCalls(said, steps)
  return turns.slice(0, MAX_TURNS).map(({ step, turn }) => ({ turn, spanId: step.spanId, atUs: step.startUs }))
}

/** Those that lie in no other: what an agent tells another is nobody's question. */
function outermost(said: readonly Said[], steps: readonly Step[]): readonly Said[] {
  if (said.length < 2) return said
  const parents = new Map(steps.map((step) => [step.spanId, step.parentId]))
  const tellers = new Set(said.map(({ step }) => step.spanId))
  return said.filter(({ step }) => {
    const seen = new Set<string>()
    for (let id = step.parentId; id !== null && !seen.has(id); id = parents.get(id) ?? null) {
      if (tellers.has(id)) return false
      seen.add(id)
    }
    return true
  })
}

/** The first, and those of the same agent that came after it had ended. */
function inTurn(said: readonly Said[]): readonly Said[] {
  const [first] = said
  if (first === undefined) return []
  const turns = [first]
  for (const next of said) {
    const previous = turns.at(-1) ?? first
    if (
      next.step.agent === first.step.agent &&
      beganAfter(next.step, previous.step) &&
      isNew(next, previous, previous.step.endUs)
    )
      turns.push(next)
  }
  return turns
}

/** Calls of the agent that was asked first: each user message behind an answer in words. */
function ofCalls(said: readonly Said[], steps: readonly Step[]): readonly Said[] {
  const first = said.find(({ turn }) => turn.isOwn) ?? said[0]
  if (first === undefined) return []
  const lane = steps
    .filter((step) => step.kind === 'llm' && step.parentId === first.step.parentId && step.agent === first.step.agent)
    .sort((a, b) => a.startUs - b.startUs || (a.spanId < b.spanId ? -1 : 1))
  const turns = [first]
  for (const [index, step] of lane.entries()) {
    const before = lane[index - 1]
    const previous = turns.at(-1) ?? first
    if (step.said === null || before === undefined || !beganAfter(step, first.step) || !beganAfter(step, before)) continue
    const next = { step, turn: step.said }
    // What emitters of logs call a prompt was typed.
    if ((step.source === 'log' || answersInWords(before)) && isNew(next, previous, before.endUs)) turns.push(next)
  }
  return turns
}

/** What was to be data is read by a program, which may well ask again. */
function answersInWords({ answer, askedFormat }: Step): boolean {
  return answer?.form === 'text' && (answer.format === null || answer.format === 'text') && askedFormat !== 'json'
}

function isNew(next: Said, previous: Said, answeredUs: number): boolean {
  return next.turn.fingerprint !== previous.turn.fingerprint || next.step.startUs - answeredUs >= HUMAN_PAUSE_US
}
