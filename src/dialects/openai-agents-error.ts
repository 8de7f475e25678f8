/** How OpenAI's Agents SDK says that something failed: a sentence of its own, and what really happened in a dictionary behind it. */
import type { StepError } from '../model/step.ts'
import type { PlainValue, Span } from '../otlp/span.ts'
import { errorOf } from './error.ts'
import { readPython } from './python-repr.ts'
import { cut, jsonObject, path, toName } from './read.ts'

const MAX_MESSAGE = 1_000

/** The span's failure with what happened in place of the sentence. */
export function agentsFailure(span: Span): StepError | null {
  const error = errorOf(span, [])
  if (error === null) return null
  const said = saidIn(span, error.message)
  if (said === null) return error
  const { type, message } = said
  return { ...error, type: error.type === null || error.type === '_OTHER' ? type : error.type, message }
}

type Said = Pick<StepError, 'type' | 'message'>

/** `Error in agent run: {"error": "ModelBehaviorError: ..."}`, the same as one dictionary, or as an attribute (Logfire). */
function saidIn(span: Span, message: string | null): Said | null {
  const whole: PlainValue | undefined = jsonObject(span.attributes, 'error') ?? dictionary(message ?? '')
  const told = path(whole, 'message')
  if (typeof told === 'string') return readSaid(told, path(whole, 'data'))
  const at = message?.indexOf(': {') ?? -1
  if (message === null || at < 0) return null
  const data = dictionary(message.slice(at + 2))
  return data === undefined ? null : readSaid(message.slice(0, at), data)
}

function dictionary(text: string): PlainValue | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    const value: PlainValue = JSON.parse(text)
    return value
  } catch {
    return readPython(text)
  }
}

const className = /^(?:[A-Za-z_]\w{0,99}\.){0,9}([A-Z]\w{1,99}): /

function readSaid(sentence: string, data: PlainValue | undefined): Said {
  const inner = path(data, 'error')
  if (typeof inner !== 'string' || inner === '') return { type: typeOf(sentence), message: textOf(sentence, data) }
  // Tools hide what happened unless they are told not to; what they told the model says more.
  if (inner.endsWith('Error details are redacted.')) return { type: null, message: null }
  const named = className.exec(inner)
  const type = named?.[1] ?? null
  return {
    type: type === 'Error' ? null : type,
    message: cut(named === null ? inner : inner.slice(named[0].length), MAX_MESSAGE),
  }
}

/** What has no class is named by its sentence: Max turns exceeded, Tool not found. */
function typeOf(sentence: string): string {
  return cut(sentence, 64).replace(/ +(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function textOf(sentence: string, data: PlainValue | undefined): string {
  const tool = toName(path(data, 'tool_name'))
  return tool === null ? cut(sentence, MAX_MESSAGE) : `${cut(sentence, MAX_MESSAGE)}: ${tool}`
}
