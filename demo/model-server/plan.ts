/** Decides what a call is answered with: what the script says, else what a model that works well would do; then what the fault makes of it. */
import type { Fault } from './faults.ts'
import { parsed, record } from './json.ts'
import { valueFor } from './schema-value.ts'
import type { Finish, ModelRequest, ToolCall, ToolDefinition, Usage } from './wire.ts'

/** What a script may decide about one call. What it leaves out is as without a script. */
export interface ReplyPlan {
  readonly fault?: Fault
  readonly text?: string
  /** `arguments`: an object, or a string that is sent as it is. An empty list: no call, although tools are offered. */
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: object | string }[]
  readonly finish?: Finish
  /** The response's model, where it is not the dated name of the one asked for. */
  readonly model?: string
  readonly usage?: Partial<Usage>
  readonly firstTokenMs?: number
  readonly tokensPerSecond?: number
  readonly retryAfterSeconds?: number
  /** Comes back in the record of the call, for instance which conversation it belongs to. */
  readonly label?: string
}

/** Null or undefined: as without a script. */
export type Script = (request: ModelRequest) => ReplyPlan | null | undefined | Promise<ReplyPlan | null | undefined>

export interface Draft {
  readonly text: string
  readonly toolCalls: readonly Omit<ToolCall, 'id'>[]
  readonly finish: Finish
}

export function draftOf(request: ModelRequest, plan: ReplyPlan): Draft {
  const planned = plan.text !== undefined || plan.toolCalls !== undefined
  const draft = planned ? plannedDraft(plan) : defaultDraft(request, plan.fault ?? 'none')
  const spoiled = spoil(draft, request, plan.fault ?? 'none')
  return plan.finish === undefined ? spoiled : { ...spoiled, finish: plan.finish }
}

function plannedDraft(plan: ReplyPlan): Draft {
  const toolCalls = (plan.toolCalls ?? []).map((call) => ({
    name: call.name,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }))
  return { text: plan.text ?? '', toolCalls, finish: toolCalls.length > 0 ? 'tool_calls' : 'stop' }
}

/** Calls a tool once after each message of the user, then answers with what it returned. */
function defaultDraft(request: ModelRequest, fault: Fault): Draft {
  const turn = lastTurn(request)
  const tool = toolToCall(request, turn, fault)
  if (tool !== null) {
    // The same arguments each time, because the user's text stays the same: that is what makes a loop.
    const args = JSON.stringify(valueFor(tool.parameters, turn.said))
    return { text: '', toolCalls: [{ name: tool.name, arguments: args }], finish: 'tool_calls' }
  }
  return { text: defaultText(request, turn), toolCalls: [], finish: 'stop' }
}

interface Turn {
  /** The user's latest words. */
  readonly said: string
  readonly called: readonly string[]
  readonly results: readonly string[]
}

function lastTurn(request: ModelRequest): Turn {
  const start = request.messages.findLastIndex((message) => message.role === 'user')
  const after = request.messages.slice(start + 1)
  return {
    said: request.messages[start]?.text ?? '',
    called: after.flatMap((message) => message.toolCalls.map((call) => call.name)),
    results: after.filter((message) => message.role === 'tool').map((message) => message.text),
  }
}

function toolToCall(request: ModelRequest, turn: Turn, fault: Fault): ToolDefinition | null {
  const [first, second] = request.tools
  if (first === undefined || request.toolChoice.kind === 'none') return null
  if (fault === 'loop') return first
  if (fault === 'ping_pong') return second !== undefined && turn.called.at(-1) === first.name ? second : first
  const wanted = request.toolChoice
  const named = request.tools.find((tool) =>
    wanted.kind === 'named' ? tool.name === wanted.name : isNamed(tool.name, turn.said),
  )
  const isDone = turn.called.length > 0 || turn.results.length > 0
  if (!isDone) return named ?? first
  if (wanted.kind === 'auto') return null
  // A call is demanded even after the results: frameworks do so where the answer itself is a tool.
  return wanted.kind === 'named' ? (named ?? first) : (request.tools.find((tool) => !turn.called.includes(tool.name)) ?? first)
}

function isNamed(toolName: string, said: string): boolean {
  return said.includes(toolName)
}

function defaultText(request: ModelRequest, turn: Turn): string {
  const found = turn.results.at(-1)
  if (request.format.kind === 'schema') return JSON.stringify(valueFor(request.format.schema, found ?? turn.said))
  const sentence = found === undefined ? `You said: ${shortened(turn.said)}` : `Here is what I found: ${shortened(found)}`
  return request.format.kind === 'json' ? JSON.stringify({ answer: sentence }) : sentence
}

function shortened(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)} ...` : text
}

function spoil(draft: Draft, request: ModelRequest, fault: Fault): Draft {
  const isText = draft.toolCalls.length === 0
  switch (fault) {
    case 'length':
      return { ...cut(draft), finish: 'length' }
    case 'content_filter':
      return { text: draft.text.slice(0, Math.floor(draft.text.length / 2)), toolCalls: [], finish: 'content_filter' }
    case 'refusal':
      return { text: "I'm sorry, but I can't help with that request.", toolCalls: [], finish: 'refusal' }
    case 'empty':
      return { text: '', toolCalls: [], finish: 'stop' }
    case 'json_truncated':
      return isText ? { ...draft, text: firstPart(draft.text) } : draft
    case 'json_trailing_comma':
      return isText ? { ...draft, text: draft.text.replace(/([\]}])\s*$/, ',$1') } : draft
    case 'json_fenced':
      return isText ? { ...draft, text: `\`\`\`json\n${draft.text}\n\`\`\`` } : draft
    case 'json_prose':
      return isText
        ? { ...draft, text: `Sure, here is the result:\n\n${draft.text}\n\nLet me know if you need anything else.` }
        : draft
    case 'schema_violation':
      return isText ? { ...draft, text: violated(draft.text) } : draft
    case 'arguments_no_json':
      return { ...draft, toolCalls: draft.toolCalls.map((call) => ({ ...call, arguments: firstPart(call.arguments) })) }
    case 'arguments_violate_schema':
      return { ...draft, toolCalls: draft.toolCalls.map((call) => ({ ...call, arguments: violated(call.arguments) })) }
    case 'unknown_tool':
      return { ...draft, toolCalls: draft.toolCalls.map((call) => ({ ...call, name: unknownName(call.name, request.tools) })) }
    default:
      return draft
  }
}

function cut(draft: Draft): Draft {
  return {
    ...draft,
    text: firstPart(draft.text),
    toolCalls: draft.toolCalls.map((call) => ({ ...call, arguments: firstPart(call.arguments) })),
  }
}

/** Never the whole: without its last character JSON is none any more. */
function firstPart(text: string): string {
  return text.slice(0, Math.min(text.length - 1, Math.ceil(text.length * 0.6)))
}

/** Every value gets another type, which no useful schema allows. */
function violated(raw: string): string {
  const entries = Object.entries(record(parsed(raw)))
  if (entries.length === 0) return JSON.stringify({ unexpected: true })
  return JSON.stringify(
    Object.fromEntries(entries.map(([key, value]) => [key, typeof value === 'string' ? { value } : String(value)])),
  )
}

/** A name that sounds right, as models invent them. */
function unknownName(name: string, tools: readonly ToolDefinition[]): string {
  const invented = `${name}_details`
  return tools.some((tool) => tool.name === invented) ? `${invented}_v2` : invented
}
