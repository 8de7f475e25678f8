/**
 * Keeps transcripts: reads the texts of the runs that are asked for out of the log again, redacts and stores them. Nothing that is counted depends on it, and
 * requests outlive a kill, because they stand in the records until their transcript does.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { readRecordContent } from './dialects/transcript/record-content.ts'
import { readSpanContent } from './dialects/transcript/span-content.ts'
import type { Log } from './log/log.ts'
import type { KeepRequest } from './model/checkpoint.ts'
import type { LogEntry } from './model/entry.ts'
import type { RunRecord } from './model/run.ts'
import type { KeptReason, StepContent, Transcript } from './model/transcript.ts'
import { readLogRecords, readSpans } from './otlp/decode.ts'
import { inflate } from './receive/inflate.ts'
import type { Store } from './records/store.ts'
import type { Redactor } from './redact/redactor.ts'
import { buildTranscript } from './transcripts/build-transcript.ts'

export interface KeeperOptions {
  readonly log: Pick<Log, 'readEntries'>
  readonly store: Pick<Store, 'findRun' | 'transcripts'>
  readonly redactor: Redactor
  readonly nowMs: () => number
  /** Told what went wrong, one line each. */
  readonly report: (message: string, error?: unknown) => void
}

const POLL_MS = 1_000
/** Requests worked off together: runs of one time share entries, which are read once for all of them. */
const REQUESTS_AT_ONCE = 20
const ENTRIES_AT_ONCE = 16
/** A body was within the limit when it was accepted; it may have been lowered since. */
const MAX_BYTES = 1 << 30
/** Of one text of a transcript; longer ones are cut when the transcript is built. */
const MAX_TEXT = 65_536

/** A run with what the log still has of it. */
interface Wanted {
  readonly run: RunRecord
  readonly reason: KeptReason
  readonly entries: readonly number[]
  readonly spanIds: ReadonlySet<string>
  readonly contents: StepContent[]
  found: number
}

export class TranscriptKeeper {
  readonly #options: KeeperOptions
  #isClosed = false
  #working: Promise<void> = Promise.resolve()

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  start(): void {
    this.#working = this.#work()
  }

  /** Ends with what is being read. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#working
  }

  /** The transcripts of runs as far as their texts are still in the log, in the order of the runs. They are not kept by this. */
  async read(runs: readonly RunRecord[]): Promise<readonly Transcript[]> {
    const entries = await this.#options.store.transcripts.entriesOf(runs.map(({ traceId }) => traceId))
    const wanted = runs.map((run) => wantedRun(run, 'picked', entries.get(run.traceId) ?? []))
    await this.#fill(wanted)
    return wanted.map((item) => this.#transcriptOf(item))
  }

  async #work(): Promise<void> {
    while (!this.#isClosed) {
      const isMore = await this.#workOff().catch((error: unknown) => {
        this.#options.report('transcripts could not be kept; it is tried again', error)
        return false
      })
      if (!isMore) await sleep(POLL_MS)
    }
  }

  /** Works off some requests; true when there may be more. */
  async #workOff(): Promise<boolean> {
    const { transcripts } = this.#options.store
    const requests = await transcripts.next(REQUESTS_AT_ONCE)
    if (requests.length === 0) return false
    const ids = requests.map(({ traceId }) => traceId)
    const wanted = await this.#wantedBy(requests)
    try {
      await this.#fill(wanted)
      const kept = wanted.map((item) => this.#transcriptOf(item))
      await transcripts.save(kept, ids)
    } catch (error) {
      await transcripts.failed(ids)
      throw error
    }
    return requests.length === REQUESTS_AT_ONCE
  }

  async #wantedBy(requests: readonly KeepRequest[]): Promise<readonly Wanted[]> {
    const { store } = this.#options
    const ids = requests.map(({ traceId }) => traceId)
    const [entries, reasons] = await Promise.all([store.transcripts.entriesOf(ids), store.transcripts.reasonsOf(ids)])
    const wanted: Wanted[] = []
    for (const { traceId, reason } of requests) {
      const known = reasons.get(traceId)
      // Late spans change what is kept, they are no reason to keep it.
      const why = reason === 'again' ? known : strongest(reason, known)
      const run = why === undefined ? null : await store.findRun(traceId)
      if (run !== null && why !== undefined) wanted.push(wantedRun(run, why, entries.get(traceId) ?? []))
    }
    return wanted
  }

  async #fill(wanted: readonly Wanted[]): Promise<void> {
    // Of texts that nobody may keep none is read.
    if (this.#options.redactor.mode === 'off') return
    const byEntry = new Map<number, Wanted[]>()
    for (const item of wanted) for (const seq of item.entries) byEntry.set(seq, [...(byEntry.get(seq) ?? []), item])
    const seqs = [...byEntry.keys()].sort((a, b) => a - b)
    for (let start = 0; start < seqs.length; start += ENTRIES_AT_ONCE) {
      const entries = await this.#options.log.readEntries(seqs.slice(start, start + ENTRIES_AT_ONCE))
      for (const entry of entries) this.#readEntry(entry, byEntry.get(entry.seq) ?? [])
    }
  }

  #readEntry(entry: LogEntry, wanted: readonly Wanted[]): void {
    for (const item of wanted) item.found++
    const inflated = inflate(entry.body, entry.encoding, MAX_BYTES)
    if (inflated.kind !== 'content') return
    const take = (content: StepContent): void => {
      // A call in a trace of its own may belong to a run: its step then is the run's.
      for (const item of wanted)
        if (item.run.traceId === content.traceId || item.spanIds.has(content.spanId)) item.contents.push(content)
    }
    const isWanted = (traceId: string, spanId: string): boolean =>
      wanted.some(({ run, spanIds }) => run.traceId === traceId || spanIds.has(spanId))
    try {
      if (entry.kind === 'spans') {
        readSpans(inflated.content, entry.format, (span) => {
          const content = isWanted(span.traceId, span.spanId) ? readSpanContent(span) : null
          if (content !== null) take(content)
        })
      } else if (entry.kind === 'logs') {
        let position = 0
        readLogRecords(inflated.content, entry.format, (record) => {
          for (const content of readRecordContent(record, entry.seq * POSITIONS + position)) take(content)
          position++
        })
      }
    } catch (error) {
      this.#options.report(`entry ${entry.seq} of the log could not be read for a transcript`, error)
    }
  }

  #transcriptOf({ run, reason, entries, contents, found }: Wanted): Transcript {
    const { redactor, nowMs } = this.#options
    const incomplete =
      redactor.mode === 'off' ? 'content_off' : found < entries.length || entries.length === 0 ? 'log_expired' : null
    const transcript = buildTranscript({ run, contents, reason, keptAtMs: nowMs(), incomplete })
    return redactor.transcript(transcript, MAX_TEXT)
  }
}

/** Records of one entry; more would only lose their order among those of one moment. */
const POSITIONS = 1_000_000

function wantedRun(run: RunRecord, reason: KeptReason, entries: readonly number[]): Wanted {
  return { run, reason, entries, spanIds: new Set(run.steps.map(({ spanId }) => spanId)), contents: [], found: 0 }
}

const strength: Readonly<Record<KeptReason, number>> = { sampled: 0, failed: 1, rated: 2, picked: 3 }

/** That somebody picked or rated a run stays the reason. */
function strongest(asked: KeptReason, known: KeptReason | undefined): KeptReason {
  return known !== undefined && strength[known] > strength[asked] ? known : asked
}
