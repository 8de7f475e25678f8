/**
 * Claude Code's log records, which report every call and tool again. With tracing switched on they carry a trace and only add to its spans; without,
 * which is how most people run it, they are all there is, and name a prompt instead. Seen on the wire: Agent SDK 0.3.330, both ways.
 */
import type { Step, StepNote } from '../../model/step.ts'
import type { LogRecord } from '../../otlp/log-record.ts'
import type { Attributes } from '../../otlp/span.ts'
import { claudeCode, claudeUsage } from '../claude-code.ts'
import { unreadableCounts } from '../counts.ts'
import { emptyNote, noteKey } from '../note.ts'
import { firstCount, firstNumber, firstString, firstText, isContent, jsonObject, path, saysSomething, toName } from '../read.ts'
import { canonicalProvider } from '../provider.ts'
import { fingerprintsOf } from '../tool-use.ts'
import { promptNotes } from './heard.ts'
import type { LogDialect, LogReading, RecordWords } from './log-dialect.ts'
import { failureFrom, hash64, logStep, microseconds, sessionTrace } from './log-step.ts'
import { promptSaid, textSaid, toolSaidIn } from './log-words.ts'

export const claudeCodeLogs: LogDialect = {
  name: 'claude-code',
  matches: (record) => record.scope.name.startsWith('com.anthropic.claude_code'),
  read: (record, event) => (record.traceId === '' ? stepsOf(record, event) : notesOf(record, event)),
  words: wordsOf,
}

/** Records lie at the span of the whole turn; they name the call or the tool that they are about. */
function wordsOf(record: LogRecord, event: string): readonly RecordWords[] {
  const { attributes } = record
  const isTraced = record.traceId !== ''
  const traceId = isTraced ? record.traceId : traceOf(attributes)
  switch (event) {
    case 'user_prompt':
      return isTraced
        ? [
            {
              traceId,
              spanId: record.spanId,
              place: null,
              input: textSaid(attributes, 'prompt', 'user'),
              output: [],
              isPiece: true,
            },
          ]
        : promptSaid(record, traceId)
    case 'assistant_response': {
      const responseId = firstString(attributes, ['request_id'])
      const place =
        responseId === null ? ({ type: 'end', atUs: record.atUs } as const) : ({ type: 'response', responseId } as const)
      return [
        {
          traceId,
          spanId: record.spanId,
          place,
          input: [],
          output: textSaid(attributes, 'response', 'assistant'),
          isPiece: true,
        },
      ]
    }
    case 'tool_result': {
      const id = firstString(attributes, ['tool_use_id'])
      const said = toolSaidIn(attributes, { name: toolNameOf(attributes), id, arguments: ['tool_input'], result: [] })
      const place = isTraced && id !== null ? ({ type: 'tool', callId: id } as const) : null
      return [{ traceId, spanId: isTraced ? '' : hash64(toolIdentity(record, id)), place, ...said, isPiece: false }]
    }
    default:
      return []
  }
}

function traceOf(attributes: Attributes): string {
  return sessionTrace('claude-code', firstString(attributes, ['session.id']), attributes.string('prompt.id') ?? '')
}

function toolIdentity(record: LogRecord, callId: string | null): string {
  return callId === null ? noteKey('tool_result', record) : `claude-code tool ${callId}`
}

/** The spans have no arguments of tools, and the content only where it is asked for. */
function notesOf(record: LogRecord, event: string): LogReading {
  const { attributes, spanId, atUs, traceId } = record
  const about = (said: Partial<StepNote>): LogReading => {
    return { notes: [{ ...emptyNote(noteKey(event, record), spanId, atUs), hasContent: true, ...said }], steps: [], traceId }
  }
  if (event === 'tool_result') {
    const callId = firstString(attributes, ['tool_use_id'])
    const args = firstText(attributes, ['tool_input'])
    return callId === null || args === null ? nothing : about({ callId, ...fingerprintsOf(args, null) })
  }
  const isMessage = event === 'user_prompt' || event === 'assistant_response'
  return isMessage && spanId !== '' && hasText(attributes) ? about({ key: `content ${spanId}`, atUs: 0 }) : nothing
}

const nothing: LogReading = { notes: [], steps: [], traceId: '' }

function hasText(attributes: Attributes): boolean {
  return saysSomething(attributes, ['prompt', 'response'])
}

function stepsOf(record: LogRecord, event: string): LogReading {
  const { attributes } = record
  const traceId = traceOf(attributes)
  switch (event) {
    case 'api_request':
    case 'api_error':
      return { notes: [], steps: [callOf(record, event)], traceId }
    case 'tool_result':
      return { notes: [], steps: [toolOf(record)], traceId }
    case 'api_refusal':
      return { notes: refusalOf(record), steps: [], traceId }
    case 'user_prompt':
      return { notes: promptNotes(record), steps: [], traceId }
    default:
      return nothing
  }
}

/** A request has an id unless a gateway hides it. */
function callIdentity(record: LogRecord, event: string): string {
  const requestId = firstString(record.attributes, ['request_id'])
  return requestId === null ? noteKey(event, record) : `claude-code request ${requestId}`
}

function callOf(record: LogRecord, event: string): Step {
  const { attributes } = record
  const model = firstString(attributes, ['model'])
  const isFailed = event === 'api_error'
  const micros = firstNumber(attributes, ['cost_usd_micros'])
  const usage = claudeUsage(attributes)
  return logStep(record, callIdentity(record, event), ['duration_ms'], {
    ...ownerOf(attributes),
    kind: 'llm',
    name: 'claude_code.llm_request',
    operation: 'chat',
    provider: providerOf(attributes),
    requestModel: model,
    responseModel: isFailed ? null : model,
    responseId: firstString(attributes, ['request_id']),
    usage,
    unreadable: unreadableCounts(attributes, claudeCode.keys, usage),
    cacheWrite1hTokens: firstCount(attributes, ['cache_creation_1h_tokens']),
    statedCostNanoUsd: micros === null || micros > 1e12 ? null : Math.round(micros * 1e3),
    timeToFirstTokenUs: microseconds(attributes, ['ttft_ms']),
    error: isFailed
      ? failureFrom(attributes, { type: ['error_class', 'error_type'], message: ['error'], status: ['status_code'] })
      : null,
  })
}

/** Its own API is `firstParty`, others are named. */
function providerOf(attributes: Attributes): string {
  const name = firstString(attributes, ['anthropic.provider'], 64)
  return name === null || name === 'firstParty' ? 'anthropic' : canonicalProvider(name)
}

/** Comes beside the request's own record, which does not say how it ended. */
function refusalOf(record: LogRecord): readonly StepNote[] {
  if (firstString(record.attributes, ['request_id']) === null) return []
  const note = emptyNote(noteKey('api_refusal', record), hash64(callIdentity(record, 'api_refusal')), record.atUs)
  return [{ ...note, finishReasons: ['refusal'] }]
}

function toolOf(record: LogRecord): Step {
  const { attributes } = record
  const args = firstText(attributes, ['tool_input'])
  const name = toolNameOf(attributes)
  const callId = firstString(attributes, ['tool_use_id'])
  return logStep(record, toolIdentity(record, callId), ['duration_ms'], {
    ...ownerOf(attributes),
    kind: 'tool',
    name: 'claude_code.tool',
    isEntry: false,
    operation: 'execute_tool',
    tool: { name, callId, ...fingerprintsOf(args, null) },
    hasContent: args !== null && isContent(args),
    error:
      attributes.boolean('success') === false
        ? failureFrom(attributes, { type: ['error_type'], message: ['error'], status: [] })
        : null,
  })
}

function toolNameOf(attributes: Attributes): string {
  return (
    toName(path(jsonObject(attributes, 'tool_parameters') ?? undefined, 'mcp_tool_name')) ??
    firstString(attributes, ['tool_name'], 128) ??
    ''
  )
}

function ownerOf(attributes: Attributes): Pick<Step, 'conversationId' | 'userId' | 'agent'> {
  return {
    conversationId: firstString(attributes, ['session.id']),
    userId: firstString(attributes, ['user.account_uuid', 'user.id']),
    agent: firstString(attributes, ['agent.name'], 128),
  }
}
