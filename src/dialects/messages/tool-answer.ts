/** What a tool answered, out of what frameworks put around it: a message to the model, MCP's content, an object with what went in beside it. */
import type { PlainValue } from '../../otlp/span.ts'
import { asList, asObject, type PlainObject, stringAt } from './shapes.ts'
import { writtenText } from './shown.ts'
import { WholeReader } from './whole.ts'

export interface ToolAnswer {
  /** The id of the call, where the answer is a message that names it. */
  readonly id: string | null
  readonly text: string
  readonly isMarkedFailed: boolean
}

export function toolAnswerOf(sent: PlainValue): ToolAnswer {
  const value = withoutCall(sent)
  const object = asObject(value)
  const inner = asObject(object?.['tool_output']) ?? object
  const parts = inner === null ? value : (inner['blocks'] ?? inner['content'])
  const text = textOfParts(parts)
  if (text !== null && (inner === null || isAround(inner))) {
    return {
      id: null,
      text,
      isMarkedFailed: inner?.['isError'] === true || inner?.['is_error'] === true || inner?.['status'] === 'error',
    }
  }
  return answerInMessage(value) ?? { id: null, text: writtenText(value), isMarkedFailed: object?.['is_error'] === true }
}

/** ADK's answer to the model names the call beside what was answered. */
function withoutCall(value: PlainValue): PlainValue {
  const object = asObject(value)
  const isResponse = object !== null && Object.keys(object).every((key) => responseKeys.has(key))
  return isResponse ? (object['response'] ?? value) : value
}

const responseKeys: ReadonlySet<string> = new Set(['id', 'name', 'response', 'will_continue', 'scheduling'])

/** MCP's result, LlamaIndex' output, a part of a message. */
const around: ReadonlySet<string> = new Set(
  'content isError structuredContent _meta meta blocks tool_name raw_input raw_output is_error toolUseId status type'.split(' '),
)

function isAround(object: PlainObject): boolean {
  return Object.keys(object).every((key) => around.has(key))
}

const aroundText: ReadonlySet<string> = new Set(['type', 'text', 'block_type', 'annotations', '_meta'])

/** The texts of a list that holds nothing but parts with a text. */
function textOfParts(value: PlainValue | undefined): string | null {
  const parts = asList(value).map((item) => {
    const part = asObject(item)
    return part !== null && Object.keys(part).every((key) => aroundText.has(key)) ? stringAt(part, 'text') : null
  })
  return parts.length > 0 && parts.every((part) => part !== null) ? parts.join('\n') : null
}

function answerInMessage(value: PlainValue): ToolAnswer | null {
  const results = new WholeReader('step').messagesIn(value)?.map(({ toolResults }) => toolResults) ?? []
  if (results.length === 0 || results.some((list) => list.length === 0)) return null
  const all = results.flat()
  return {
    id: all.length === 1 ? (all[0]?.id ?? null) : null,
    text: all.map(({ text }) => text).join('\n'),
    isMarkedFailed: all.some(({ isMarkedFailed }) => isMarkedFailed),
  }
}

/** Arguments of a function of Python as decorators write them: by place and by name. */
export function argumentsOf(value: PlainValue): PlainValue {
  const object = asObject(value)
  if (
    object === null ||
    !Object.keys(object).every((key) => key === 'args' || key === 'kwargs' || key === 'sanitize_inputs_outputs')
  )
    return value
  const byName = asObject(object['kwargs'])
  const byPlace = asList(object['args'])
  if (byPlace.length === 0) return byName ?? value
  return byName === null || Object.keys(byName).length === 0 ? byPlace : value
}
