/**
 * What went through agents and workflows. Most of it is said again by the steps below: only what nobody else shows is of interest, at the innermost of them.
 * Data of the application is shown where nothing below says anything.
 */
import type { RunStep } from '../model/run.ts'
import type { TranscriptMessage } from '../model/transcript.ts'
import { resultKey, type Unit, unitsOf } from './same-words.ts'
import { idOf, withParts } from './spoken.ts'
import type { Place, StepOrder } from './step-order.ts'
import type { StepWords } from './step-words.ts'

export interface Shown {
  readonly input: readonly TranscriptMessage[]
  readonly output: readonly TranscriptMessage[]
  readonly repeated: number
}

/** Steps that only lie around others. */
export function isAround({ kind }: RunStep): boolean {
  return kind === 'agent' || kind === 'workflow'
}

/** Adds to `shown` what agents and workflows show. */
export function aroundWords({ walked }: StepOrder, words: ReadonlyMap<string, StepWords>, shown: Map<string, Shown>): void {
  const elsewhere = saidElsewhere(walked, words)
  /** For each word the nearest place behind the one that is looked at which shows it: places are taken from the last to the first. */
  const next = new Map<string, number>()
  let nextSaid = Infinity
  for (const place of walked.toReversed()) {
    const { step, first, last } = place
    const said = words.get(step.spanId)
    if (said === undefined) continue
    if (isAround(step)) {
      const isSaidBelow = nextSaid <= last
      const isShown = (unit: Unit): boolean =>
        !elsewhere.keys.has(unit.key) &&
        !elsewhere.keys.has(asAnswer(unit)) &&
        !elsewhere.ids.has(idOf(unit)) &&
        (next.get(unit.key) ?? Infinity) > last &&
        !(isSaidBelow && isData(unit))
      const output = picked(said.output, isShown)
      const input = picked(withoutAnswers(said.input, said.output), isShown)
      shown.set(step.spanId, { input, output, repeated: 0 })
      for (const unit of [...input, ...output].flatMap(unitsOf)) next.set(unit.key, first)
    }
    if (said.input.length > 0 || said.output.length > 0) nextSaid = first
  }
}

/** Some frameworks tell of an agent all that was said, the answer with it. */
function withoutAnswers(input: readonly TranscriptMessage[], output: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const answers = new Set(output.flatMap(unitsOf).map(({ key }) => key))
  return input.filter((message) => message.role !== 'assistant' || !unitsOf(message).every(({ key }) => answers.has(key)))
}

interface Elsewhere {
  readonly keys: ReadonlySet<string>
  /** Of tools that were asked for and that answered. */
  readonly ids: ReadonlySet<string>
}

function saidElsewhere(walked: readonly Place[], words: ReadonlyMap<string, StepWords>): Elsewhere {
  const keys = new Set<string>()
  const ids = new Set<string>()
  for (const { step } of walked) {
    const said = isAround(step) ? undefined : words.get(step.spanId)
    if (said === undefined) continue
    for (const unit of [...said.input, ...said.output].flatMap(unitsOf)) {
      keys.add(unit.key)
      ids.add(idOf(unit))
    }
  }
  ids.delete('')
  return { keys, ids }
}

function picked(messages: readonly TranscriptMessage[], isShown: (unit: Unit) => boolean): readonly TranscriptMessage[] {
  return messages.flatMap((message) => {
    const parts = unitsOf(message).flatMap((unit) => (isShown(unit) ? unit.parts : []))
    return parts.length === 0 ? [] : [withParts(message, parts)]
  })
}

/** In the state of a graph an answer of a tool may be a text like any other. */
function asAnswer({ parts: [part, second] }: Unit): string {
  return part?.type === 'text' && second === undefined ? resultKey(part.text) : ''
}

/** Not a text of somebody: the state of a graph, the parameters of a function. */
function isData({ parts }: Unit): boolean {
  const [part] = parts
  return part?.type === 'text' && /^\s*[[{]/.test(part.text)
}
