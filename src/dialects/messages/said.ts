/**
 * What the user said last, in what a step was told: null where the last message is not the user's, since a call after a tool's answer only goes on. An input
 * repeats the whole conversation: the end of its text tells whose the last message is, and only that message is parsed.
 */
import { userTurnOf } from '../../language/turn.ts'
import type { UserTurn } from '../../model/turn.ts'
import { isContent } from '../read.ts'
import { parseJson } from './answer-text.ts'
import type { Message } from './message.ts'
import { readMessages } from './read-messages.ts'
import { type Role, roleOf } from './shapes.ts'

/** More is not parsed: it is a document with a question, and the question would be lost in it. */
const MAX_CHARACTERS = 32_768
/** Whose the last message is stands at the end; this much of it is searched. */
const MAX_TAIL = 65_536
/** One emitter sends the whole input of a call as the text of one message. */
const MAX_DEPTH = 2

/** A whole input may be one text, of which nobody says whose it is: then it is the user's. */
export function saidIn(messages: readonly Message[]): UserTurn | null {
  const last = messages.at(-1)
  if (last === undefined || last.toolResults.length > 0 || last.toolCalls.length > 0) return null
  const isUsers = last.role === 'user' || (last.role === 'other' && messages.length === 1)
  return isUsers && isContent(last.text) ? userTurnOf(last.text) : null
}

/** Of a text that holds messages as JSON, or is one itself. */
export function saidInText(text: string, depth = 0): UserTurn | null {
  const trimmed = text.trim()
  if (trimmed[0] !== '[' && trimmed[0] !== '{')
    return trimmed.length <= MAX_CHARACTERS && isContent(trimmed) ? userTurnOf(trimmed) : null
  const tail = trimmed.length > MAX_TAIL ? trimmed.slice(-MAX_TAIL) : trimmed
  const last = lastRoleIn(tail)
  const messages = last === null ? withoutRoles(trimmed, tail) : (lastMessage(tail, last) ?? parsedWhole(trimmed))
  const inner = messages.at(-1)?.text ?? ''
  return depth < MAX_DEPTH && listInText.test(inner) ? saidInText(inner, depth + 1) : saidIn(messages)
}

const listInText = /^\s*\[\s*\{\s*"(?:role|type)"\s*:/
const roleWord = /"role"\s*:\s*"([\w.]{1,40})"/y
/** Items that stand among messages and have no role: what a tool answered. */
const toolItem = /"(?:function_call_output|custom_tool_call_output|tool_result|call_id)"/

interface RoleAt {
  readonly at: number
  readonly role: Role
}

/** Tools behind the messages may have a parameter of that name. */
const MAX_TRIES = 16

function lastRoleIn(text: string): RoleAt | null {
  let at = text.length
  for (let tries = 0; tries < MAX_TRIES && at > 0; tries++) {
    at = text.lastIndexOf('"role"', at - 1)
    if (at < 0) return null
    roleWord.lastIndex = at
    const word = roleWord.exec(text)?.[1]
    if (word !== undefined) return { at, role: roleOf(word) }
  }
  return null
}

/** Null where it is not to be told from the end where the message begins, since its role stands behind its content. */
function lastMessage(text: string, { at, role }: RoleAt): readonly Message[] | null {
  if (role !== 'user') return []
  const start = text.lastIndexOf('{', at)
  const isFirstKey = start >= 0 && text.slice(start + 1, at).trim() === ''
  if (!isFirstKey) return null
  const end = objectEnd(text, start)
  if (end < 0 || end - start > MAX_CHARACTERS || toolItem.test(text.slice(end))) return []
  return readMessages([parseJson(text.slice(start, end)) ?? null])
}

/** Messages of LangChain have classes or types in place of roles. */
function withoutRoles(text: string, tail: string): readonly Message[] {
  const last = (...marks: readonly string[]): number => Math.max(...marks.map((mark) => tail.lastIndexOf(mark)))
  const others = last('AIMessage', 'ToolMessage', '"ai"', '"tool"', 'function_call_output')
  // Where nothing names anybody, the input is one text.
  return others < 0 || last('HumanMessage', '"human"') > others ? parsedWhole(text) : []
}

function parsedWhole(text: string): readonly Message[] {
  return text.length > MAX_CHARACTERS ? [] : readMessages(parseJson(text) ?? null)
}

const QUOTE = 34
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125

/** Behind the brace that closes the object which begins at `start`; -1 = it does not end. */
function objectEnd(text: string, start: number): number {
  let depth = 0
  let isInText = false
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (isInText) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) isInText = false
    } else if (code === QUOTE) isInText = true
    else if (code === OPEN) depth++
    else if (code === CLOSE && --depth === 0) return at + 1
  }
  return -1
}
