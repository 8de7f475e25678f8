/** Agent runs as OTLP spans, planned in one line, with what is true of them: what counters have to say in the end. */
import { chat } from '../helpers/chat.ts'
import type { Message } from '../otlp/reference.ts'
import { type Parcel, parcelOf } from './parcel.ts'

export interface RunPlan {
  readonly service: string
  /** When its last span ended. */
  readonly endMs: number
  /** Model calls and as many tool calls. Default 2, which makes five spans. */
  readonly turns?: number
  /** The error that its last model call and the run end with. Default: none, the run is ok. */
  readonly error?: { readonly type: string; readonly message: string }
  /** More attributes of each model call. */
  readonly attributes?: Readonly<Record<string, string>>
}

/** What is known of runs that were sent. */
export interface Truth {
  readonly runs: number
  readonly failed: number
  readonly calls: number
  readonly toolCalls: number
  readonly spans: number
  readonly inputTokens: number
  readonly outputTokens: number
}

export interface Run {
  readonly service: string
  readonly spans: readonly Message[]
  readonly truth: Truth
}

const STEP_MS = 10
const OK = 1
const ERROR = 2

/** Makes runs whose ids and token counts follow from a seed, so that a failing test can be repeated. */
export class RunMaker {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** A number from 0 to limit - 1. */
  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((this.#state / 2 ** 32) * limit)
  }

  run(plan: RunPlan): Run {
    const turns = plan.turns ?? 2
    const traceId = this.#id(16)
    const rootId = this.#id(8)
    const startMs = plan.endMs - (2 * turns + 1) * STEP_MS
    const spans: Message[] = []
    let inputTokens = 0
    let outputTokens = 0
    const add = (name: string, attributes: Attributes, error?: RunPlan['error']): void => {
      const atMs = startMs + (spans.length + 1) * STEP_MS
      const id = { traceId, spanId: this.#id(8), parentSpanId: rootId }
      spans.push(span({ ...id, name, startMs: atMs - STEP_MS, endMs: atMs, attributes, error }))
    }
    for (let turn = 0; turn < turns; turn++) {
      const error = turn === turns - 1 ? plan.error : undefined
      const [input, output] = error === undefined ? [this.below(1_000), this.below(300)] : [0, 0]
      inputTokens += input
      outputTokens += output
      add('chat gpt-4o-mini', { ...chat(input, output), ...plan.attributes }, error)
      // Arguments differ from turn to turn: the same call again and again would be a loop.
      add('execute_tool find', {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'find',
        'gen_ai.tool.call.arguments': `{"turn":${turn}}`,
      })
    }
    const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'shop' }
    const id = { traceId, spanId: rootId, parentSpanId: '' }
    spans.push(span({ ...id, name: 'invoke_agent shop', startMs, endMs: plan.endMs, attributes: agent, error: plan.error }))
    const failed = plan.error === undefined ? 0 : 1
    const truth = { runs: 1, failed, calls: turns, toolCalls: turns, spans: spans.length, inputTokens, outputTokens }
    return { service: plan.service, spans, truth }
  }

  #id(bytes: number): string {
    return Array.from({ length: bytes }, () => this.below(256).toString(16).padStart(2, '0')).join('')
  }
}

export function sumOf(truths: readonly Truth[]): Truth {
  const sum = (read: (truth: Truth) => number): number => truths.reduce((total, truth) => total + read(truth), 0)
  return {
    runs: sum(({ runs }) => runs),
    failed: sum(({ failed }) => failed),
    calls: sum(({ calls }) => calls),
    toolCalls: sum(({ toolCalls }) => toolCalls),
    spans: sum(({ spans }) => spans),
    inputTokens: sum(({ inputTokens }) => inputTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
  }
}

/** Requests of at most so many spans, as a batching exporter makes them of the runs that end one after the other. */
export function batched(runs: readonly Run[], spansPerRequest: number): readonly Parcel[] {
  const services = [...Map.groupBy(runs, ({ service }) => service)]
  return services.flatMap(([service, ofService]) => {
    const spans = ofService.flatMap((run) => run.spans)
    const requests = Array.from({ length: Math.ceil(spans.length / spansPerRequest) }, (_, at) =>
      spans.slice(at * spansPerRequest, (at + 1) * spansPerRequest),
    )
    return requests.map((part) => tracesOf(service, part))
  })
}

/** One request with the given spans. */
export function tracesOf(service: string, spans: readonly Message[]): Parcel {
  const resource = { attributes: keyValues({ 'service.name': service }) }
  return parcelOf('traces', { resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'stack-test' }, spans }] }] })
}

type Attributes = Readonly<Record<string, string | number>>

interface SpanPlan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  readonly attributes: Attributes
  readonly error: RunPlan['error']
}

function span({ name, startMs, endMs, attributes, error, ...ids }: SpanPlan): Message {
  return {
    ...ids,
    name,
    kind: 1,
    // The parent is known to be local: the run can settle as soon as its entry span is there.
    flags: 0x101,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${endMs}000000`,
    attributes: keyValues(error === undefined ? attributes : { ...attributes, 'error.type': error.type }),
    status: error === undefined ? { code: OK } : { code: ERROR, message: error.message },
  }
}

export function keyValues(attributes: Attributes): readonly Message[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
  }))
}
