/**
 * OpenLIT (seen on the wire: Python 1.45 with OpenAI, LangChain and LangGraph): the conventions with a few habits of its own. Where an answer came
 * without usage it counts words itself, which nothing on the wire tells from what the provider said.
 */
import type { ParseFormat, StepKind, ToolUse } from '../model/step.ts'
import type { Attributes, PlainValue, Span } from '../otlp/span.ts'
import { askedFormatOf } from './asked-format.ts'
import type { Dialect, KeyTable, Reading, StepWords } from './dialect.ts'
import { answerOf } from './messages/answer.ts'
import { readMessages } from './messages/read-messages.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { finishReasons, firstNumber, firstString, firstText, jsonList, jsonObject, path, toName } from './read.ts'
import { fingerprintsOf, toolUseOf } from './tool-use.ts'

const keys: KeyTable = {
  ...otelKeys,
  environment: ['gen_ai.environment', 'deployment.environment'],
  content: [...otelKeys.content, 'gen_ai.workflow.input', 'gen_ai.workflow.output'],
  stepInput: [...otelKeys.stepInput, 'gen_ai.workflow.input'],
  stepOutput: [...otelKeys.stepOutput, 'gen_ai.workflow.output'],
}

export const openlit: Dialect = {
  name: 'openlit',
  keys,
  matches: ({ scope }) => scope.name === 'openlit' || scope.name.startsWith('openlit.') || scope.name.startsWith('@openlit/'),
  read: (span) => ({
    ...meaningOf(span),
    // It links a run to the span that once created its agent, in another trace: that is no conversation.
    linkedTraceId: null,
  }),
  words: wordsOf,
}

function meaningOf(span: Span): Reading {
  const { attributes } = span
  const { kind, operation } = readOperation(span)
  // `@openlit.trace` on a function of the application.
  if (operation === '' && span.scope.name === 'openlit')
    return { kind: 'workflow', operation: 'invoke_workflow', node: toName(span.name) }
  // Every node of a graph is an agent to it, `model` and `tools` too.
  if (kind === 'agent' && span.scope.name.endsWith('.langgraph'))
    return { kind: 'workflow', operation: 'invoke_workflow', agent: null, node: firstString(attributes, keys.agent) }
  if (kind === 'tool') return { kind, operation, tool: toolOf(span) }
  if (kind !== 'llm') return { kind, operation, statedCostUsd: statedCost(attributes) }
  return {
    kind,
    operation,
    askedFormat: askedFormat(attributes),
    timeToFirstTokenUs: timeToFirstTokenUs(attributes),
    statedCostUsd: statedCost(attributes),
    ...askedTool(attributes),
  }
}

/** JavaScript leaves what an answer of the Responses API asked for out of its messages, and has one tool beside them. */
function askedTool(attributes: Attributes): Pick<Reading, 'answer'> {
  const message = askingMessage(attributes)
  return message === null ? {} : { answer: answerOf(readMessages([message]), null) }
}

function askingMessage(attributes: Attributes): PlainValue {
  const name = firstString(attributes, keys.toolName)
  if (name === null || finishReasons(attributes, keys.finishReasons).includes('tool_call')) return null
  const args = firstText(attributes, ['gen_ai.tool.args', ...keys.toolArguments]) ?? '{}'
  const call = { id: firstString(attributes, keys.toolCallId) ?? '', function: { name, arguments: args } }
  return { role: 'assistant', content: '', tool_calls: [call] }
}

function wordsOf({ attributes }: Span, kind: StepKind): StepWords {
  if (kind === 'tool') return { output: printed.exec(firstText(attributes, keys.toolResult) ?? '')?.[2] }
  if (kind === 'llm') {
    const asking = askingMessage(attributes)
    return asking === null ? {} : { output: [...jsonList(attributes, 'gen_ai.output.messages', MAX_CHARACTERS), asking] }
  }
  return { input: printedIn(attributes, 'gen_ai.workflow.input'), output: printedIn(attributes, 'gen_ai.workflow.output') }
}

/** A graph's state, whose messages are printed; who said what is not. */
function printedIn(attributes: Attributes, key: string): PlainValue | undefined {
  const messages = path(jsonObject(attributes, key, MAX_CHARACTERS) ?? undefined, 'messages')
  if (!Array.isArray(messages)) return undefined
  const contents = messages.map((message) => (typeof message === 'string' ? printed.exec(message)?.[2] : undefined))
  return contents.every((content) => content !== undefined)
    ? contents.map((content) => ({ role: 'message', content }))
    : undefined
}

const MAX_CHARACTERS = 1_048_576

const printed = /^content=(['"])([\s\S]*?)\1 (?:additional_kwargs|name|tool_call_id)=/

function printedContent(text: string): string | null {
  return printedMessage.exec(text)?.[2] ?? null
}

/** Without a price it says 0. */
function statedCost(attributes: Attributes): number | null {
  const usd = firstNumber(attributes, keys.statedCostUsd)
  return usd === 0 ? null : usd
}

/** It says `text` also where JSON was asked for. */
function askedFormat(attributes: Attributes): ParseFormat | null {
  const asked = askedFormatOf(attributes, keys.askedFormat)
  return asked === 'text' ? null : asked
}

/** Seconds. Without a stream it is how long the whole answer took. */
function timeToFirstTokenUs(attributes: Attributes): number | null {
  if (attributes.boolean('gen_ai.request.stream') !== true) return null
  const seconds = firstNumber(attributes, ['gen_ai.server.time_to_first_token', ...keys.timeToFirstTokenSeconds])
  return seconds === null || seconds > 86_400 ? null : Math.round(seconds * 1e6)
}

/** LangChain's message as Python prints it; its ids differ between two equal results. */
const printedMessage = /^content=(['"])([\s\S]*)\1 (?:name|tool_call_id)=/

function toolOf(span: Span): ToolUse {
  const result = firstText(span.attributes, keys.toolResult)
  const content = printedContent(result ?? '')
  const args = firstText(span.attributes, keys.toolArguments)
  return { ...toolUseOf(span, keys), ...fingerprintsOf(args, content ?? result) }
}
