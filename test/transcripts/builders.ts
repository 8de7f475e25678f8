/** Runs and what was said in them, as short as they can be written. */
import type { RunFailure, RunRecord, RunStep } from '../../src/model/run.ts'
import { unknownUsage } from '../../src/model/usage.ts'
import type { MessagePart, MessageRole, StepContent, Transcript, TranscriptMessage } from '../../src/model/transcript.ts'
import { buildTranscript } from '../../src/transcripts/build-transcript.ts'
import { type Plan, runStartUs, stepId, stepsOf } from '../helpers/steps.ts'

const traceId: string = 'f'.repeat(32)

/** Model calls count unless their step is named here. */
export interface RunParts {
  readonly uncounted?: readonly number[]
  readonly failing?: readonly number[]
}

export function runOf(plans: readonly Plan[], { uncounted = [], failing = [] }: RunParts = {}): RunRecord {
  const steps = stepsOf(plans).map((step): RunStep => {
    const isCounted = step.kind === 'llm' && !uncounted.map(stepId).includes(step.spanId)
    return { ...step, agentLabel: 'shop', stepLabel: '', isCounted, costNanoUsd: null, unpriced: null }
  })
  const failures = failing.map((number): RunFailure => {
    return { kind: 'tool_error', spanId: stepId(number), impact: 'fatal', detail: '', step: '', stepName: '', model: '' }
  })
  return {
    traceId,
    service: 'shop',
    environment: '',
    agent: 'shop',
    conversationId: null,
    userId: null,
    title: null,
    tags: [],
    release: '',
    startedAtUs: runStartUs,
    durationUs: 1,
    outcome: failures.length > 0 ? 'failed' : 'ok',
    failures,
    usage: unknownUsage,
    costNanoUsd: null,
    unpricedCalls: 0,
    llmCalls: 0,
    toolCalls: 0,
    settledAtMs: 0,
    sampleRate: 1,
    steps,
  }
}

export function content(number: number, over: Partial<StepContent> = {}): StepContent {
  return { traceId, spanId: stepId(number), place: null, piece: null, input: [], output: [], isPartial: false, ...over }
}

export function text(role: MessageRole, words: string): TranscriptMessage {
  return { role, parts: [{ type: 'text', text: words }] }
}

export const system = (words: string): TranscriptMessage => text('system', words)
export const user = (words: string): TranscriptMessage => text('user', words)
export const model = (words: string): TranscriptMessage => text('assistant', words)

export function asks(name: string, args: string, id: string | null = null): TranscriptMessage {
  return { role: 'assistant', parts: [{ type: 'tool_call', id, name, arguments: args }] }
}

export function tells(words: string, id: string | null = null, name: string | null = null): TranscriptMessage {
  return { role: 'tool', parts: [{ type: 'tool_result', id, name, text: words, isError: false }] }
}

export function built(run: RunRecord, contents: readonly StepContent[]): Transcript {
  return buildTranscript({ run, contents, reason: 'failed', keptAtMs: 1, incomplete: null })
}

/** A line a card: `1 > user: hi < assistant: hello`, with what else there is to say of it in brackets. */
export function shown(run: RunRecord, contents: readonly StepContent[]): readonly string[] {
  return built(run, contents).steps.map(({ spanId, input, output, repeated, missing, isPartial }) => {
    const notes = [repeated === 0 ? '' : `${repeated} repeated`, missing ?? '', isPartial ? 'partial' : ''].filter(
      (note) => note !== '',
    )
    const said = [...input.map((message) => `> ${line(message)}`), ...output.map((message) => `< ${line(message)}`)]
    return [Number.parseInt(spanId, 16), ...(notes.length === 0 ? [] : [`[${notes.join(', ')}]`]), ...said].join(' ')
  })
}

function line({ role, parts }: TranscriptMessage): string {
  return `${role}: ${parts.map(partText).join(' + ')}`
}

function partText(part: MessagePart): string {
  if (part.type === 'tool_call') return `${part.name}(${part.arguments ?? '?'})`
  if (part.type === 'tool_result') return `=${part.text}`
  return part.type === 'media' ? part.what : part.text
}
