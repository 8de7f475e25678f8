/** A sender as agents are: makes runs, splits them over requests, sends each until it is acknowledged, and some again although they were. */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { chat } from '../helpers/chat.ts'

/** What a sender knows to be true of everything that was acknowledged. */
export interface Truth {
  runs: number
  calls: number
  inputTokens: number
  outputTokens: number
  toolCalls: number
  spans: number
}

interface Batch {
  readonly body: Uint8Array<ArrayBuffer>
  readonly spans: number
}

export class Client {
  readonly truth: Truth = { runs: 0, calls: 0, inputTokens: 0, outputTokens: 0, toolCalls: 0, spans: 0 }
  readonly #url: string
  readonly #random: () => number
  readonly #sent: Batch[] = []
  /** Of the runs that it made, acknowledged or not. */
  readonly traceIds: string[] = []
  /** Deliveries that were sent again after their acknowledgement. */
  repeats = 0

  constructor(url: string, random: () => number) {
    this.#url = url
    this.#random = random
  }

  /** Sends runs until told to stop; everything begun is acknowledged when it returns. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      for (const batch of this.#makeRun()) {
        await this.#deliver(batch)
        this.#sent.push(batch)
        const again = this.#sent[Math.floor(this.#random() * this.#sent.length)]
        if (again !== undefined && this.#random() < 0.3) {
          await this.#deliver(again)
          this.repeats++
        }
      }
      if (this.#sent.length > 200) this.#sent.splice(0, 100)
    }
  }

  /** Retries as an exporter does: no answer and 503 mean that the data is still ours to keep. */
  async #deliver(batch: Batch): Promise<void> {
    for (;;) {
      const status = await fetch(`${this.#url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: batch.body,
      }).then(
        async (response) => {
          await response.arrayBuffer()
          return response.status
        },
        () => 0,
      )
      if (status === 200) return
      if (status !== 0 && status !== 503) throw new Error(`unexpected answer ${status}`)
      await sleep(20)
    }
  }

  /** An agent with one to four model calls and as many tools; children may travel in another request than their parent, in any order. */
  #makeRun(): readonly Batch[] {
    const traceId = randomBytes(16).toString('hex')
    this.traceIds.push(traceId)
    const root = randomBytes(8).toString('hex')
    const startMs = Date.now()
    const spans: object[] = [
      span(traceId, root, '', 'invoke_agent shop', startMs, {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'shop',
      }),
    ]
    const turns = 1 + Math.floor(this.#random() * 4)
    for (let turn = 0; turn < turns; turn++) {
      const [input, output] = [Math.floor(this.#random() * 1_000), Math.floor(this.#random() * 300)]
      spans.push(span(traceId, randomBytes(8).toString('hex'), root, 'chat gpt-4o-mini', startMs + turn, chat(input, output)))
      spans.push(span(traceId, randomBytes(8).toString('hex'), root, 'execute_tool find', startMs + turn, tool()))
      this.truth.inputTokens += input
      this.truth.outputTokens += output
    }
    this.truth.runs += 1
    this.truth.calls += turns
    this.truth.toolCalls += turns
    this.truth.spans += spans.length
    spans.sort(() => this.#random() - 0.5)
    const cut = Math.floor(this.#random() * (spans.length + 1))
    return [spans.slice(0, cut), spans.slice(cut)].filter((part) => part.length > 0).map(toBatch)
  }
}

function tool(): Readonly<Record<string, string | number>> {
  return { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'find' }
}

function span(
  traceId: string,
  spanId: string,
  parentSpanId: string,
  name: string,
  startMs: number,
  attributes: Readonly<Record<string, string | number>>,
): object {
  return {
    traceId,
    spanId,
    parentSpanId,
    name,
    kind: 1,
    flags: 0x101,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 40}000000`,
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
    })),
  }
}

function toBatch(spans: readonly object[]): Batch {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'crash-test' } }] }
  const body = new Uint8Array(gzipSync(JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })))
  return { body, spans: spans.length }
}
