/**
 * Gemini CLI: log records `gemini_cli.*`. Its spans (`llm_call`, `tool_call`), a trace each, are sent only when asked for, leave out cached and thinking
 * tokens, and are no calls to otel-genai. A prompt is one run. Seen on the wire: 0.61.0.
 */
import type { Step } from '../../model/step.ts'
import type { MessagePart, TranscriptMessage } from '../../model/transcript.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { Attributes } from '../../otlp/span.ts'
import { type CountKeys, partOf, unreadableCounts, usageOf } from '../counts.ts'
import { answerOf } from '../messages/answer.ts'
import { messagesOf } from '../messages/messages-of.ts'
import { shownMessages } from '../messages/shown.ts'
import { WholeReader } from '../messages/whole.ts'
import { noteKey } from '../note.ts'
import { finishReasons, firstString, firstText, isContent } from '../read.ts'
import { fingerprintsOf } from '../tool-use.ts'
import { promptNotes } from './heard.ts'
import type { LogDialect, RecordWords } from './log-dialect.ts'
import { failureFrom, hash64, logStep, sessionTrace } from './log-step.ts'
import { promptSaid, toolSaidIn } from './log-words.ts'

export const geminiCliLogs: LogDialect = {
  name: 'gemini-cli',
  matches: (_record, event) => event.startsWith('gemini_cli.'),
  read: (record, event) => {
    const { attributes } = record
    const step = stepOf(record, event)
    const notes = event === 'gemini_cli.user_prompt' ? promptNotes(record) : []
    return { notes, steps: step === null ? [] : [step], traceId: traceOf(attributes) }
  },
  words: wordsOf,
}

function traceOf(attributes: Attributes): string {
  return sessionTrace('gemini-cli', firstString(attributes, ['session.id']), attributes.string('prompt_id') ?? '')
}

/** A request is a record of its own, written as it is sent. */
function wordsOf(record: LogRecord, event: string): readonly RecordWords[] {
  const { attributes } = record
  const traceId = traceOf(attributes)
  const own = { traceId, spanId: hash64(noteKey(event, record)), place: null, isPiece: false }
  switch (event) {
    case 'gemini_cli.user_prompt':
      return promptSaid(record, traceId)
    case 'gemini_cli.api_request': {
      const reader = new WholeReader('input')
      const input = shownMessages(reader.read(attributes.text('request_text') ?? '') ?? [], 'user')
      const place = { type: 'moment', atUs: record.atUs } as const
      return [{ traceId, spanId: '', place, input, output: [], isPiece: false, isPartial: reader.isPartial }]
    }
    case 'gemini_cli.api_response': {
      const reader = new WholeReader('output')
      const output = shownMessages(reader.read(attributes.text('response_text') ?? '') ?? [], 'assistant')
      return [{ ...own, input: [], output: inOne(output), isPartial: reader.isPartial }]
    }
    case 'gemini_cli.tool_call': {
      const name = firstString(attributes, ['function_name'], 128) ?? ''
      return [{ ...own, ...toolSaidIn(attributes, { name, id: null, arguments: ['function_args'], result: [] }) }]
    }
    default:
      return []
  }
}

/** An answer comes as the pieces of its stream. */
function inOne(pieces: readonly TranscriptMessage[]): readonly TranscriptMessage[] {
  const parts: MessagePart[] = []
  for (const part of pieces.flatMap((piece) => piece.parts)) {
    const last = parts.at(-1)
    if (part.type === 'text' && last?.type === 'text') parts.splice(-1, 1, { type: 'text', text: last.text + part.text })
    else parts.push(part)
  }
  return parts.length === 0 ? [] : [{ role: 'assistant', parts }]
}

function stepOf(record: LogRecord, event: string): Step | null {
  const { attributes } = record
  switch (event) {
    case 'gemini_cli.api_response':
      return callOf(record, event, {
        ...usageIn(attributes),
        finishReasons: finishReasons(attributes, ['finish_reasons']),
        ...answerIn(attributes),
      })
    case 'gemini_cli.api_error':
      return callOf(record, event, { error: errorOf(attributes) })
    case 'gemini_cli.tool_call':
      return toolOf(record, event)
    default:
      return null
  }
}

/** The pieces of the stream as they came. */
function answerIn(attributes: Attributes): Pick<Step, 'answer' | 'hasContent'> {
  const text = attributes.text('response_text')
  const messages = text === null || !isContent(text) ? null : messagesOf(text)
  return { answer: messages === null ? null : answerOf(messages, null), hasContent: messages !== null }
}

const counts: CountKeys = {
  inputTokens: ['input_token_count'],
  outputTokens: ['output_token_count'],
  cacheReadTokens: ['cached_content_token_count'],
  cacheWriteTokens: [],
  reasoningTokens: ['thoughts_token_count'],
}

/** Gemini counts thoughts beside the answer. */
function usageIn(attributes: Attributes): Pick<Step, 'usage' | 'unreadable'> {
  const { output: answer, ...others } = usageOf(attributes, counts)
  const thoughts = partOf(attributes, counts.reasoningTokens)
  const usage = { ...others, output: answer === null || thoughts === null ? null : answer + thoughts }
  return { usage, unreadable: unreadableCounts(attributes, counts, { ...usage, output: answer }) }
}

function errorOf(attributes: Attributes): Step['error'] {
  return failureFrom(attributes, {
    type: ['error.type', 'error_type'],
    message: ['error.message', 'error'],
    status: ['http.status_code', 'status_code'],
  })
}

function callOf(record: LogRecord, event: string, said: Partial<Step>): Step {
  const { attributes } = record
  const model = firstString(attributes, ['model', 'model_name'])
  return logStep(record, noteKey(event, record), ['duration_ms'], {
    ...ownerOf(attributes),
    kind: 'llm',
    name: 'llm_call',
    operation: 'generate_content',
    provider: 'gcp.gemini',
    requestModel: model,
    responseModel: said.error == null ? model : null,
    // What the call was for: main, or one of the helpers that route, summarise and edit.
    node: firstString(attributes, ['role'], 128),
    ...said,
  })
}

function toolOf(record: LogRecord, event: string): Step {
  const { attributes } = record
  const args = firstText(attributes, ['function_args'])
  return logStep(record, noteKey(event, record), ['duration_ms'], {
    ...ownerOf(attributes),
    kind: 'tool',
    name: 'tool_call',
    isEntry: false,
    operation: 'execute_tool',
    tool: { name: firstString(attributes, ['function_name'], 128) ?? '', callId: null, ...fingerprintsOf(args, null) },
    hasContent: args !== null && isContent(args),
    error: attributes.boolean('success') === false ? errorOf(attributes) : null,
  })
}

function ownerOf(attributes: Attributes): Pick<Step, 'conversationId' | 'userId' | 'agent'> {
  return {
    conversationId: firstString(attributes, ['session.id']),
    userId: firstString(attributes, ['user.id', 'user.email']),
    agent: 'gemini-cli',
  }
}
