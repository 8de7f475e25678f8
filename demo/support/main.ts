/**
 * The support agent as a service. `POST /chat` answers with a JSON object a line: first the id of the run, which the chat page keeps for complaints
 * and ratings, at the end the answer or what went wrong. `POST /feedback` takes the thumbs below the answers. Start it
 * with `--import ./demo/support/instrumentation.ts`; the official client reads OPENAI_BASE_URL and OPENAI_API_KEY.
 */
import { type Server, createServer } from 'node:http'
import OpenAI from 'openai'
import { agent } from '../../src/sdk/index.ts'
import type { Support } from './agent.ts'
import { ArticleIndex } from './articles.ts'
import { Desk } from './desk.ts'
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
  const desk = new Desk(support, Number(process.env['SUPPORT_JUDGE_EVERY'] ?? '10'))
  const server = createServer((request, response) => {
    desk.serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  server.listen(Number(process.env['SUPPORT_PORT'] ?? '0'), '127.0.0.1', () => {
    const address = server.address()
    if (typeof address === 'object' && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
  })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, desk))
}

async function stop(server: Server, desk: Desk): Promise<void> {
  server.closeAllConnections()
  server.close()
  await desk.idle()
  await flywheel.shutdown()
  process.exit(0)
}

await main()
