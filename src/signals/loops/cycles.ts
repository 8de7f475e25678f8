/**
 * The same calls again and again with the same results: one call in a row, or two to four in turn. What is no loop: a poll whose result changes in
 * the end, a batch over different items, a retry that works in the end, and reading something again after other work.
 */
import type { RunTree } from '../../model/run-tree.ts'
import type { Act } from './act.ts'
import { isAnsweredBetween, isAnsweredEachRound, isAskedEachTime, isRequest, type ModelTimes } from './asked.ts'
import { isRefusal, listed, type Loop, MAX_LOOPS, stepsBetween } from './loop.ts'
import type { Suspect } from './suspect.ts'
import { changesNothing, type Habit, habitOf, isThinking, mayChange } from './tool-names.ts'

const MAX_PERIOD = 4

/** How often a call is made with one and the same result before it is a loop. */
const roundsOfHabit: Readonly<Record<Habit, number>> = { asks: 3, watches: 5, steps: 8, pauses: 10 }
/**
 * The same in good faith: results are not on the wire or failed in a way that may pass, the model answered in between, or a tool that does things was
 * given arguments that are not quite the same.
 */
const ROUNDS_IN_GOOD_FAITH = 5
/** The same when the result has changed before. */
const ROUNDS_OF_POLL = 8

/** Acts that repeat: `acts[start]` to before `acts[end]`, each like the one `period` before it. */
interface Row {
  readonly acts: readonly Act[]
  readonly start: number
  readonly end: number
  readonly period: number
}

export function findCycles({ tree, agents, times }: Suspect): readonly Loop[] {
  const rows = agents.flatMap((acts) => {
    const silent = acts.filter((act) => !isThinking(act.name))
    const lists = silent.length === acts.length ? [acts] : [acts, silent]
    return lists.flatMap((list) => [...repeatedRows(list)].filter((row) => isLoop(row, times)))
  })
  const longest = rows.sort((a, b) => b.end - b.start - (a.end - a.start) || a.period - b.period || byStart(a, b))
  return longest.slice(0, MAX_LOOPS).flatMap((row) => loopOf(tree, row) ?? [])
}

function byStart(a: Row, b: Row): number {
  return (a.acts[a.start]?.node.step.startUs ?? 0) - (b.acts[b.start]?.node.step.startUs ?? 0)
}

function* repeatedRows(acts: readonly Act[]): Generator<Row> {
  for (let period = 1; period <= MAX_PERIOD; period++) {
    let repeats = 0
    for (let at = period; at <= acts.length; at++) {
      if (isSameAgain(acts[at - period], acts[at])) {
        repeats++
        continue
      }
      if (repeats > 0) yield { acts, start: at - period - repeats, end: at, period }
      repeats = 0
    }
  }
}

function isSameAgain(a: Act | undefined, b: Act | undefined): boolean {
  return a !== undefined && b !== undefined && a.call !== null && a.call === b.call && a.outcome === b.outcome
}

function isLoop(row: Row, times: () => ModelTimes): boolean {
  const { acts, start, end, period } = row
  const cycle = acts.slice(start, start + period)
  // One call with two results in turn is something that flaps, not an agent that does.
  if (new Set(cycle.map(({ call }) => call)).size < Math.min(period, 2)) return false
  if (end - start < (roundsOfHabit.asks - 1) * period + 1) return false
  if (end - start < (roundsNeeded(row, cycle, times()) - 1) * period + 1) return false
  if (isAnsweredEachRound(acts.slice(start, end), period, times())) return false
  // What came of a call is not known: where a model goes on in the end, it may well have been a poll.
  const last = acts[end - 1]
  if (last?.outcome === null && last.node.step.startUs < (times().all.at(-1) ?? 0)) return false
  return !acts.slice(end, end + period).some((act) => isNews(act, cycle))
}

function roundsNeeded({ acts, start, end, period }: Row, cycle: readonly Act[], times: ModelTimes): number {
  const row = acts.slice(start, end)
  const wasAsked = isAskedEachTime(row, times)
  const hasChangedBefore = acts.slice(Math.max(0, start - period), start).some((act) => isNews(act, cycle))
  const rounds = Math.max(...cycle.map((act) => roundsOf(act, wasAsked)), hasChangedBefore ? ROUNDS_OF_POLL : 0)
  const isDoubtful = isAnsweredBetween(row, times) || (!isExact(row, period) && !cycle.every(({ name }) => changesNothing(name)))
  return isDoubtful ? Math.max(rounds, ROUNDS_IN_GOOD_FAITH) : rounds
}

/** Whether the arguments are the same letter by letter. */
function isExact(row: readonly Act[], period: number): boolean {
  return row.every(({ exact }, at) => at < period || exact === row[at - period]?.exact)
}

/** The same call as one of the cycle, and this time something else came of it: the wait was over, the tool worked again. */
function isNews(act: Act, cycle: readonly Act[]): boolean {
  return act.error === null && cycle.some(({ call, outcome }) => call === act.call && outcome !== act.outcome)
}

function roundsOf({ name, outcome, error }: Act, wasAsked: boolean): number {
  if (outcome === null) return mayChange(name) ? Number.POSITIVE_INFINITY : ROUNDS_IN_GOOD_FAITH
  const rounds = roundsOfHabit[habitOf(name)]
  return error === null || (wasAsked && isRefusal(error)) ? rounds : Math.max(rounds, ROUNDS_IN_GOOD_FAITH)
}

/** The first round was worth its money and so is what came of it in the end; between them the agent went in circles. */
function loopOf(tree: RunTree, row: Row): Loop | null {
  const { acts, start, end, period } = row
  const [first, lastOfRound, last] = [acts[start], acts[start + period - 1], acts[end - 1]]
  if (first === undefined || lastOfRound === undefined || last === undefined) return null
  return { node: first.node, evidence: evidenceOf(row, first), wasted: stepsBetween(tree, lastOfRound.node, last.node) }
}

function evidenceOf({ acts, start, end, period }: Row, first: Act): string {
  const row = acts.slice(start, end)
  const what = listed(row.slice(0, period).map(({ name }) => name))
  const how = isExact(row, period) ? 'the same arguments' : 'arguments that differ only in spelling or a counter'
  if (period > 1) {
    const isUnchanged = row.every(({ outcome }) => outcome !== null)
    return `${what.includes(' and ') ? 'tools' : 'tool'} ${what} went round and round, ${row.length} calls in turn with ${how}${isUnchanged ? '; the results never changed' : ''}`
  }
  const verb = isRequest(first.node) ? 'was asked for' : 'was called'
  const ending =
    first.error !== null ? '; it failed in the same way each time' : first.outcome !== null ? '; the result never changed' : ''
  return `tool ${what} ${verb} ${row.length} times in a row with ${how}${ending}`
}
