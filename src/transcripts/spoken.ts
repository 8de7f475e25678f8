/**
 * Remembers what a transcript has shown. Every call repeats the conversation before it, and what a tool answered is shown at the tool: of an input only
 * what nobody has seen yet is new. A message that is said twice is shown twice: equal words are counted, not just known.
 */
import type { MessagePart, TranscriptMessage } from '../model/transcript.ts'
import { isAround, type Unit, unitsOf } from './same-words.ts'

export interface NewWords {
  readonly messages: readonly TranscriptMessage[]
  /** Messages of which nothing is new. */
  readonly repeated: number
}

interface NewWordsOf {
  readonly rest: readonly TranscriptMessage[]
  readonly repeated: number
}

const MAX_ANSWERS = 32
/** Frameworks explain what a tool answered, or what was wrong with arguments, in a sentence; without an id they may only wrap it. */
const MAX_AROUND = 4_096
const MAX_WRAPPING = 48

export class Spoken {
  /** How often it was said in a conversation, and how often at tools of their own: the former tells again of the latter. */
  readonly #said = new Map<string, number>()
  readonly #atTools = new Map<string, number>()
  /** Letters of calls and results that have an id. */
  readonly #byId = new Map<string, string>()
  /** What tools answered at last. */
  readonly #answers: { readonly name: string | null; readonly letters: string }[] = []
  #lastText = ''

  /** What of an input is new; from now on it is known. */
  hear(messages: readonly TranscriptMessage[]): NewWords {
    const heard = new Map<string, number>()
    const { rest, repeated: atStart } = this.#withoutBeginning(messages)
    let repeated = atStart
    const shown = rest.flatMap((message) => {
      const parts = unitsOf(message).flatMap((unit) => (this.#isNew(unit, heard) ? unit.parts : []))
      if (parts.length === 0) repeated++
      return parts.length === 0 ? [] : [withParts(message, parts)]
    })
    return { messages: shown, repeated }
  }

  /** An answer is always new. */
  say(messages: readonly TranscriptMessage[]): void {
    for (const unit of messages.flatMap(unitsOf)) {
      this.#said.set(unit.key, (this.#said.get(unit.key) ?? 0) + 1)
      this.#remember(unit)
    }
  }

  /** What a tool was asked and what it answered, at its own step. */
  runTool(messages: readonly TranscriptMessage[]): void {
    for (const unit of messages.flatMap(unitsOf)) {
      this.#atTools.set(unit.key, (this.#atTools.get(unit.key) ?? 0) + 1)
      this.#remember(unit)
      const [part] = unit.parts
      if (part?.type === 'tool_result') this.#answers.push({ name: part.name, letters: unit.letters })
    }
    this.#answers.splice(0, this.#answers.length - MAX_ANSWERS)
  }

  /** Emitters that send the whole conversation as one text: it begins with the one before. */
  #withoutBeginning(messages: readonly TranscriptMessage[]): NewWordsOf {
    const [message, second] = messages
    const [part, other] = message?.parts ?? []
    const before = this.#lastText
    if (message === undefined || second !== undefined || part?.type !== 'text' || other !== undefined)
      return { rest: messages, repeated: 0 }
    this.#lastText = part.text
    if (before === '' || part.text.length === before.length || !part.text.startsWith(before))
      return { rest: messages, repeated: 0 }
    return { rest: [{ ...message, parts: [{ type: 'text', text: part.text.slice(before.length).trimStart() }] }], repeated: 1 }
  }

  has(key: string): boolean {
    return this.#said.has(key) || this.#atTools.has(key)
  }

  #isNew(unit: Unit, heard: Map<string, number>): boolean {
    const times = (heard.get(unit.key) ?? 0) + 1
    heard.set(unit.key, times)
    const isKnown = times <= Math.max(this.#said.get(unit.key) ?? 0, this.#atTools.get(unit.key) ?? 0)
    const isTold = isKnown || this.#isKnownById(unit) || this.#isKnownAnswer(unit)
    this.#said.set(unit.key, Math.max(this.#said.get(unit.key) ?? 0, times))
    this.#remember(unit)
    return !isTold
  }

  /** A framework may tell the model more than a tool answered, or less; arguments that were broken it may tell as none. */
  #isKnownById(unit: Unit): boolean {
    const known = this.#byId.get(idOf(unit))
    return known !== undefined && isAround(known, unit.letters, MAX_AROUND)
  }

  #isKnownAnswer({ parts: [part], letters }: Unit): boolean {
    if (part?.type !== 'tool_result' || letters === '') return false
    return this.#answers.some(
      (answer) =>
        answer.letters !== '' &&
        (answer.name === null || part.name === null || answer.name === part.name) &&
        isAround(answer.letters, letters, MAX_WRAPPING),
    )
  }

  #remember(unit: Unit): void {
    const id = idOf(unit)
    if (id !== '' && !this.#byId.has(id)) this.#byId.set(id, unit.letters)
  }
}

/** Of a call or of a result; '' = it has none. */
export function idOf({ id, key }: Unit): string {
  return id === null ? '' : `${key.startsWith('result ') ? 'result' : 'call'} ${id}`
}

export function withParts(message: TranscriptMessage, parts: readonly MessagePart[]): TranscriptMessage {
  return parts.length === message.parts.length ? message : { ...message, parts }
}
