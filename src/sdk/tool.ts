/** A span around a tool call, with what a loop detector needs: the arguments and the result, or hashes of them. */
import type { Attributes, Span } from '@opentelemetry/api'
import {
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_TOOL_CALL_ARGUMENTS,
  ATTR_GEN_AI_TOOL_CALL_ID,
  ATTR_GEN_AI_TOOL_CALL_RESULT,
  ATTR_GEN_AI_TOOL_NAME,
  GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
} from '@opentelemetry/semantic-conventions/incubating'
import { ATTR_FLYWHEEL_TOOL_CALL_ARGUMENTS_HASH, ATTR_FLYWHEEL_TOOL_CALL_RESULT_HASH } from './attributes.ts'
import { setContent } from './content.ts'
import { inSpan, misused, nameOf } from './in-span.ts'

export interface ToolCall {
  /** The tool's name as the model calls it. */
  readonly name: string
  /** The id that the model gave the call. */
  readonly callId?: string | null | undefined
  /** What the model passed, parsed or as the string it came in. Sent only where content is captured, else a keyed hash of it. */
  readonly arguments?: unknown
}

/**
 * One tool call: an `execute_tool` span around `fn`. Result and exception pass through; the result is recorded like the arguments.
 *
 * @example
 * const order = await tool({ name: 'lookup_order', callId: call.id, arguments: args }, () => shop.order(args.id))
 */
export function tool<T>(call: ToolCall, fn: (span: Span) => T): T {
  if (typeof fn !== 'function') return misused('tool({ name }, fn)', fn)
  const { name, callId, input } = read(call)
  const attributes: Attributes = {
    [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_EXECUTE_TOOL,
    [ATTR_GEN_AI_TOOL_NAME]: name,
  }
  if (callId !== null) attributes[ATTR_GEN_AI_TOOL_CALL_ID] = callId
  return inSpan(
    {
      name: `execute_tool ${name}`,
      attributes,
      onStart: (span) => setContent(span, ATTR_GEN_AI_TOOL_CALL_ARGUMENTS, ATTR_FLYWHEEL_TOOL_CALL_ARGUMENTS_HASH, input),
      onDone: (span, result) => setContent(span, ATTR_GEN_AI_TOOL_CALL_RESULT, ATTR_FLYWHEEL_TOOL_CALL_RESULT_HASH, result),
    },
    fn,
  )
}

interface ReadCall {
  readonly name: string
  readonly callId: string | null
  readonly input: unknown
}

/** JavaScript callers may pass anything, also objects whose getters throw. */
function read(call: ToolCall): ReadCall {
  try {
    const { callId } = call
    return {
      name: nameOf(call.name, 'tool'),
      callId: typeof callId === 'string' && callId !== '' ? callId.slice(0, 256) : null,
      input: call.arguments,
    }
  } catch {
    return { name: 'tool', callId: null, input: undefined }
  }
}
