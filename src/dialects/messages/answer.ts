/** What a model answered, as far as it matters once the text is gone: text, tools asked for, a refusal or nothing; and whether the text can be read. */
import { fingerprint } from '../../model/fingerprint.ts'
import type { Answer, ParseFormat, RequestedTool } from '../../model/step.ts'
import type { PlainValue } from '../../otlp/span.ts'
import { isContent } from '../read.ts'
import { mayBeCut, parseJson, readTexts, type SchemaCheck } from './answer-text.ts'
import type { Message, ToolCall } from './message.ts'
import { looksLikeRefusal } from './refusal.ts'
import { jsonText } from './shapes.ts'

const noAnswer: Answer = { form: 'empty', format: null, isReadable: null, schemaProblem: null, toolCalls: [] }

/**
 * The answer among a call's output messages. Null when there is no output on the wire. `asked` is the format that was asked for.
 */
export function answerOf(messages: readonly Message[], asked: ParseFormat | null, check: SchemaCheck | null = null): Answer {
  const said = messages.filter(({ role }) => role === 'assistant' || role === 'other')
  const toolCalls = said.flatMap((message) => message.toolCalls.map(requestedTool))
  const texts = said.map((message) => message.text).filter((text) => text !== '')
  const text = texts.join('')
  const refused = said.some(({ refusal }) => refusal !== null)
  const form = refused
    ? 'refusal'
    : toolCalls.length > 0
      ? 'tool_calls'
      : text.trim() === ''
        ? said.some(({ hasMedia }) => hasMedia)
          ? 'text'
          : 'empty'
        : looksLikeRefusal(text)
          ? 'refusal'
          : 'text'
  if (form !== 'text' || !isContent(text)) return { ...noAnswer, form, toolCalls }
  return { ...noAnswer, form, ...readTexts(texts, asked, check) }
}

function requestedTool(call: ToolCall): RequestedTool {
  const { id, name } = call
  const text =
    typeof call.arguments === 'string' ? call.arguments : call.arguments === undefined ? null : jsonText(call.arguments)
  return {
    callId: id,
    name,
    argumentsFingerprint: text === null ? null : fingerprint(text),
    hasReadableArguments: call.isBroken ? false : readability(call.arguments),
    isOffered: null,
  }
}

/** Whether arguments are JSON. Null = they are not on the wire, or what is there may not be what the model wrote. */
function readability(args: PlainValue | undefined): boolean | null {
  if (typeof args !== 'string') return args === undefined ? null : true
  // No arguments at all are fine for a tool that takes none.
  if (args.trim() === '' || parseJson(args) !== undefined) return true
  return mayBeCut(args) || pythonLiteral.test(args) ? null : false
}

/** What an emitter in Python makes of arguments that were an object. */
const pythonLiteral = /^\s*[{[]\s*'/
