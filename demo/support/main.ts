/**
 * The support agent as a service. `POST /chat` answers with a JSON object a line: first the id of the run, which the chat page keeps for complaints
 * and ratings, at the end the answer or what went wrong. Start it with `--import ./demo/support/instrumentation.ts`; the official client reads
 * OPENAI_BASE_URL and OPENAI_API_KEY.
 */
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import OpenAI from 'openai'
import { agent, currentTraceId, withContext } from '../../src/sdk/index.ts'
import { type Support, answerCustomer } from './agent.ts'
import { ArticleIndex } from './articles.ts'
import { ChatRequest } from './chat-request.ts'
import { flywheel } from './instrumentation.ts'
import { releaseOf } from './release.ts'
import { Shop } from './shop.ts'

async function main(): Promise<void> {
  const support: Support = {
    // The agent tries again itself: what the client does inside of one call no trace shows.
    client: new OpenAI({ maxRetries: 0, timeout: Number(process.env['SUPPORT_TIMEOUT_MS'] ?? '8000') }),
    release: releaseOf(process.env['SUPPORT_RELEASE'] ?? '1.4.0'),
    shop: new Shop(),
    retryAfterMs: Number(process.env['SUPPORT_RETRY_AFTER_MS'] ?? '300'),
  }
  // A run of its own: what the index costs no customer has asked for.
  await agent('indexer', () => new ArticleIndex(support.client, support.release.models.embed, 'indexer').load())
  const server = createServer((request, response) => {
    chat(support, request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(Number(process.env['SUPPORT_PORT'] ?? '0'), '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server))
}

async function chat(support: Support, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body =
    request.method === 'POST' && request.url === '/chat' ? ChatRequest.safeParse(JSON.parse(await text(request))) : null
  if (body === null) return void response.writeHead(404).end()
  if (!body.success) return void response.writeHead(400).end(body.error.message)
  const left = new AbortController()
  response.once('close', () => left.abort())
  const { conversationId, userId } = body.data
  const say = (line: object): unknown => response.write(`${JSON.stringify(line)}\n`)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  try {
    const answer = await withContext({ conversationId, userId }, () =>
      agent('support', async () => {
        say({ run: currentTraceId() })
        return answerCustomer(support, body.data, left.signal)
      }),
    )
    say({ answer })
  } catch (error) {
    say({ error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) })
  }
  response.end()
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await flywheel.shutdown()
  process.exit(0)
}

await main()
