/** Transcripts of all captures against what the runs' records know of the same bytes by another way: nothing lost, nothing doubled, roles right. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { RunStep } from '../../src/model/run.ts'
import type { MessagePart, StepContent, TranscriptMessage, TranscriptStep } from '../../src/model/transcript.ts'
import { type CaptureName, captureNames } from '../helpers/captures.ts'
import { type CapturedRun, capturedTranscripts, hasPart, messagesIn } from '../helpers/transcripts.ts'

/** Their emitters sent no messages: content was off, or they never do. What there is of tools is shown. */
const withoutMessages: readonly CaptureName[] = [
  'anthropic-js',
  'claude-code-logs',
  'java-spring-ai-1',
  'java-spring-ai-2',
  'python-anthropic',
  'python-fastmcp',
  'python-langchain-quiet',
]

/** What a failed run lacks of what a user said, and why. */
const noInput = 'the emitter sends no input of a call that failed'
const onlyEmbedding = 'nothing but an embedding was called'
const noSpan = 'a call that breaks off sends no span'

const withoutUser: Readonly<Partial<Record<CaptureName, Readonly<Record<string, string>>>>> = {
  langfuse: { stream_cut: noSpan, embed_error: onlyEmbedding },
  'vercel-ai6': { embed_error: onlyEmbedding },
  'otel-openai': { stream_cut: noSpan, embed_error: onlyEmbedding },
  'python-otel-openai': { embed_error: onlyEmbedding, responses_rate_limit: 'the Responses API is not instrumented' },
  mastra: { workflow_step_fails: 'a workflow without a model' },
  'openai-agents-js': { rate_limit: noInput, guardrail: 'it stopped the run before a model was called' },
  'python-openai-agents-logfire': { server_error: noInput, guardrail: 'it stopped the run before a model was called' },
  'python-openai-agents-openinference': { rate_limit: noInput },
  'python-openlit': { rate_limit: noInput, timeout: noInput, lc_rate_limit: noInput },
  'js-openlit': {
    stream_break: noInput,
    rate_limit: noInput,
    auth: noInput,
    context_length: noInput,
    timeout: noInput,
    r_rate_limit: noInput,
  },
  'python-traceloop-bedrock': { stream_cut: noSpan, rate_limit: noInput, context_length: noInput, timeout: noInput },
  'python-traceloop-gemini': { stream_cut: noSpan },
  'python-traceloop-openai-agents': {
    length: 'the answer has no content on the wire',
    content_filter: 'the answer has no content on the wire',
  },
}

describe.each(captureNames)('%s', (name) => {
  let all: readonly CapturedRun[]
  beforeAll(async () => {
    all = await capturedTranscripts(name)
  })

  test('failed runs show what the user said, where it was sent', () => {
    const failed = all.filter(({ run }) => run.outcome === 'failed')
    const silent = failed.filter(({ transcript }) => !hasPart(messagesIn(transcript), 'user', 'text'))
    const expected = withoutMessages.includes(name)
      ? failed.map(({ scenario }) => scenario)
      : Object.keys(withoutUser[name] ?? {})
    expect([...new Set(silent.map(({ scenario }) => scenario))]).toEqual([...new Set(expected)])
  })

  test('every answer, call and result that the record knows of is shown', () => {
    expect(all.flatMap(lostIn)).toEqual([])
  })

  test('a call or tool that came with content is not said to lack it', () => {
    const wrong = all.flatMap(({ scenario, run, transcript }) =>
      transcript.steps
        .filter(({ missing, spanId }) => missing !== null && stepOf(run.steps, spanId)?.hasContent === true)
        .map(({ spanId }) => `${scenario} ${spanId}`),
    )
    // Of an answer that asks for tools Mastra sends a message without parts.
    expect(wrong.filter(() => name !== 'mastra')).toEqual([])
  })

  test('nothing is shown twice that was said once', () => {
    expect(all.flatMap(doubledIn)).toEqual([])
  })

  test('only users speak as users, only tools answer as tools', () => {
    const wrong = all.flatMap(({ scenario, transcript }) =>
      messagesIn(transcript)
        .filter(({ role, parts }) => parts.some(({ type }) => !mayHold(role, type)))
        .map(({ role, parts }) => `${scenario} ${role} ${parts.map(({ type }) => type).join()}`),
    )
    expect(wrong).toEqual([])
  })
})

function stepOf(steps: readonly RunStep[], spanId: string): RunStep | undefined {
  return steps.find((step) => step.spanId === spanId)
}

function lostIn({ scenario, run, transcript }: CapturedRun): readonly string[] {
  const cards = new Map(transcript.steps.map((card) => [card.spanId, card]))
  return run.steps.flatMap((step) => {
    const card = cards.get(step.spanId)
    const lost = [...lostAnswer(step, card), ...lostTool(step, transcript.steps), ...lostReports(step, messagesIn(transcript))]
    return lost.map((what) => `${scenario} ${step.name}: ${what}`)
  })
}

function lostAnswer({ kind, isCounted, answer }: RunStep, card: TranscriptStep | undefined): readonly string[] {
  if (kind !== 'llm' || !isCounted || answer === null || answer.form === 'empty') return []
  const output = card?.output ?? []
  const names = partsOf(output).flatMap((part) => (part.type === 'tool_call' ? [part.name] : []))
  const missing = answer.toolCalls.filter((call) => !names.includes(call.name)).map((call) => `call of ${call.name}`)
  const isSaid = answer.form === 'tool_calls' || hasPart(output, 'assistant', 'text', 'refusal', 'media')
  return isSaid ? missing : [...missing, answer.form]
}

/** A tool that failed may have answered nothing, in so many words. */
function lostTool({ tool, error }: RunStep, cards: readonly TranscriptStep[]): readonly string[] {
  if (tool === null) return []
  const parts = cards.flatMap(({ input, output }) => partsOf([...input, ...output]))
  const hasCall = parts.some((part) => part.type === 'tool_call' && part.arguments !== null && isOf(tool.name, part.name))
  const hasResult = parts.some((part) => part.type === 'tool_result')
  return [
    ...(tool.argumentsFingerprint === null || hasCall ? [] : ['arguments']),
    ...(tool.resultFingerprint === null || error !== null || hasResult ? [] : ['result']),
  ]
}

function isOf(tool: string, name: string): boolean {
  return tool === '' || name === tool
}

function lostReports({ toolReports }: RunStep, messages: readonly TranscriptMessage[]): readonly string[] {
  const told = partsOf(messages).map((part) => ('text' in part ? letters(part.text) : ''))
  return toolReports
    .filter(({ message }) => !told.some((text) => text.includes(letters(message))))
    .map(({ message }) => `report: ${message}`)
}

function letters(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]+/gu, '')
}

function partsOf(messages: readonly TranscriptMessage[]): readonly MessagePart[] {
  return messages.flatMap(({ parts }) => parts)
}

/** A result with an id is one; whatever a user says twice, some call was told twice. */
function doubledIn({ scenario, transcript, contents }: CapturedRun): readonly string[] {
  const results = partsOf(messagesIn(transcript)).flatMap((part) =>
    part.type === 'tool_result' && part.id !== null ? [part.id] : [],
  )
  const most = new Map<string, number>()
  for (const texts of toldIn(contents))
    for (const [text, times] of timesOf(texts)) most.set(text, Math.max(most.get(text) ?? 0, times))
  const said = timesOf(userTexts(messagesIn(transcript)))
  return [
    ...[...timesOf(results)].filter(([, times]) => times > 1).map(([id]) => `${scenario} result ${id}`),
    ...[...said].filter(([text, times]) => times > (most.get(text) ?? 1)).map(([text]) => `${scenario} user ${text}`),
  ]
}

/** What users said by span; of records that hold a message each, all of them together. */
function toldIn(contents: readonly StepContent[]): readonly (readonly string[])[] {
  const pieces = Map.groupBy(
    contents.filter(({ piece }) => piece !== null),
    ({ spanId }) => spanId,
  )
  return [
    ...contents.filter(({ piece }) => piece === null).map(({ input }) => userTexts(input)),
    ...[...pieces.values()].map((ofSpan) => ofSpan.flatMap(({ input }) => userTexts(input))),
  ]
}

function userTexts(messages: readonly TranscriptMessage[]): readonly string[] {
  return partsOf(messages.filter(({ role }) => role === 'user')).flatMap((part) => (part.type === 'text' ? [part.text] : []))
}

function timesOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>()
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1)
  return times
}

function mayHold(role: string, type: MessagePart['type']): boolean {
  if (type === 'tool_result') return role === 'tool' || role === 'user'
  if (type === 'tool_call' || type === 'thought' || type === 'refusal') return role === 'assistant'
  return role !== 'tool'
}
