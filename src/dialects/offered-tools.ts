/**
 * The tools that a model could choose from. A tool that it asked for and was not offered does not exist: often the only sign there is, since a
 * framework that finds no such tool has nothing to make a span of.
 */
import type { Answer } from '../model/step.ts'
import type { Attributes, PlainValue } from '../otlp/span.ts'
import type { KeyTable } from './dialect.ts'
import { asList, asObject, type PlainObject, stringAt } from './messages/shapes.ts'

const MAX_CHARACTERS = 262_144
const MAX_TOOLS = 512

/** The answer with what is known of each tool it asks for: whether the call offered it. */
export function withOffers(answer: Answer | null, attributes: Attributes, keys: KeyTable): Answer | null {
  if (answer === null || answer.toolCalls.length === 0) return answer
  const offered = offeredTools(attributes, keys)
  if (offered === null) return answer
  const names = new Set(offered.map(bareName))
  return { ...answer, toolCalls: answer.toolCalls.map((call) => ({ ...call, isOffered: names.has(bareName(call.name)) })) }
}

/** The names of all tools that a call offered; null where they are not on the wire, or not all. */
function offeredTools(attributes: Attributes, { offeredTools: chain, indexedTools }: KeyTable): readonly string[] | null {
  for (const key of chain) {
    const value = attributes.value(key)
    const names = namesIn(typeof value === 'string' ? parsed(value) : value)
    if (names !== null) return names
  }
  const numbered: PlainValue[] = []
  for (let at = 0; at < MAX_TOOLS; at++) {
    const value = attributes.value(`${indexedTools.prefix}.${at}.${indexedTools.suffix}`)
    if (value === undefined) break
    numbered.push(value)
  }
  return namesIn(numbered)
}

/** Of a list of tools, or of a request that has one. A tool without a name is one of the provider's own, which may be called by any. */
function namesIn(value: PlainValue | undefined): readonly string[] | null {
  const list = asList(asObject(value)?.['tools'] ?? value)
  if (list.length === 0) return null
  const names: string[] = []
  for (const item of list) {
    const found = namesOf(item)
    if (found === null || names.length > MAX_TOOLS) return null
    names.push(...found)
  }
  return names
}

/** A tool as its name, as an object, or as JSON of one; Gemini puts several functions into one tool. */
function namesOf(item: PlainValue): readonly string[] | null {
  const value = typeof item === 'string' && item.trimStart().startsWith('{') ? parsed(item) : item
  if (typeof value === 'string') return value === '' ? null : [value]
  const tool = asObject(value)
  if (tool === null) return null
  const functions = asList(tool['functionDeclarations'] ?? tool['function_declarations'])
  if (functions.length > 0) return flatNames(functions.map((one) => asObject(one)))
  return flatNames([asObject(tool['function']) ?? asObject(tool['data']) ?? tool])
}

function flatNames(tools: readonly (PlainObject | null)[]): readonly string[] | null {
  const names = tools.map((tool) => (tool === null ? null : stringAt(tool, 'name')))
  return names.every((name) => name !== null) ? names : null
}

const marks = ['.', '/', ':', '-', '__']

/** Some emitters write the server or plugin before the name of a tool and some do not. */
function bareName(name: string): string {
  const ends = marks.map((mark) => (name.includes(mark) ? name.lastIndexOf(mark) + mark.length : 0))
  return name.slice(Math.max(...ends))
}

function parsed(text: string): PlainValue | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  try {
    const value: PlainValue = JSON.parse(text)
    return value
  } catch {
    // Cut by a limit: which tools there were is not known.
    return undefined
  }
}
