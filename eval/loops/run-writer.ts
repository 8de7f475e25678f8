/** Writes made-up runs as an emitter of the GenAI conventions sends them: calls in one talk, tool runs, nested agents, with more or less content. */
import type { Random } from '../support/random.ts'

/**
 * What the emitter lets out: everything; no messages, but what tools were given and gave back; messages, but no spans of tools; nothing but structure.
 */
export const contentModes = ['all', 'tools only', 'messages only', 'none'] as const
export type ContentMode = (typeof contentModes)[number]

export interface ToolAct {
  readonly tool: string
  readonly args: unknown
  /** An Error = the tool failed. */
  readonly result: string | Error
}

interface RunOptions {
  readonly callId?: string | undefined
  /** What the tool itself sets going. */
  readonly inside?: () => void
}

type Attributes = Readonly<Record<string, string | number | readonly string[]>>

interface Message {
  readonly role: 'user' | 'assistant' | 'tool'
  readonly parts: readonly object[]
}

/** One agent at work. */
interface Talk {
  readonly spanId: string
  inputTokens: number
  /** What was said since the last call. */
  news: Message[]
}

const secondNs = 1_000_000_000n

export class RunWriter {
  readonly mode: ContentMode
  readonly #random: Random
  readonly #traceId: string
  readonly #spans: object[] = []
  readonly #talks: Talk[] = []
  #nowNs = 1_767_225_600n * secondNs

  constructor(random: Random, mode: ContentMode) {
    this.#random = random
    this.mode = mode
    this.#traceId = random.hex(32)
  }

  /** An agent, and inside it whatever `work` writes. */
  agent(name: string, work: () => void): void {
    const talk: Talk = { spanId: this.#random.hex(16), inputTokens: this.#random.between(80, 900), news: [userMessage('please')] }
    const parent = this.#parent()
    const startNs = this.#nowNs
    this.#talks.push(talk)
    work()
    this.#talks.pop()
    const attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name }
    this.#add(talk.spanId, parent, `invoke_agent ${name}`, startNs, attributes)
  }

  /** The model asks for tools, which then run one after the other. */
  call(...acts: readonly ToolAct[]): void {
    const ids = this.#modelCall(acts)
    for (const [at, act] of acts.entries()) this.run(act, { callId: ids[at] })
  }

  /** The same with the tools side by side. */
  callTogether(...acts: readonly ToolAct[]): void {
    const ids = this.#modelCall(acts)
    const startNs = this.#nowNs
    let endNs = startNs
    for (const [at, act] of acts.entries()) {
      this.#nowNs = startNs + BigInt(this.#random.between(0, 300)) * 1_000n
      this.run(act, { callId: ids[at] })
      if (this.#nowNs > endNs) endNs = this.#nowNs
    }
    this.#nowNs = endNs
  }

  /** A tool that runs without a model having asked for it just before: a retry, or a program that calls it. */
  run({ tool, args, result }: ToolAct, { callId = '', inside = () => {} }: RunOptions = {}): void {
    const failed = result instanceof Error
    const text = failed ? result.message : result
    const told = failed ? `Error: ${text}` : text
    this.#talks.at(-1)?.news.push({ role: 'tool', parts: [{ type: 'tool_call_response', id: callId, response: told }] })
    const spanId = this.#random.hex(16)
    const startNs = this.#nowNs
    const parent = this.#parent()
    this.#talks.push({ spanId, inputTokens: 100, news: [] })
    inside()
    this.#talks.pop()
    this.#nowNs += BigInt(this.#random.between(5, 2_000)) * 1_000_000n
    if (this.mode === 'messages only') return
    const content = { 'gen_ai.tool.call.arguments': textOf(args), ...(failed ? {} : { 'gen_ai.tool.call.result': text }) }
    const base = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool, 'gen_ai.tool.call.id': callId }
    const attributes = this.mode === 'none' ? base : { ...base, ...content }
    this.#add(spanId, parent, `execute_tool ${tool}`, startNs, attributes, failed ? text : null)
  }

  /** Time goes by: an agent that waits, or a person who types. */
  pause(seconds: number): void {
    this.#nowNs += BigInt(seconds) * secondNs
  }

  /** The model answers in words. */
  answer(text = 'done'): void {
    this.#modelCall([], text)
  }

  /** A call that has nothing to do with the ones before: its prompt is as long as it happens to be. */
  startOver(): void {
    const talk = this.#talks.at(-1)
    if (talk !== undefined) talk.inputTokens = this.#random.between(80, 900)
  }

  /** The person says something. */
  say(text: string): void {
    this.#talks.at(-1)?.news.push(userMessage(text))
    this.pause(this.#random.between(3, 60))
  }

  body(): Uint8Array {
    const resource = { attributes: otlpAttributes({ 'service.name': 'made-up' }) }
    return Buffer.from(
      JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'made-up' }, spans: this.#spans }] }] }),
    )
  }

  /** Answers with the ids of the calls that it asked for. */
  #modelCall(asked: readonly ToolAct[], text = ''): readonly string[] {
    const startNs = this.#nowNs
    this.#nowNs += BigInt(this.#random.between(200, 4_000)) * 1_000_000n
    const talk = this.#talks.at(-1)
    const output = this.#random.between(8, 120)
    const ids = asked.map(() => `call_${this.#random.hex(12)}`)
    const calls = asked.map(({ tool, args }, at) => ({ type: 'tool_call', id: ids[at], name: tool, arguments: textOf(args) }))
    const said: Message = { role: 'assistant', parts: asked.length === 0 ? [{ type: 'text', content: text }] : calls }
    const hasMessages = this.mode === 'all' || this.mode === 'messages only'
    const messages = {
      'gen_ai.input.messages': JSON.stringify(talk?.news ?? []),
      'gen_ai.output.messages': JSON.stringify([said]),
    }
    this.#add(this.#random.hex(16), this.#parent(), 'chat gpt-4o-mini', startNs, {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.response.finish_reasons': [asked.length === 0 ? 'stop' : 'tool_call'],
      'gen_ai.usage.input_tokens': talk?.inputTokens ?? 100,
      'gen_ai.usage.output_tokens': output,
      ...(hasMessages ? messages : {}),
    })
    if (talk === undefined) return ids
    talk.news = [said]
    talk.inputTokens += output + this.#random.between(5, 200)
    return ids
  }

  #parent(): string {
    return this.#talks.at(-1)?.spanId ?? ''
  }

  #add(
    spanId: string,
    parentSpanId: string,
    name: string,
    startNs: bigint,
    attributes: Attributes,
    error: string | null = null,
  ): void {
    this.#spans.push({
      traceId: this.#traceId,
      spanId,
      parentSpanId,
      name,
      kind: 1,
      startTimeUnixNano: String(startNs),
      endTimeUnixNano: String(this.#nowNs),
      attributes: otlpAttributes(attributes),
      status: error === null ? { code: 0 } : { code: 2, message: error },
    })
  }
}

function userMessage(text: string): Message {
  return { role: 'user', parts: [{ type: 'text', content: text }] }
}

function textOf(args: unknown): string {
  return typeof args === 'string' ? args : JSON.stringify(args)
}

function otlpAttributes(attributes: Attributes): readonly object[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: otlpValue(value) }))
}

function otlpValue(value: string | number | readonly string[]): object {
  if (typeof value === 'string') return { stringValue: value }
  return typeof value === 'number' ? { intValue: String(value) } : { arrayValue: { values: value.map(otlpValue) } }
}
