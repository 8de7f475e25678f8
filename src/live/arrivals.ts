/** What came in during the last hour and what it lacked: the evidence behind each piece of advice on the live page. */
import type { UnpricedReason } from '../model/fact.ts'
import type { RunRecord, RunStep, SettledTrace } from '../model/run.ts'
import { hasGenAiMeaning, modelOf, type Step } from '../model/step.ts'
import { Ring } from './ring.ts'
import { isUnpricedAnswer } from './run-totals.ts'

export interface Arrivals {
  /** Spans of the hour and of its last minute, to ten seconds. */
  readonly spans: number
  readonly spansLastMinute: number
  /** Requests that were not taken, by signal and status; none where one of the signal has been taken since. */
  readonly refused: readonly { readonly signal: string; readonly status: number; readonly count: number }[]
  /** Requests that were taken, by signal. */
  readonly taken: Readonly<Record<string, number>>
  readonly runs: number
  /** Traces without anything of an agent, and what their spans were called, most frequent first. */
  readonly plainTraces: number
  readonly plainSpans: readonly Named[]
  /** Runs that named no conversation, no user. */
  readonly runsWithoutConversation: number
  readonly runsWithoutUser: number
  /** Model calls that answered, and those among them that carried any text. */
  readonly answeredCalls: number
  readonly callsWithContent: number
  /** Answered calls without a price, by model and reason. */
  readonly unpriced: readonly Unpriced[]
  /** Libraries whose model calls, agents and tools came, by scope name. */
  readonly emitters: readonly Named[]
}

interface Named {
  readonly name: string
  readonly count: number
}

export interface Unpriced {
  readonly provider: string
  /** Empty = the spans name none. */
  readonly model: string
  readonly reason: Exclude<UnpricedReason, 'failed_call'>
  readonly count: number
}

const MINUTES = 60
const MINUTE_MS = 60_000
const SHORT_MS = 10_000
/** Different names kept for one topic in one minute. */
const MAX_NAMES = 100

/** The sender went away, the processor was starting or full, a browser opened the address: none of it is a mistake in a set-up. */
const passing: ReadonlySet<number> = new Set([405, 499, 503])

type FreeTopic = 'refused' | 'taken' | 'plain span' | 'unpriced' | 'emitter'
type Topic = FreeTopic | 'spans' | 'runs' | 'plain' | 'no conversation' | 'no user' | 'answered' | 'with content'

/** Counts of one minute by topic and, for free topics, by name. */
type Counts = Map<Topic, Map<string, number>>

const separator = '\0'

export class ArrivalLog {
  readonly #minutes = new Ring<Counts>(MINUTES, () => new Map())
  readonly #spans = new Ring(MINUTES, () => ({ count: 0 }))
  /** When a request of a signal was last taken. */
  readonly #takenAtMs = new Map<string, number>()
  /** When a request of a signal was last refused with a status, by both. */
  readonly #refusedAtMs = new Map<string, number>()

  received(spans: number, atMs: number): void {
    this.#add(atMs, 'spans', spans)
    const short = this.#spans.open(Math.floor(atMs / SHORT_MS))
    if (short !== null) short.count += spans
  }

  requested(signal: string, status: number, atMs: number): void {
    if (passing.has(status)) return
    const key = join(signal, String(status))
    this.#add(atMs, status === 200 ? 'taken' : 'refused', 1, key)
    if (status === 200) this.#takenAtMs.set(signal, atMs)
    else this.#refusedAtMs.set(key, atMs)
  }

  settled(settled: SettledTrace): void {
    if (settled.type === 'run') this.#addRun(settled.record, settled.late === null, settled.atMs)
    else this.#addPlain(settled.steps, settled.atMs)
  }

  since(firstMinute: number, nowMs: number): Arrivals {
    const counts = this.#minutes.from(firstMinute).map(({ content }) => content)
    const whole = (topic: Topic): number => counts.reduce((sum, minute) => sum + countOf(minute, topic), 0)
    return {
      spans: whole('spans'),
      spansLastMinute: this.#spans
        .from(Math.floor(nowMs / SHORT_MS) - MINUTE_MS / SHORT_MS + 1)
        .reduce((sum, { content }) => sum + content.count, 0),
      refused: named(counts, 'refused').flatMap(([[signal = '', status = ''], count]) =>
        this.#isOver(signal, status) ? [] : [{ signal, status: Number(status), count }],
      ),
      taken: Object.fromEntries(named(counts, 'taken').map(([[signal = ''], count]) => [signal, count])),
      runs: whole('runs'),
      plainTraces: whole('plain'),
      plainSpans: named(counts, 'plain span').map(([[name = ''], count]) => ({ name, count })),
      runsWithoutConversation: whole('no conversation'),
      runsWithoutUser: whole('no user'),
      answeredCalls: whole('answered'),
      callsWithContent: whole('with content'),
      unpriced: named(counts, 'unpriced').flatMap(([[provider = '', model = '', reason = ''], count]) =>
        isReason(reason) ? [{ provider, model, reason, count }] : [],
      ),
      emitters: named(counts, 'emitter').map(([[name = ''], count]) => ({ name, count })),
    }
  }

  #isOver(signal: string, status: string): boolean {
    return (this.#takenAtMs.get(signal) ?? 0) >= (this.#refusedAtMs.get(join(signal, status)) ?? 0)
  }

  #addRun(record: RunRecord, isFirst: boolean, atMs: number): void {
    if (!isFirst) return
    this.#add(atMs, 'runs', 1)
    if (record.conversationId === null) this.#add(atMs, 'no conversation', 1)
    if (record.userId === null) this.#add(atMs, 'no user', 1)
    for (const step of record.steps) {
      if (hasGenAiMeaning(step) && step.scope !== '') this.#add(atMs, 'emitter', 1, step.scope)
      if (step.kind === 'llm' && step.isCounted && step.error === null) this.#addAnswer(step, atMs)
      if (isUnpricedAnswer(step)) this.#addUnpriced(step, atMs)
    }
  }

  #addAnswer(step: RunStep, atMs: number): void {
    this.#add(atMs, 'answered', 1)
    if (step.hasContent) this.#add(atMs, 'with content', 1)
  }

  #addUnpriced(step: RunStep, atMs: number): void {
    const model = modelOf(step)
    const reason = step.unpriced ?? 'unknown_model'
    this.#add(atMs, 'unpriced', 1, join(step.provider ?? '', model, reason))
  }

  #addPlain(steps: Iterable<Step>, atMs: number): void {
    this.#add(atMs, 'plain', 1)
    for (const step of steps) this.#add(atMs, 'plain span', 1, step.scope === '' ? step.name : `${step.name} (${step.scope})`)
  }

  #add(atMs: number, topic: Topic, count: number, name = ''): void {
    const counts = this.#minutes.open(Math.floor(atMs / MINUTE_MS))
    if (counts === null) return
    const names = counts.get(topic) ?? new Map<string, number>()
    counts.set(topic, names)
    const before = names.get(name)
    if (before !== undefined || names.size < MAX_NAMES) names.set(name, (before ?? 0) + count)
  }
}

function countOf(counts: Counts, topic: Topic): number {
  return counts.get(topic)?.get('') ?? 0
}

function join(...parts: readonly string[]): string {
  return parts.join(separator)
}

/** What was counted under the names of a topic, most frequent first. */
function named(minutes: readonly Counts[], topic: FreeTopic): readonly (readonly [parts: readonly string[], count: number])[] {
  const sums = new Map<string, number>()
  for (const counts of minutes) for (const [name, count] of counts.get(topic) ?? []) sums.set(name, (sums.get(name) ?? 0) + count)
  return [...sums].map(([name, count]) => [name.split(separator), count] as const).sort((a, b) => b[1] - a[1])
}

function isReason(text: string): text is Unpriced['reason'] {
  return text === 'unknown_model' || text === 'no_usage' || text === 'no_model' || text === 'unknown_tier'
}
