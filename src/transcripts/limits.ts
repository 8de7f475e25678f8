/** What a kept transcript may take: long texts are cut with a visible mark, of long runs the middle is left out. */
import type { MessagePart, TranscriptMessage, TranscriptStep } from '../model/transcript.ts'

export const MAX_PART_CHARACTERS = 65_536
export const MAX_CHARACTERS = 2_097_152
export const MAX_STEPS = 1_000
/** However much there is, this much of each text stays. */
const MIN_PART_CHARACTERS = 256
const MAX_NAME = 256

export interface Limited {
  readonly steps: readonly TranscriptStep[]
  readonly omittedSteps: number
}

/** `isKept`: steps that are never left out. */
export function limited(steps: readonly TranscriptStep[], isKept: (step: TranscriptStep) => boolean): Limited {
  const few = withoutMiddle(steps, isKept)
  const level = levelFor(few.flatMap(lengthsOf))
  const cut = few.map((step) => cutStep(step, level))
  const fitting = within(cut, isKept)
  return { steps: fitting, omittedSteps: steps.length - fitting.length }
}

/** The first half and the last of what has to go in, and what is never left out. */
function withoutMiddle(steps: readonly TranscriptStep[], isKept: (step: TranscriptStep) => boolean): readonly TranscriptStep[] {
  if (steps.length <= MAX_STEPS) return steps
  const kept = steps.filter(isKept).length
  const others = steps.length - kept
  const room = Math.max(2, MAX_STEPS - kept)
  const atStart = Math.ceil(room / 2)
  let seen = 0
  return steps.filter((step) => {
    if (isKept(step)) return true
    seen++
    return seen <= atStart || seen > others - (room - atStart)
  })
}

/** The length to which texts are cut so that all of them fit: short ones stay whole. */
function levelFor(lengths: readonly number[]): number {
  const sorted = lengths.map((length) => Math.min(length, MAX_PART_CHARACTERS)).sort((a, b) => a - b)
  let left = MAX_CHARACTERS
  for (const [at, length] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - at))
    if (length > share) return Math.max(MIN_PART_CHARACTERS, share)
    left -= length
  }
  return MAX_PART_CHARACTERS
}

/** Even cut short, a great many parts may be too much. */
function within(steps: readonly TranscriptStep[], isKept: (step: TranscriptStep) => boolean): readonly TranscriptStep[] {
  const sizes = steps.map((step) => lengthsOf(step).reduce((sum, length) => sum + length, 0))
  let over = sizes.reduce((sum, size) => sum + size, 0) - MAX_CHARACTERS - steps.length * MIN_PART_CHARACTERS
  if (over <= 0) return steps
  const left = new Set<number>()
  // From the middle to both ends.
  const middle = steps.length >> 1
  for (let away = 0; away < middle && over > 0; away++) {
    for (const at of away === 0 ? [middle] : [middle - away, middle + away]) {
      const step = steps[at]
      if (step === undefined || isKept(step) || at === steps.length - 1) continue
      left.add(at)
      over -= sizes[at] ?? 0
    }
  }
  return steps.filter((_, at) => !left.has(at))
}

function lengthsOf({ input, output }: TranscriptStep): readonly number[] {
  return [...input, ...output].flatMap(({ parts }) => parts.map((part) => textOf(part).length))
}

function textOf(part: MessagePart): string {
  if ('text' in part) return part.text
  return part.type === 'tool_call' ? (part.arguments ?? '') : ''
}

function cutStep(step: TranscriptStep, level: number): TranscriptStep {
  return {
    ...step,
    input: step.input.map((message) => cutMessage(message, level)),
    output: step.output.map((message) => cutMessage(message, level)),
  }
}

function cutMessage(message: TranscriptMessage, level: number): TranscriptMessage {
  return { ...message, parts: message.parts.map((part) => cutPart(part, level)) }
}

function cutPart(part: MessagePart, level: number): MessagePart {
  switch (part.type) {
    case 'tool_call':
      return {
        ...part,
        id: cutName(part.id),
        name: cutName(part.name) ?? '',
        arguments: part.arguments === null ? null : cutText(part.arguments, level),
      }
    case 'tool_result':
      return { ...part, id: cutName(part.id), name: cutName(part.name), text: cutText(part.text, level) }
    case 'media':
      return { ...part, what: cutName(part.what) ?? '' }
    case 'text':
    case 'thought':
    case 'refusal':
      return { ...part, text: cutText(part.text, level) }
    default:
      return part satisfies never
  }
}

function cutName(name: string | null): string | null {
  return name === null || name.length <= MAX_NAME ? name : name.slice(0, MAX_NAME)
}

/** Never through the middle of a character. */
export function cutText(text: string, level: number): string {
  if (text.length <= level) return text
  const isHigh = /[\uD800-\uDBFF]/.test(text[level - 1] ?? '')
  const end = isHigh ? level - 1 : level
  return `${text.slice(0, end)}… (${text.length - end} characters more)`
}
