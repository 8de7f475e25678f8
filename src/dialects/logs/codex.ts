/**
 * Codex CLI: log records `codex.*` are its telemetry; its spans are those of a program, hundreds a turn, and only repeat the usage, so they are left
 * alone. Records of calls name no trace and no turn: a conversation is one run. Counts come as text. Seen on the wire: 0.169.0.
 */
import type { Step } from '../../model/step.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { Attributes } from '../../otlp/span.ts'
import { type CountKeys, unreadableCounts, usageOf } from '../counts.ts'
import { noteKey } from '../note.ts'
import { firstString, firstText, isContent } from '../read.ts'
import { fingerprintsOf } from '../tool-use.ts'
import { promptNotes } from './heard.ts'
import type { LogDialect, RecordWords } from './log-dialect.ts'
import { failureFrom, hash64, logStep, microseconds, sessionTrace } from './log-step.ts'
import { promptSaid, toolSaidIn } from './log-words.ts'

export const codexLogs: LogDialect = {
  name: 'codex',
  matches: (record, event) => nameOf(record, event).startsWith('codex.'),
  read: (record, event) => {
    const name = nameOf(record, event)
    const step = stepOf(record, name)
    const traceId = sessionTrace('codex', firstString(record.attributes, ['conversation.id']))
    const notes = name === 'codex.user_prompt' ? promptNotes(record) : []
    return { notes, steps: step === null ? [] : [step], traceId }
  },
  words: (record, event) => wordsOf(record, nameOf(record, event)),
}

function wordsOf(record: LogRecord, event: string): readonly RecordWords[] {
  const { attributes } = record
  const traceId = sessionTrace('codex', firstString(attributes, ['conversation.id']))
  if (event === 'codex.user_prompt') return promptSaid(record, traceId)
  if (event !== 'codex.tool_result') return []
  const said = toolSaidIn(attributes, {
    name: firstString(attributes, ['tool_name'], 128) ?? '',
    id: firstString(attributes, ['call_id']),
    arguments: ['arguments'],
    result: ['output'],
  })
  return [{ traceId, spanId: hash64(noteKey(event, record)), place: null, ...said, isPiece: false }]
}

/** The record's own event name is a place in the source code. */
function nameOf(record: LogRecord, event: string): string {
  return event.startsWith('event ') ? (record.attributes.string('event.name') ?? '') : event
}

function stepOf(record: LogRecord, event: string): Step | null {
  switch (event) {
    case 'codex.sse_event':
    case 'codex.websocket_event':
      return answeredCall(record, event)
    case 'codex.api_request':
    case 'codex.websocket_request':
      return isRefused(record.attributes) ? callOf(record, event, { error: errorOf(record.attributes) }) : null
    case 'codex.tool_result':
      return toolOf(record)
    default:
      return null
  }
}

/** Every piece of a stream is a record; the one that says what the answer took is the call, and one with an error is its end. */
function answeredCall(record: LogRecord, event: string): Step | null {
  const { attributes } = record
  const usage = usageOf(attributes, counts)
  const unreadable = unreadableCounts(attributes, counts, usage)
  if (usage.input !== null || usage.output !== null || unreadable.length > 0) return callOf(record, event, { usage, unreadable })
  return firstString(attributes, errorMessages) === null ? null : callOf(record, event, { error: errorOf(attributes) })
}

const counts: CountKeys = {
  inputTokens: ['input_token_count'],
  outputTokens: ['output_token_count'],
  cacheReadTokens: ['cached_token_count'],
  cacheWriteTokens: ['cache_write_token_count'],
  reasoningTokens: ['reasoning_token_count'],
}

const errorMessages = ['error.message', 'error']
const statuses = ['http.response.status_code', 'status_code']

function isRefused(attributes: Attributes): boolean {
  const status = attributes.number('http.response.status_code')
  return (status !== null && status >= 400) || firstString(attributes, errorMessages) !== null
}

function errorOf(attributes: Attributes): Step['error'] {
  return failureFrom(attributes, { type: ['error.type'], message: errorMessages, status: statuses })
}

function callOf(record: LogRecord, event: string, said: Partial<Step>): Step {
  const { attributes } = record
  return logStep(record, noteKey(event, record), said.error == null ? ['ttft_ms'] : ['duration_ms'], {
    ...ownerOf(attributes),
    kind: 'llm',
    name: 'codex request',
    operation: 'chat',
    provider: 'openai',
    requestModel: firstString(attributes, ['model']),
    timeToFirstTokenUs: microseconds(attributes, ['ttft_ms']),
    ...said,
  })
}

function toolOf(record: LogRecord): Step {
  const { attributes } = record
  const args = firstText(attributes, ['arguments'])
  const output = firstText(attributes, ['output'])
  return logStep(record, noteKey('codex.tool_result', record), ['duration_ms'], {
    ...ownerOf(attributes),
    kind: 'tool',
    name: 'codex tool',
    isEntry: false,
    operation: 'execute_tool',
    tool: {
      name: firstString(attributes, ['tool_name'], 128) ?? '',
      callId: firstString(attributes, ['call_id']),
      ...fingerprintsOf(args, output),
    },
    hasContent: [args, output].some((text) => text !== null && isContent(text)),
    error:
      attributes.boolean('success') === false
        ? failureFrom(attributes, { type: ['error.type'], message: [...errorMessages, 'output'], status: [] })
        : null,
  })
}

function ownerOf(attributes: Attributes): Pick<Step, 'conversationId' | 'userId' | 'agent'> {
  // A path of agents; the first one is the session itself.
  const agent = firstString(attributes, ['agent_name'], 128)?.split('/').at(-1) ?? ''
  return {
    conversationId: firstString(attributes, ['conversation.id']),
    userId: firstString(attributes, ['user.account_id', 'user.email']),
    agent: agent === '' || agent === 'root' ? null : agent,
  }
}
