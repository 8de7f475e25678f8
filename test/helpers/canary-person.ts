/**
 * Somebody whose every word can be found again: each field that holds what a person wrote, or that leads to it, holds a word of its own. Names of agents,
 * tools, models, steps and services hold none: they are the program's, they label metrics, and a deletion leaves them.
 */
import { createHash } from 'node:crypto'
import { type LogLine, type OtlpRequest, logsRequest, type SpanLine, spansRequest } from './otlp-request.ts'

export class Person {
  readonly name: string
  /** Without, nothing of theirs names a user: only the conversation holds it together. */
  readonly isKnown: boolean
  readonly #planted = new Set<string>()
  readonly #startMs: number

  constructor(name: string, options: { readonly isKnown?: boolean; readonly startMs?: number } = {}) {
    this.name = name
    this.isKnown = options.isKnown ?? true
    this.#startMs = options.startMs ?? Date.now() - 60_000
  }

  /** The word that stands in a field, and nowhere else; its end can be told from whatever follows. */
  word(field: string): string {
    const word = `canary-${this.name}-${field}X`
    this.#planted.add(word)
    return word
  }

  get planted(): readonly string[] {
    return [...this.#planted].toSorted()
  }

  get userId(): string {
    return this.word('user')
  }

  get conversationId(): string {
    return this.word('conversation')
  }

  traceId(run: string): string {
    return idOf(`${this.name} ${run}`, 32)
  }

  spanId(run: string, span: string): string {
    return idOf(`${this.name} ${run} ${span}`, 16)
  }

  /** What the resource and the spans of the beginning of a run say of whose it is. */
  #names(): Readonly<Record<string, string>> {
    return { 'gen_ai.conversation.id': this.conversationId, ...(this.isKnown && { 'user.id': this.userId }) }
  }

  /** A run in which everything is said: its calls come first and name nobody, the span that names the person comes last. */
  wholeRun(run = 'whole', atMs: number = this.#startMs): readonly OtlpRequest[] {
    const at = this.#placing(run, atMs)
    const messages = (role: string, ...parts: readonly object[]): string => JSON.stringify([{ role, parts }])
    const text = (content: string): object => ({ type: 'text', content })
    const call = at('chat', 'root', 'chat', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'gen_ai.response.id': this.word('response'),
      'gen_ai.system_instructions': JSON.stringify([text(this.word('system'))]),
      'gen_ai.input.messages': messages('user', text(this.word('prompt'))),
      'gen_ai.output.messages': messages(
        'assistant',
        { type: 'reasoning', content: this.word('thought') },
        text(this.word('answer')),
        { type: 'tool_call', id: this.word('call'), name: 'find', arguments: { what: this.word('argument') } },
      ),
      'app.note': this.word('attribute'),
    })
    const tool = at('tool', 'root', 'execute_tool find', {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'find',
      'gen_ai.tool.call.id': this.word('call'),
      'gen_ai.tool.call.arguments': JSON.stringify({ what: this.word('argument') }),
      'gen_ai.tool.call.result': JSON.stringify({ found: this.word('result') }),
    })
    const root = at('root', null, 'invoke_agent shop', {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'shop',
      'gen_ai.input.messages': messages('user', text(`Where is my parcel to ${this.word('question')}?`)),
      'gen_ai.output.messages': messages('assistant', text(`It is at ${this.word('reply')}.`)),
      'flywheel.message.id': this.word('message'),
      'langfuse.tags': [this.word('tag')],
      ...this.#names(),
    })
    const link = { traceId: idOf('elsewhere', 32), spanId: idOf('elsewhere', 16), attributes: { why: this.word('link') } }
    const events = [{ name: 'app.said', attributes: { text: this.word('event') } }]
    return [
      spansRequest([{ ...call, events, links: [link] }], { encoding: 'gzip' }),
      spansRequest([{ ...tool, traceState: `app=${this.word('state')}` }], { format: 'json' }),
      spansRequest([root], { encoding: 'zstd', resource: { 'app.session': this.word('resource') } }),
    ]
  }

  /** The next run of the conversation: the user objects, and it fails with an exception. */
  failedRun(run = 'failed', atMs: number = this.#startMs + 10_000): readonly OtlpRequest[] {
    const at = this.#placing(run, atMs)
    const failed = { code: 2, message: this.word('status') }
    const exception = {
      name: 'exception',
      attributes: {
        'exception.type': 'TimeoutError',
        'exception.message': this.word('exception'),
        'exception.stacktrace': `TimeoutError\n    at ${this.word('stack')}`,
      },
    }
    const call = at('chat', 'root', 'chat', {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'error.type': 'timeout',
    })
    const root = at('root', null, 'invoke_agent shop', {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'shop',
      'gen_ai.input.messages': JSON.stringify([
        { role: 'user', parts: [{ type: 'text', content: `No, that's wrong. ${this.word('objection')}` }] },
      ]),
      ...this.#names(),
    })
    return [
      spansRequest(
        [
          { ...call, status: failed, events: [exception] },
          { ...root, status: failed },
        ],
        { encoding: 'gzip' },
      ),
    ]
  }

  /** A short run that names the conversation and no user; `content` is its one word. */
  followUp(run = 'followup', atMs: number = this.#startMs + 20_000): readonly SpanLine[] {
    const at = this.#placing(run, atMs)
    return [
      at('root', null, 'invoke_agent shop', {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'shop',
        'gen_ai.conversation.id': this.conversationId,
        'gen_ai.input.messages': JSON.stringify([
          { role: 'user', parts: [{ type: 'text', content: `And what of ${this.word(run)}?` }] },
        ]),
      }),
      at('chat', 'root', 'chat', { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' }),
    ]
  }

  /** A run of which the span that everything is under has not come. `isNamed`: one of its spans names the person, else only the conversation. */
  openRun(
    run = 'open',
    { isNamed = true, atMs = this.#startMs }: { readonly isNamed?: boolean; readonly atMs?: number } = {},
  ): OtlpRequest {
    const at = this.#placing(run, atMs)
    return spansRequest([
      at('agent', 'root', 'invoke_agent shop', {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'shop',
        'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: this.word(run) }] }]),
        'flywheel.message.id': this.word(`${run}message`),
        'gen_ai.conversation.id': this.conversationId,
        ...(isNamed && { 'user.id': this.userId }),
      }),
      at('chat', 'agent', 'chat', { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'gpt-4o-mini' }),
    ])
  }

  /** The span that an open run waits for. */
  endOf(run = 'open', atMs: number = this.#startMs): OtlpRequest {
    return spansRequest([this.#placing(run, atMs)('root', null, 'POST /chat', { 'app.note': this.word('end') })])
  }

  /** An open run whose call came in a trace of its own as well, from the client library, which names nobody. */
  runWithStray(run: string, atMs: number = this.#startMs): readonly OtlpRequest[] {
    const call = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'gpt-4o-mini',
      'gen_ai.usage.input_tokens': 70,
      'gen_ai.usage.output_tokens': 7,
    }
    const inRun = this.#placing(run, atMs)
    const alone = this.#placing(`${run}stray`, atMs)
    const agent = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': 'shop', ...this.#names() }
    const stray = alone('chat', null, 'chat', {
      ...call,
      'gen_ai.input.messages': JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: this.word(`${run}stray`) }] }]),
    })
    return [
      spansRequest([inRun('agent', 'root', 'invoke_agent shop', agent), inRun('chat', 'agent', 'chat', call)], {
        scope: 'framework',
      }),
      spansRequest([stray], { scope: 'client' }),
    ]
  }

  /** What the whole run says in logs, and records that belong to no trace. */
  logs(run = 'whole', atMs: number = this.#startMs): readonly OtlpRequest[] {
    const traceId = this.traceId(run)
    const inRun = (span: string, line: Omit<LogLine, 'traceId' | 'spanId' | 'atMs'>): LogLine => ({
      ...line,
      traceId,
      spanId: this.spanId(run, span),
      atMs: atMs + 500,
    })
    const loose: LogLine = {
      atMs: atMs + 500,
      body: `visit by ${this.word('visit')}`,
      attributes: { page: this.word('page'), ...this.#names() },
    }
    return [
      logsRequest(
        [
          inRun('chat', { eventName: 'gen_ai.user.message', body: { content: this.word('logprompt'), role: 'user' } }),
          inRun('chat', { eventName: 'gen_ai.choice', body: { index: 0, message: { content: this.word('logchoice') } } }),
          inRun('root', { body: `looked up ${this.word('logline')}`, attributes: { 'app.query': this.word('logattribute') } }),
          inRun('root', {
            eventName: 'gen_ai.evaluation.result',
            attributes: {
              'gen_ai.evaluation.name': 'helpfulness',
              'gen_ai.evaluation.score.label': this.word('evaluation'),
              'gen_ai.evaluation.score.value': 0.25,
              'gen_ai.evaluation.explanation': this.word('explanation'),
            },
          }),
        ],
        { encoding: 'zstd' },
      ),
      logsRequest([loose], { format: 'json' }),
    ]
  }

  /** For POST /v1/feedback, with each field and each key. */
  feedback(run = 'whole'): readonly object[] {
    const by = this.isKnown ? { userId: this.userId } : {}
    return [
      {
        id: this.word('feedbackid'),
        target: { traceId: this.traceId(run), conversationId: this.conversationId },
        name: this.word('asked'),
        score: 0.2,
        label: this.word('label'),
        comment: this.word('comment'),
        correction: this.word('correction'),
        ...by,
      },
      {
        id: this.word('anonymousid'),
        target: { messageId: this.word('message') },
        rating: 'positive',
        comment: this.word('anonymous'),
      },
      {
        id: this.word('waitingid'),
        target: { conversationId: this.word('conversation'), messageId: this.word('nomessage') },
        rating: 'neutral',
        comment: this.word('waiting'),
        ...by,
      },
    ]
  }

  /** For POST /api/notes. */
  note(): object {
    return {
      kind: 'ticket',
      title: this.word('notetitle'),
      text: this.word('notetext'),
      author: { name: this.word('author'), role: 'customer' },
      userId: this.userId,
      about: { text: this.word('about'), tags: [this.word('notetag')] },
      rating: { label: this.word('noterating'), score: 1, min: 1, max: 5 },
      source: { system: 'desk', externalId: this.word('externalid'), url: `https://desk.example/${this.word('url')}` },
      quotes: [
        {
          text: this.word('quote'),
          speaker: { name: this.word('speaker'), role: 'customer' },
          links: [
            { type: 'run', id: this.traceId('whole') },
            { type: 'conversation', id: this.conversationId },
          ],
        },
      ],
    }
  }

  /** Spans of one run: where they stand in it, and when. */
  #placing(
    run: string,
    atMs: number,
  ): (span: string, parent: string | null, name: string, attributes: SpanLine['attributes']) => SpanLine {
    return (span, parent, name, attributes) => ({
      traceId: this.traceId(run),
      spanId: this.spanId(run, span),
      parentSpanId: parent === null ? '' : this.spanId(run, parent),
      name,
      startMs: span === 'root' ? atMs : atMs + 100,
      endMs: span === 'root' ? atMs + 1_000 : atMs + 900,
      attributes,
    })
  }
}

function idOf(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits)
}
