/** What the agent does for the chat page: answers, hands thumbs on, and has some of its answers judged when they are given. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { SpanContext } from '@opentelemetry/api'
import { agent, currentTraceId, withContext } from '../../src/sdk/index.ts'
import { type Support, answerCustomer } from './agent.ts'
import { ChatRequest } from './chat-request.ts'
import { passOn, Thumb } from './feedback.ts'
import { judge } from './judge.ts'
import { JUDGE } from './release.ts'

export class Desk {
  readonly #support: Support
  /** Every so many answers one is judged; 0: none. */
  readonly #judgeEvery: number
  readonly #judging = new Set<Promise<void>>()
  #answers = 0

  constructor(support: Support, judgeEvery: number) {
    this.#support = support
    this.#judgeEvery = judgeEvery
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'POST' && request.url === '/chat') return this.#chat(request, response)
    if (request.method === 'POST' && request.url === '/feedback') return takeThumb(request, response)
    response.writeHead(404).end()
  }

  /** Until what is judged has been judged. */
  async idle(): Promise<void> {
    await Promise.all(this.#judging)
  }

  async #chat(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = ChatRequest.safeParse(JSON.parse(await text(request)))
    if (!body.success) return void response.writeHead(400).end(body.error.message)
    const left = new AbortController()
    response.once('close', () => left.abort())
    const { conversationId, userId, messages } = body.data
    const say = (line: object): unknown => response.write(`${JSON.stringify(line)}\n`)
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    try {
      const { answer, span } = await withContext({ conversationId, userId }, () =>
        agent('support', async (own) => {
          say({ run: currentTraceId() })
          return { answer: await answerCustomer(this.#support, body.data, left.signal), span: own.spanContext() }
        }),
      )
      say({ answer })
      this.#answered(messages.at(-1)?.content ?? '', answer, span)
    } catch (error) {
      say({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
    }
    response.end()
  }

  #answered(question: string, answer: string, span: SpanContext): void {
    if (this.#judgeEvery === 0 || ++this.#answers % this.#judgeEvery !== 0) return
    const { client, release, retryAfterMs } = this.#support
    const { signal } = new AbortController()
    const asker = { client, fallback: release.models.fallback, userId: JUDGE, conversationId: JUDGE, signal, retryAfterMs }
    // The customer has their answer; where no verdict comes about, the trace of the judge says why.
    const judging = judge(asker, release, { question, answer, span }).catch(() => undefined)
    this.#judging.add(judging)
    void judging.finally(() => this.#judging.delete(judging))
  }
}

async function takeThumb(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = Thumb.safeParse(JSON.parse(await text(request)))
  if (!body.success) return void response.writeHead(400).end(body.error.message)
  const result = await passOn(body.data)
  response.writeHead(result.ok ? 200 : 502, { 'content-type': 'application/json' }).end(JSON.stringify(result))
}
