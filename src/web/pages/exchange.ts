/** What a user said and what the agent answered in a run, taken from its transcript. */
import type { Transcript, TranscriptMessage, TranscriptStep } from '../../model/transcript.ts'

/** Null = not in the transcript. */
export interface Exchange {
  readonly asked: string | null
  readonly answered: string | null
}

const MAX_TITLE = 120

export function exchangeOf({ steps, outcome }: Transcript): Exchange {
  return { asked: askedIn(steps), answered: outcome === 'failed' ? lastWords(steps) : answeredIn(steps) }
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

/** The last words of a model or an agent that asked for no tool; data (a classification, a plan) only where there are no others. */
function answeredIn(steps: readonly TranscriptStep[]): string | null {
  const texts = steps.toReversed().flatMap(({ output }) => lastText(answers(output)) ?? [])
  return texts.find((text) => !looksLikeData.test(text)) ?? texts[0] ?? null
}

const looksLikeData = /^\s*[[{]/

/** What a run said before it failed, if it came to say anything: what one of its steps thought on the way is no answer. */
function lastWords(steps: readonly TranscriptStep[]): string | null {
  const last = steps.findLast(({ output }) => output.some(({ role }) => role === 'assistant'))
  const text = last === undefined ? null : lastText(answers(last.output))
  return text === null || looksLikeData.test(text) ? null : text
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
