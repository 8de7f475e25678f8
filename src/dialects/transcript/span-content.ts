/**
 * What was said at the step that a span stands for, for the transcripts of runs that are kept. The dialect's key table and its `words` say where it is,
 * the step's kind what it means. Nothing here is called where every span is read.
 */
import type { StepContent } from '../../model/transcript.ts'
import type { Span } from '../../otlp/span.ts'
import { readingOf } from '../index.ts'
import { callSaid } from './call-said.ts'
import type { Said } from './said.ts'
import { stepSaid } from './step-said.ts'
import { toolSaid } from './tool-said.ts'

/** Null when the span says nothing, or is of a kind that never does. */
export function readSpanContent(span: Span): StepContent | null {
  const said = readableAt(span)
  const isSilent = said === null || (said.input.length === 0 && said.output.length === 0 && !said.isPartial)
  return isSilent ? null : { traceId: span.traceId, spanId: span.spanId, place: null, piece: null, ...said }
}

/** Strangers send what is read here: what breaks the reader is said to be unreadable. */
function readableAt(span: Span): Said | null {
  try {
    return saidAt(span)
  } catch {
    return { input: [], output: [], isPartial: true }
  }
}

function saidAt(span: Span): Said | null {
  const { dialect, reading } = readingOf(span)
  const { kind } = reading
  if (kind === 'other' || kind === 'parse') return null
  const words = dialect.words?.(span, kind) ?? {}
  if (kind === 'llm') return callSaid(span, dialect.keys, words)
  return kind === 'tool' ? toolSaid(span, dialect.keys, words, reading) : stepSaid(span, dialect.keys, words, kind)
}
