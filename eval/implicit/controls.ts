/**
 * Turns in which nobody speaks of an answer: what customers of a bank want, and tasks for tools. Each is heard behind another that was drawn at random, so that
 * whatever is found is wrong, but for two that happen to ask the same.
 */
import type { UserTurn } from '../../src/model/turn.ts'
import { likenessOf } from '../../src/signals/implicit/likeness.ts'
import { turnsOfRun } from '../../src/signals/implicit/turns.ts'
import type { Report } from '../evaluation.ts'
import { judgeBody } from '../support/judged-run.ts'
import { bodiesOf, labelsOf, missingData } from '../support/labelled-data.ts'
import { Random } from '../support/random.ts'
import { share } from '../support/statistics.ts'
import { Listener } from './listening.ts'

const DATA = ['finance-intents-dev', 'tool-calls-dev', 'failed-runs-dev'] as const
const MAX_TURNS = 4_000

interface FirstTurn {
  readonly traceId: string
  readonly turn: UserTurn
}

export async function evaluateControls(report: Report): Promise<void> {
  report.line('\nturns in any order, that speak of no answer')
  for (const name of DATA) {
    const missing = missingData(name)
    if (missing !== null) {
      report.line(`  ${missing}`)
      continue
    }
    const turns = await firstTurnsOf(name)
    tellHeard(report, name, shuffled(turns))
    if (name === 'finance-intents-dev') await tellPairs(report, name, turns)
  }
}

async function firstTurnsOf(name: string): Promise<readonly FirstTurn[]> {
  const turns = new Map<string, FirstTurn>()
  for await (const body of bodiesOf(name)) {
    for (const { traceId, tree } of judgeBody(body)) {
      const turn = turnsOfRun(tree.nodes.map(({ step }) => step))[0]?.turn
      // Many models were given the same task.
      if (turn !== undefined && turns.size < MAX_TURNS) turns.set(turn.fingerprint, { traceId, turn })
    }
  }
  return [...turns.values()]
}

function shuffled(turns: readonly FirstTurn[]): readonly FirstTurn[] {
  const random = new Random(7)
  return turns
    .map((turn) => ({ turn, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .map(({ turn }) => turn)
}

function tellHeard(report: Report, name: string, turns: readonly FirstTurn[]): void {
  const listener = new Listener()
  const found = turns
    .map(({ turn, traceId }) => ({ traceId, turn, kinds: listener.hear(turn) }))
    .filter(({ kinds }) => kinds.length > 0)
  const byKind = Map.groupBy(found, ({ kinds }) => kinds.join(' '))
  const own = turns.filter(({ turn }) => turn.isOwn).length
  report.line(
    `  ${name}: ${turns.length} turns (${own} in a user's own words), with a signal ${share(found.length, turns.length)}`,
  )
  for (const [kinds, items] of byKind) report.line(`    ${kinds}: ${items.length}, such as in trace ${items[0]?.traceId}`)
}

interface IntentLabel {
  readonly trace_id: string
  readonly intent: string
}

/** Two turns of one intent ask the same, more or less; two of different intents do not. */
async function tellPairs(report: Report, name: string, turns: readonly FirstTurn[]): Promise<void> {
  const intents = new Map((await labelsOf<IntentLabel>(name)).map(({ trace_id, intent }) => [trace_id, intent]))
  const counts = { same: 0, sameFound: 0, other: 0, otherFound: 0 }
  for (const [index, a] of turns.entries()) {
    for (const b of turns.slice(index + 1)) {
      const isFound = isAgain(a.turn, b.turn)
      const isSame = intents.get(a.traceId) === intents.get(b.traceId)
      if (isSame) counts.same++
      else counts.other++
      if (isFound && isSame) counts.sameFound++
      if (isFound && !isSame) counts.otherFound++
    }
  }
  report.line(`    pairs taken for the same question: of one intent ${share(counts.sameFound, counts.same)}`)
  report.line(`    of different intents ${share(counts.otherFound, counts.other)}`)
}

function isAgain(a: UserTurn, b: UserTurn): boolean {
  return likenessOf(a, b) !== 'other' && !saysAgain(a) && !saysAgain(b)
}

function saysAgain({ phrases }: UserTurn): boolean {
  return phrases.includes('invites_repeat') || phrases.includes('affirms')
}
