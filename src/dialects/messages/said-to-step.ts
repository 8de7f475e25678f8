/** What the user said to an agent, or to whatever a run began with: messages, a text, or a text under a name in data. */
import { userTurnOf } from '../../language/turn.ts'
import type { StepKind } from '../../model/step.ts'
import type { UserTurn } from '../../model/turn.ts'
import type { Attributes, Span } from '../../otlp/span.ts'
import type { KeyTable } from '../dialect.ts'
import { isContent, parsedObject } from '../read.ts'
import { inputOfEvents } from './exchange.ts'
import { readMessages } from './read-messages.ts'
import { saidIn, saidInText } from './said.ts'
import { asObject, type PlainObject, stringAt } from './shapes.ts'

const MAX_CHARACTERS = 32_768

/** Where an agent or the entry of a run was given a text under a name. */
const textKeys = [
  'question',
  'query',
  'prompt',
  'user_message',
  'user_input',
  'user_prompt',
  'userMessage',
  'message',
  'task',
  'input',
  'text',
]
/** One in another, at most. */
const MAX_DEPTH = 2
const envelopes = ['input', 'inputs', 'kwargs', 'args', 'input_value', 'new_message']

/** Of an agent, or of whatever a run began with. */
export function saidToStep({ attributes, events }: Span, keys: KeyTable, kind: StepKind, isEntry: boolean): UserTurn | null {
  if (kind !== 'agent' && !(kind === 'workflow' && isEntry)) return null
  for (const key of keys.stepInput) {
    const text = textAt(attributes, key)
    if (text === null || !isContent(text)) continue
    return saidInText(text) ?? saidInData(parsedObject(text, MAX_CHARACTERS))
  }
  return events.length === 0 ? null : saidIn(inputOfEvents(events))
}

/** Bytes are no text: what they hold is for the dialect to say. */
function textAt(attributes: Attributes, key: string): string | null {
  return attributes.string(key) ?? (typeof attributes.value(key) === 'object' ? attributes.text(key) : null)
}

function saidInData(data: PlainObject | null, depth = 0): UserTurn | null {
  if (data === null) return null
  const text = stringAt(data, ...textKeys)
  if (text !== null) return isContent(text) && !/^\s*[[{]/.test(text) ? userTurnOf(text) : null
  if (depth >= MAX_DEPTH) return null
  for (const key of envelopes) {
    const inner = asObject(Object.hasOwn(data, key) ? data[key] : undefined)
    if (inner !== null) return saidIn(readMessages([inner])) ?? saidInData(inner, depth + 1)
  }
  return null
}
