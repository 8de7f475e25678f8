/**
 * What was said at each step, out of all that spans and log records brought. They may say the same of one step (span and record), a piece each (a record a
 * message), or the same again (copies): the order in which they come makes no difference.
 */
import type { RunStep } from '../model/run.ts'
import { CLOCK_STEP_US } from '../model/step.ts'
import type { StepContent, TranscriptMessage } from '../model/transcript.ts'
import type { StepOrder } from './step-order.ts'

export interface StepWords {
  readonly input: readonly TranscriptMessage[]
  readonly output: readonly TranscriptMessage[]
  readonly isPartial: boolean
}

/** By span id; steps that nothing is known of are not in it. */
export function wordsByStep(order: StepOrder, traceId: string, contents: readonly StepContent[]): ReadonlyMap<string, StepWords> {
  const placeOf = placesIn(order, traceId)
  const byStep = Map.groupBy(contents, (content) => placeOf(content))
  const words = new Map<string, StepWords>()
  for (const [spanId, ofStep] of byStep) if (spanId !== null) words.set(spanId, merged(ofStep))
  return words
}

/** Null where the run has no such step. A run may hold spans of other traces, by their ids; anything looser is of its own. */
function placesIn({ ordered, byId }: StepOrder, ownTrace: string): (content: StepContent) => string | null {
  const steps = ordered.map(({ step }) => step)
  const tools = firstBy(steps, ({ tool }) => tool?.callId ?? null)
  const counted = steps.filter(({ isCounted }) => isCounted)
  const responses = firstBy([...counted, ...steps], ({ kind, responseId }) => (kind === 'llm' ? responseId : null))
  const calls = steps.filter(({ kind }) => kind === 'llm').sort((a, b) => a.startUs - b.startUs)
  const byEnd = calls.toSorted((a, b) => a.endUs - b.endUs)
  return ({ traceId, spanId, place }) => {
    const own = byId.has(spanId) ? spanId : null
    if (place === null || traceId !== ownTrace) return own
    switch (place.type) {
      case 'tool':
        return tools.get(place.callId) ?? own
      case 'response':
        return responses.get(place.responseId) ?? own
      case 'moment':
        return callAt(calls, place.atUs) ?? own
      case 'end':
        return callEndedAt(byEnd, place.atUs) ?? own
      default:
        return place satisfies never
    }
  }
}

function firstBy(steps: readonly RunStep[], keyOf: (step: RunStep) => string | null): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const step of steps) {
    const key = keyOf(step)
    if (key !== null && !found.has(key)) found.set(key, step.spanId)
  }
  return found
}

/** Null where none ended then, or two did. Records are written when the answer is there; both clocks are of one program. */
function callEndedAt(byEnd: readonly RunStep[], atUs: number): string | null {
  const first = firstAfter(byEnd, ({ endUs }) => endUs >= atUs - 2 * CLOCK_STEP_US)
  const [call, second] = [byEnd[first], byEnd[first + 1]]
  const isThen = (step: RunStep | undefined): boolean => step !== undefined && step.endUs <= atUs + 2 * CLOCK_STEP_US
  return isThen(call) && !isThen(second) ? (call?.spanId ?? null) : null
}

/** The place of the first of sorted steps that is far enough. */
function firstAfter(steps: readonly RunStep[], isFar: (step: RunStep) => boolean): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >> 1
    const step = steps[middle]
    if (step !== undefined && isFar(step)) high = middle
    else low = middle + 1
  }
  return low
}

/** The call that was under way, else the next one, else the last. `calls` are in order of their start. */
function callAt(calls: readonly RunStep[], atUs: number): string | null {
  const next = firstAfter(calls, ({ startUs }) => startUs > atUs + CLOCK_STEP_US)
  const before = calls[next - 1]
  const isUnderWay = before !== undefined && before.endUs + CLOCK_STEP_US >= atUs
  return (isUnderWay ? before : (calls[next] ?? before))?.spanId ?? null
}

interface Candidate {
  readonly messages: readonly TranscriptMessage[]
  readonly isPartial: boolean
}

function merged(contents: readonly StepContent[]): StepWords {
  const whole = contents.filter(({ piece }) => piece === null)
  const pieces = inOrder(contents)
  const isPartial = pieces.some((piece) => piece.isPartial)
  const input = richest([
    ...whole.map((content) => ({ messages: content.input, isPartial: content.isPartial })),
    { messages: pieces.flatMap((piece) => piece.input), isPartial },
  ])
  const output = richest([
    ...whole.map((content) => ({ messages: content.output, isPartial: content.isPartial })),
    { messages: pieces.flatMap((piece) => piece.output), isPartial },
  ])
  const isSilent = input.messages.length === 0 && output.messages.length === 0
  return {
    input: withoutDoubles(input.messages),
    output: withoutDoubles(output.messages),
    isPartial: isSilent ? contents.some((content) => content.isPartial) : input.isPartial || output.isPartial,
  }
}

/** Each piece once, in the order in which they were written. */
function inOrder(contents: readonly StepContent[]): readonly StepContent[] {
  const byKey = new Map<string, StepContent>()
  for (const content of contents) {
    const { piece } = content
    const known = piece === null ? undefined : byKey.get(piece.key)?.piece
    if (piece !== null && (known == null || known.position > piece.position)) byKey.set(piece.key, content)
  }
  const time = ({ piece }: StepContent): number => piece?.atUs ?? 0
  const position = ({ piece }: StepContent): number => piece?.position ?? 0
  const key = ({ piece }: StepContent): string => piece?.key ?? ''
  return [...byKey.values()].sort((a, b) => time(a) - time(b) || position(a) - position(b) || (key(a) < key(b) ? -1 : 1))
}

/** The one that says the most; of two that say as much, the one that is whole, else whichever is first by its text. */
function richest(candidates: readonly Candidate[]): Candidate {
  return candidates
    .map((candidate) => ({ ...candidate, ...sizeOf(candidate.messages) }))
    .reduce((best, other) => (saysMore(other, best) ? other : best))
}

interface Sized extends Candidate {
  readonly parts: number
  readonly characters: number
}

function saysMore(a: Sized, b: Sized): boolean {
  const more = a.parts - b.parts || Number(b.isPartial) - Number(a.isPartial) || a.characters - b.characters
  return more > 0 || (more === 0 && JSON.stringify(a.messages) < JSON.stringify(b.messages))
}

function sizeOf(messages: readonly TranscriptMessage[]): { readonly parts: number; readonly characters: number } {
  let parts = 0
  let characters = 0
  for (const part of messages.flatMap((message) => message.parts)) {
    parts++
    characters += 'text' in part ? part.text.length : part.type === 'tool_call' ? (part.arguments?.length ?? 0) : 0
  }
  return { parts, characters }
}

/** A message may hold a call or a result that another one of the same input holds, too: each has one id. */
function withoutDoubles(messages: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const seen = new Set<string>()
  return messages.flatMap((message) => {
    const parts = message.parts.filter((part) => {
      if ((part.type !== 'tool_call' && part.type !== 'tool_result') || part.id === null) return true
      const key = JSON.stringify(part)
      return !seen.has(key) && seen.add(key) !== null
    })
    return parts.length === 0 ? [] : [parts.length === message.parts.length ? message : { ...message, parts }]
  })
}
