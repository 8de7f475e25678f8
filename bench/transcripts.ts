/** What keeping a run's texts costs, beside what counting the run cost: the same bytes of real emitters are read for their steps, and read again for their texts. */
import { readRecordContent } from '../src/dialects/transcript/record-content.ts'
import { readSpanContent } from '../src/dialects/transcript/span-content.ts'
import { readContent } from '../src/fold/content.ts'
import type { RunRecord } from '../src/model/run.ts'
import type { StepContent, Transcript } from '../src/model/transcript.ts'
import { readLogRecords, readSpans } from '../src/otlp/decode.ts'
import { createRedactor } from '../src/redact/redactor.ts'
import { buildTranscript } from '../src/transcripts/build-transcript.ts'
import { captureNames, type CapturedRequest, type CaptureName, capturedRequests } from '../test/helpers/captures.ts'
import { capturedTranscripts } from '../test/helpers/transcripts.ts'
import type { Benchmark } from './bench.ts'
import { cpuMsOf, median, ratioOf } from './spread.ts'

const ROUNDS = Number(process.env['BENCH_WINDOWS'] ?? 30)

interface Source {
  readonly requests: readonly CapturedRequest[]
  readonly runs: readonly { readonly run: RunRecord; readonly contents: readonly StepContent[] }[]
}

export const benchmark: Benchmark = {
  name: 'transcripts',
  question: 'What does it cost to read the texts of a run again, to build its transcript and to redact it?',
  run: async (report) => {
    report.progress('reading the captures')
    const sources = await Promise.all(captureNames.map(sourceOf))
    const runs = sources.flatMap(({ runs: some }) => some)
    const redactor = createRedactor({ mode: 'redacted', patterns: [] })
    const steps: number[] = []
    const texts: number[] = []
    const build: number[] = []
    const redact: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      report.progress(`round ${round} of ${ROUNDS}`)
      const readSteps = await cpuMsOf(() => sources.forEach(readForSteps))
      const readTexts = await cpuMsOf(() => sources.forEach(readForTexts))
      let transcripts: readonly Transcript[] = []
      const built = await cpuMsOf(() => (transcripts = runs.map(transcriptOf)))
      const redacted = await cpuMsOf(() => transcripts.forEach((transcript) => redactor.transcript(transcript)))
      // The first warms up.
      if (round === 0) continue
      steps.push(readSteps)
      texts.push(readTexts)
      build.push(built)
      redact.push(redacted)
    }
    const all = texts.map((ms, index) => ms + (build[index] ?? 0) + (redact[index] ?? 0))
    const row = (name: string, ms: readonly number[]): readonly string[] => [
      name,
      ((median(ms) * 1e3) / runs.length).toFixed(0),
      ratioOf(ms, steps),
    ]
    report.table([
      ['', 'CPU µs a run', 'against reading its steps'],
      row('steps read', steps),
      row('texts read', texts),
      row('transcript built', build),
      row('transcript redacted', redact),
      row('texts to transcript', all),
    ])
    report.line(
      `  ${((runs.length * 1e3) / median(all)).toFixed(0)} transcripts a second, of ${runs.length} runs of ${sources.length} emitters`,
    )
  },
}

async function sourceOf(name: CaptureName): Promise<Source> {
  return { requests: capturedRequests(name), runs: await capturedTranscripts(name) }
}

function readForSteps({ requests }: Source): void {
  for (const { kind, format, content } of requests) readContent(kind, format, content)
}

function readForTexts({ requests }: Source): void {
  let position = 0
  for (const { kind, format, content } of requests) {
    if (kind === 'spans') readSpans(content, format, readSpanContent)
    else readLogRecords(content, format, (record) => readRecordContent(record, position++))
  }
}

function transcriptOf({ run, contents }: Source['runs'][number]): Transcript {
  return buildTranscript({ run, contents, reason: 'failed', keptAtMs: 0, incomplete: null })
}
