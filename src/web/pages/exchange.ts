/** What a user said and what the agent answered in a run, taken from its transcript. */
import type { Transcript, TranscriptMessage, TranscriptStep } from '../../model/transcript.ts'

/** Null = not in the transcript. */
export interface Exchange {
  readonly asked: string | null
  readonly answered: string | null
}

const MAX_TITLE = 120

export function exchangeOf({ steps }: Transcript): Exchange {
  return { asked: askedIn(steps), answered: answeredIn(steps) }
}

/** The user's words on one line, for a title; null = none are known. */
export function titleOf(transcript: Transcript | null): string | null {
  const asked = transcript === null ? null : askedIn(transcript.steps)
  const line = asked?.trim().replaceAll(/\s+/g, ' ') ?? ''
  if (line === '') return null
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE).replace(/[\u{d800}-\u{dbff}]$/u, '')}…`
}

/** The first step with words of a user: what stands before its last message is the conversation so far. */
function askedIn(steps: readonly TranscriptStep[]): string | null {
  for (const { input } of steps) {
    const text = lastText(input.filter(({ role }) => role === 'user'))
    if (text !== null) return text
  }
  return null
}

/** What the run's first step gave back, an agent mostly; else the last words of a model that asked for no tool. */
function answeredIn(steps: readonly TranscriptStep[]): string | null {
  const outermost = steps[0] === undefined ? null : lastText(answers(steps[0].output))
  if (outermost !== null && steps.length > 1) return outermost
  for (const { output } of steps.toReversed()) {
    const text = lastText(answers(output))
    if (text !== null) return text
  }
  return outermost
}

function answers(output: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  return output.filter(({ role, parts }) => role === 'assistant' && !parts.some(({ type }) => type === 'tool_call'))
}

function lastText(messages: readonly TranscriptMessage[]): string | null {
  for (const { parts } of messages.toReversed()) {
    const texts = parts.flatMap((part) => (part.type === 'text' || part.type === 'refusal' ? [part.text] : []))
    if (texts.some((text) => text.trim() !== '')) return texts.join('\n')
  }
  return null
}
