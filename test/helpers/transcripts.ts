/** The transcripts of a capture, from its bytes as the log would hold them. */
import { readRecordContent } from '../../src/dialects/transcript/record-content.ts'
import { readSpanContent } from '../../src/dialects/transcript/span-content.ts'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import type { RunRecord } from '../../src/model/run.ts'
import type { StepContent, Transcript, TranscriptMessage } from '../../src/model/transcript.ts'
import { readLogRecords, readSpans } from '../../src/otlp/decode.ts'
import { buildTranscript } from '../../src/transcripts/build-transcript.ts'
import { bestReading, type CaptureName, capturedRequests } from './captures.ts'
import { entriesOf, requestsOf } from './deliveries.ts'
import { applyAll, testSettings } from './fold.ts'

function contentsOf(name: CaptureName): readonly StepContent[] {
  const contents: StepContent[] = []
  let position = 0
  for (const { kind, format, content } of capturedRequests(name)) {
    if (kind === 'spans')
      readSpans(content, format, (span) => {
        const read = readSpanContent(span)
        if (read !== null) contents.push(read)
      })
    else readLogRecords(content, format, (record) => contents.push(...readRecordContent(record, position++)))
  }
  return contents
}

async function runsOf(name: CaptureName): Promise<readonly RunRecord[]> {
  const settings = { ...testSettings, runRowsPerSecond: 5_000 }
  const fold = await applyAll(new Fold(settings, emptyArchive), entriesOf(requestsOf(name)))
  return fold.takeCheckpoint().runs
}

export interface CapturedRun {
  readonly scenario: string
  readonly run: RunRecord
  readonly transcript: Transcript
  /** What the run's own spans and records brought. */
  readonly contents: readonly StepContent[]
}

/** In the order of the scenarios. */
export async function capturedTranscripts(name: CaptureName): Promise<readonly CapturedRun[]> {
  const contents = contentsOf(name)
  const runs = new Map((await runsOf(name)).map((run) => [run.traceId, run]))
  return Object.entries(bestReading(name).scenarios).flatMap(([scenario, { trace_ids: traceIds }]) =>
    traceIds.flatMap((id) => {
      const run = runs.get(id)
      if (run === undefined) return []
      const ids = new Set(run.steps.map(({ spanId }) => spanId))
      const own = contents.filter((content) => content.traceId === id || ids.has(content.spanId))
      return [{ scenario, run, transcript: transcriptOf(run, contents), contents: own }]
    }),
  )
}

function transcriptOf(run: RunRecord, contents: readonly StepContent[]): Transcript {
  return buildTranscript({ run, contents, reason: 'failed', keptAtMs: 0, incomplete: null })
}

/** All that a transcript shows. */
export function messagesIn(transcript: Transcript): readonly TranscriptMessage[] {
  return transcript.steps.flatMap(({ input, output }) => [...input, ...output])
}

export function hasPart(messages: readonly TranscriptMessage[], role: string, ...types: readonly string[]): boolean {
  return messages.some((message) => message.role === role && message.parts.some(({ type }) => types.includes(type)))
}
