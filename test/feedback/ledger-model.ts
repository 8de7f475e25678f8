/** What becomes of one feedback, worked out from the list of everything that happened. Knows nothing of the ledger that it is compared with. */
import type { Feedback, FeedbackEvent, Rating } from '../../src/model/feedback.ts'
import type { RunRecord } from '../../src/model/run.ts'

const SKEW_MS = 5_000
/** Who rates before the run that is meant comes, is answered soon. */
const NEXT_RUN_MS = 3_600_000

/** What of the settings matters here. */
export interface Limits {
  readonly holdMs: number
  readonly retentionMs: number
}

export type Happened =
  | { readonly type: 'event'; readonly event: FeedbackEvent; readonly atMs: number }
  | { readonly type: 'settled'; readonly run: RunRecord; readonly atMs: number }
  | { readonly type: 'tick'; readonly open: readonly Talk[]; readonly atMs: number }

/** A run that has not settled, of a conversation. */
export interface Talk {
  readonly conversationId: string | null
  readonly startedAtUs: number
}

/** What the model says of one id. */
export interface Outcome {
  readonly receipts: readonly string[]
  /** Metric with its labels, one entry a count. */
  readonly counts: readonly string[]
  readonly joined: readonly string[]
  readonly runId: string | null
  readonly counted: Rating | null
}

const asked = [
  ['traceId', ({ traceId }: RunRecord) => [traceId]],
  ['spanId', ({ steps }: RunRecord) => steps.map(({ spanId }) => spanId)],
  ['responseId', ({ steps }: RunRecord) => steps.map(({ responseId }) => responseId)],
  ['messageId', ({ steps }: RunRecord) => steps.map(({ messageId }) => messageId)],
] as const

/** By how exact a word the run is named: 0 is the most exact. Null = it is not. */
function exactnessOf({ target }: Feedback, run: RunRecord): number | null {
  const place = asked.findIndex(([key, idsOf]) => target[key] !== null && idsOf(run).some((id) => id === target[key]))
  return place < 0 ? null : place
}

/** The most exactly named; of a conversation the latest that began before it was said, else the next soon after. */
function meantOf(given: Feedback, receivedAtMs: number, runs: readonly RunRecord[]): RunRecord | null {
  if (isExact(given)) {
    const named = runs.flatMap((run) => ({ run, place: exactnessOf(given, run) ?? Infinity }))
    const [best] = named.toSorted((a, b) => a.place - b.place)
    return best === undefined || best.place === Infinity ? null : best.run
  }
  const saidAtMs = given.atMs ?? receivedAtMs
  const talk = runs
    .filter(({ conversationId }) => conversationId === given.target.conversationId)
    .toSorted((a, b) => a.startedAtUs - b.startedAtUs)
  const next = talk.find((run) => !beganBefore(run, saidAtMs) && beganBefore(run, saidAtMs + NEXT_RUN_MS))
  return talk.findLast((run) => beganBefore(run, saidAtMs)) ?? next ?? null
}

/** Clocks differ a little. */
function beganBefore({ startedAtUs }: Talk, saidAtMs: number): boolean {
  return startedAtUs < (saidAtMs + SKEW_MS) * 1_000
}

function isExact({ target }: Feedback): boolean {
  return asked.some(([key]) => target[key] !== null)
}

function sameTarget(a: Feedback, b: Feedback): boolean {
  const areExact = isExact(a) || isExact(b)
  return (
    asked.every(([key]) => a.target[key] === b.target[key]) && (areExact || a.target.conversationId === b.target.conversationId)
  )
}

function saysTheSame(a: Feedback, b: Feedback): boolean {
  const words = (said: Feedback): string => JSON.stringify({ ...said, id: null, atMs: null })
  return words(a) === words(b)
}

export function outcomeOf(id: string, history: readonly Happened[], { holdMs, retentionMs }: Limits): Outcome {
  const receipts: string[] = []
  const counts: string[] = []
  const joined: string[] = []
  const runs = new Map<string, RunRecord>()
  let given: Feedback | null = null
  let isThere = false
  let receivedAtMs = 0
  let changedAtMs = 0
  let run: RunRecord | null = null
  let wasLookedFor = false
  let isGivenUp = false
  let counted: Rating | null = null

  const correct = (to: string): void => {
    if (counted === null) return
    const metric = given?.judge === 'model' ? 'flywheel_evaluations_total' : 'flywheel_feedback_total'
    counts.push(`corrections ${metric} ${counted}_to_${to}`)
  }
  const join = (found: RunRecord): void => {
    run = found
    joined.push(found.traceId)
  }
  const count = (nowMs: number): void => {
    if (!isThere || run === null || given === null || nowMs < changedAtMs + holdMs) return
    const { rating, judge, source } = given
    if (rating === counted) return
    const said = judge === 'model' ? `evaluations ${run.agent} ${judge}` : `feedback ${run.agent} ${source}`
    if (rating !== null) counts.push(`${said} ${rating}`)
    correct(rating ?? 'none')
    counted = rating
  }
  const give = (next: Feedback, atMs: number): void => {
    if (given !== null && isThere && saysTheSame(given, next)) return void receipts.push('repeated')
    if (given === null) {
      receivedAtMs = atMs
      counts.push(`received ${next.source}`)
    }
    receipts.push(given === null ? 'new' : 'replaced')
    if (given !== null && !sameTarget(given, next)) run = null
    // Its rating stands under another run's labels, or another judge's.
    if (given !== null && (!sameTarget(given, next) || given.judge !== next.judge)) {
      correct('moved')
      counted = null
    }
    if (run === null) wasLookedFor = isGivenUp = false
    given = next
    changedAtMs = atMs
    isThere = true
  }
  const withdraw = (): void => {
    receipts.push(given === null ? 'unknown' : 'withdrawn')
    if (!isThere) return
    correct('withdrawn')
    counted = null
    isThere = false
  }
  const settle = (settled: RunRecord, atMs: number): void => {
    runs.set(settled.traceId, settled)
    if (given === null || !isThere || run !== null || !wasLookedFor || isGivenUp) return
    if (!isExact(given)) {
      // Others may settle with it: looked for again.
      if (settled.conversationId === given.target.conversationId) wasLookedFor = false
      return
    }
    if (exactnessOf(given, settled) === null) return
    join(settled)
    count(atMs)
  }
  /** Of a conversation the latest run is known once none is open that may be it. */
  const mayLook = (nowMs: number, open: readonly Talk[]): boolean => {
    if (given === null || isExact(given)) return given !== null
    const { target: named, atMs } = given
    const others = open.filter(({ conversationId }) => conversationId === named.conversationId)
    return nowMs >= changedAtMs + holdMs && !others.some((other) => beganBefore(other, atMs ?? receivedAtMs))
  }
  const tick = (atMs: number, open: readonly Talk[]): void => {
    if (given === null || !isThere) return
    if (run === null && !wasLookedFor && mayLook(atMs, open)) {
      wasLookedFor = true
      const found = meantOf(given, receivedAtMs, [...runs.values()])
      if (found !== null) join(found)
    }
    count(atMs)
    if (run !== null || !wasLookedFor || isGivenUp || atMs - receivedAtMs <= retentionMs) return
    isGivenUp = true
    counts.push(`unmatched ${given.source}`)
  }

  for (const happened of history) {
    const { atMs } = happened
    if (happened.type === 'tick') tick(atMs, happened.open)
    else if (happened.type === 'settled') settle(happened.run, atMs)
    else if (happened.event.type === 'given' && happened.event.feedback.id === id) give(happened.event.feedback, atMs)
    else if (happened.event.type === 'withdrawn' && happened.event.id === id) withdraw()
  }
  // Assigned in functions, which the compiler does not follow.
  const last = run as RunRecord | null
  return {
    receipts,
    counts,
    joined,
    runId: last?.traceId ?? null,
    counted,
  }
}
