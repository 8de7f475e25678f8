/**
 * The transcript of a run, from its record and from what spans and log records brought of what was said. Deterministic: in whatever order contents come, and
 * however often the same one does, the transcript is the same.
 */
import type { RunRecord, RunStep } from '../model/run.ts'
import type {
  KeptReason,
  MissingContent,
  StepContent,
  Transcript,
  TranscriptMessage,
  TranscriptStep,
} from '../model/transcript.ts'
import { limited } from './limits.ts'
import { standIns } from './one-step.ts'
import { aroundWords, isAround, type Shown } from './around.ts'
import { Spoken } from './spoken.ts'
import { orderOf, type Place } from './step-order.ts'
import { type StepWords, wordsByStep } from './step-words.ts'

export interface TranscriptSource {
  readonly run: RunRecord
  /** Of all entries of the log that hold something of the run; contents of other runs are left out. */
  readonly contents: readonly StepContent[]
  readonly reason: KeptReason
  readonly keptAtMs: number
  readonly incomplete: Transcript['incomplete']
}

export function buildTranscript({ run, contents, reason, keptAtMs, incomplete }: TranscriptSource): Transcript {
  const order = orderOf(run.steps)
  const standIn = standIns(order)
  const words = atStandIns(wordsByStep(order, run.traceId, contents), standIn)
  const failing = new Set(run.failures.map(({ spanId }) => spanId))
  const shown = shownWords(order.ordered, words, standIn)
  aroundWords(order, words, shown)
  const steps = order.ordered.flatMap(({ step }) => {
    const card = cardOf(step, shown.get(step.spanId), words.get(step.spanId), standIn.has(step.spanId))
    return isWorthACard(step, card, failing.has(step.spanId)) ? [card] : []
  })
  return {
    traceId: run.traceId,
    reason,
    keptAtMs,
    outcome: run.outcome,
    incomplete,
    ...limited(steps, ({ spanId }) => failing.has(spanId)),
  }
}

/** Two spans of one call each know what the other does not. */
function atStandIns(words: ReadonlyMap<string, StepWords>, standIn: ReadonlyMap<string, string>): ReadonlyMap<string, StepWords> {
  const merged = new Map([...words].filter(([spanId]) => !standIn.has(spanId)))
  for (const [spanId, other] of words) {
    const at = standIn.get(spanId)
    if (at === undefined) continue
    const own = merged.get(at)
    merged.set(
      at,
      own === undefined
        ? other
        : {
            input: own.input.length > 0 ? own.input : other.input,
            output: own.output.length > 0 ? own.output : other.output,
            isPartial: own.isPartial && other.isPartial,
          },
    )
  }
  return merged
}

/** In the order of the steps: what is new in each, of all but the steps that only lie around others. */
function shownWords(
  ordered: readonly Place[],
  words: ReadonlyMap<string, StepWords>,
  standIn: ReadonlyMap<string, string>,
): Map<string, Shown> {
  const spoken = new Spoken()
  const shown = new Map<string, Shown>()
  for (const { step } of ordered) {
    const said = standIn.has(step.spanId) ? undefined : words.get(step.spanId)
    if (said === undefined || isAround(step)) continue
    shown.set(step.spanId, shownAt(step, said, spoken))
  }
  return shown
}

function shownAt(step: RunStep, { input, output }: StepWords, spoken: Spoken): Shown {
  if (step.kind === 'tool') {
    spoken.runTool([...input, ...output])
    return { input, output, repeated: 0 }
  }
  if (step.kind !== 'llm') return { input, output, repeated: 0 }
  const { messages, repeated } = spoken.hear(input)
  // What no call is counted for tells of one that another step tells of.
  const answer = step.isCounted ? output : spoken.hear(output).messages
  if (step.isCounted) spoken.say(output)
  return { input: messages, output: answer, repeated }
}

function cardOf(step: RunStep, shown: Shown | undefined, words: StepWords | undefined, isStoodFor: boolean): TranscriptStep {
  const isExpected = !isStoodFor && (step.kind === 'tool' || (step.kind === 'llm' && step.isCounted))
  return {
    spanId: step.spanId,
    input: shown?.input ?? [],
    repeated: shown?.repeated ?? 0,
    output: shown?.output ?? [],
    isPartial: !isStoodFor && (words?.isPartial ?? false),
    missing: isExpected ? missingOf(words) : null,
  }
}

function missingOf(words: StepWords | undefined): MissingContent | null {
  if (words !== undefined && [...words.input, ...words.output].some(saysSomething)) return null
  return words?.isPartial === true ? 'unreadable' : 'not_sent'
}

/** Names of tools alone are what is left where content is switched off. */
function saysSomething({ parts }: TranscriptMessage): boolean {
  return parts.some((part) => part.type !== 'tool_call' || part.arguments !== null)
}

function isWorthACard(step: RunStep, card: TranscriptStep, isFailing: boolean): boolean {
  const isSaid = card.input.length > 0 || card.output.length > 0 || card.repeated > 0
  return isSaid || isFailing || card.isPartial || card.missing !== null || step.kind === 'parse'
}
