/** What a tool was given and what it answered, as a call and its result. */
import type { PlainValue, Span } from '../../otlp/span.ts'
import type { Chain, KeyTable, Reading, StepWords } from '../dialect.ts'
import { errorOf } from '../error.ts'
import { argumentsOf, toolAnswerOf } from '../messages/tool-answer.ts'
import { shownCall, shownResult, writtenText } from '../messages/shown.ts'
import { WholeReader } from '../messages/whole.ts'
import { ARGUMENTS_HASH, RESULT_HASH } from '../otel-genai.ts'
import { isHidden } from '../read.ts'
import { argumentsText, resultText, toolUseOf } from '../tool-use.ts'
import type { Said } from './said.ts'

export function toolSaid(span: Span, keys: KeyTable, words: StepWords, reading: Reading): Said {
  const { attributes, events } = span
  const reader = new WholeReader('step')
  const { name, callId } = reading.tool ?? toolUseOf(span, keys)
  const given =
    words.input === undefined
      ? argumentsText(attributes, events, { toolArguments: withoutHashes(keys.toolArguments) })
      : words.input
  const got =
    words.output === undefined ? resultText(attributes, events, { toolResult: withoutHashes(keys.toolResult) }) : words.output
  const args = argumentsIn(given, reader)
  const answer = got === null ? null : toolAnswerOf(typeof got === 'string' ? (reader.plain(got) ?? got) : got)
  const id = callId ?? answer?.id ?? null
  const isHiddenAnswer = answer === null || answer.text === '' || answer.text === '{}' || isHidden(answer.text)
  // Some emitters send an empty object where content is switched off; beside a result it is what was sent.
  const isEmpty = args === '{}' && (typeof given !== 'string' || given.trim() === '{}')
  const isHiddenCall = args === null || isHidden(args) || (isEmpty && isHiddenAnswer)
  const failed = (reading.error === undefined ? errorOf(span, []) : reading.error) !== null
  return {
    input: isHiddenCall ? [] : [{ role: 'assistant', parts: [shownCall({ id, name, arguments: args })] }],
    output: isHiddenAnswer
      ? []
      : [
          {
            role: 'tool',
            parts: [shownResult({ id, name, text: answer.text, isMarkedFailed: failed || answer.isMarkedFailed })],
          },
        ],
    isPartial: reader.isPartial,
  }
}

function withoutHashes(chain: Chain): Chain {
  return chain.filter((key) => key !== ARGUMENTS_HASH && key !== RESULT_HASH)
}

/** As they were sent, unless they lie in something. */
function argumentsIn(given: PlainValue | null, reader: WholeReader): string | null {
  if (given === null) return null
  const value = typeof given === 'string' ? (reader.plain(given) ?? given) : given
  const inner = argumentsOf(value)
  if (typeof given === 'string' && (inner === value || typeof inner === 'string') && isJson(given)) return given
  return writtenText(inner)
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{"')
}
