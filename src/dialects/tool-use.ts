/** What a tool span ran, with fingerprints instead of texts; and the text of its failure, where only its result says so. */
import { fingerprint } from '../model/fingerprint.ts'
import { looseFingerprint } from '../model/fingerprint-loose.ts'
import type { StepError, ToolUse } from '../model/step.ts'
import type { Attributes, Span, SpanEvent } from '../otlp/span.ts'
import type { Chain, KeyTable } from './dialect.ts'
import { cut, firstString, firstText, isContent } from './read.ts'

/** Ids differ between two equal tool results and would hide a loop. */
const idFields = /"(?:id|run_id|tool_id|tool_call_id|toolCallId|toolUseId|call_id)"\s*:\s*"[^"]*"/g
/** In arguments only the call's own id may differ: `{"id": "A-17"}` and `{"id": "A-18"}` ask for two things. */
const callIdFields = /"(?:tool_call_id|toolCallId|call_id)"\s*:\s*"[^"]*"|"id"\s*:\s*"(?:call_|toolu_|tooluse_)[^"]*"/g
const MAX_COMPARED_CHARACTERS = 65_536

/** Span events that carry what went in and what came out (Strands, Claude Code). */
const argumentEvents: ReadonlyMap<string, Chain> = new Map([['gen_ai.tool.message', ['content']]])
const resultEvents: ReadonlyMap<string, Chain> = new Map([
  ['gen_ai.choice', ['message']],
  ['tool.output', ['output', 'content']],
])

export function toolUseOf(span: Span, keys: KeyTable): ToolUse {
  const { attributes, events } = span
  const name =
    firstString(attributes, keys.toolName, 128) ?? cut(span.name.replace(/^(?:MCP send )?(?:execute_tool|tools\/call) /, ''), 128)
  const callId = firstString(attributes, keys.toolCallId)
  return { name, callId, ...fingerprintsOf(argumentsText(attributes, events, keys), resultText(attributes, events, keys)) }
}

/** Some emitters send an empty object where content is switched off; it says something only where the other one does. */
export function fingerprintsOf(
  args: string | null,
  result: string | null,
): Pick<ToolUse, 'argumentsFingerprint' | 'looseArguments' | 'resultFingerprint'> {
  const isHidden = (args ?? '{}') === '{}' && (result ?? '{}') === '{}'
  return {
    argumentsFingerprint: isHidden ? null : comparable(args, callIdFields),
    looseArguments: isHidden ? null : looseFingerprint(args, result),
    resultFingerprint: isHidden ? null : comparable(result, idFields),
  }
}

export function argumentsText(
  attributes: Attributes,
  events: readonly SpanEvent[],
  keys: Pick<KeyTable, 'toolArguments'>,
): string | null {
  return firstText(attributes, keys.toolArguments) ?? eventText(events, argumentEvents)
}

export function resultText(
  attributes: Attributes,
  events: readonly SpanEvent[],
  keys: Pick<KeyTable, 'toolResult'>,
): string | null {
  return firstText(attributes, keys.toolResult) ?? eventText(events, resultEvents)
}

/** A tool that failed without a word of its own: its result says why. */
export function explainedByResult(error: StepError, span: Span, keys: KeyTable): StepError {
  if (error.message !== null && error.message !== error.type) return error
  const text = resultText(span.attributes, span.events, keys)
  return text === null || !isContent(text) ? error : { ...error, message: cut(text, 300) }
}

function eventText(events: readonly SpanEvent[], carriers: ReadonlyMap<string, Chain>): string | null {
  for (const event of events) {
    const chain = carriers.get(event.name)
    const text = chain === undefined ? null : firstText(event.attributes, chain)
    if (text !== null) return text
  }
  return null
}

function comparable(text: string | null, ids: RegExp): string | null {
  return text === null ? null : fingerprint(text.slice(0, MAX_COMPARED_CHARACTERS).replaceAll(ids, ''))
}
