/** Receivers of spans that misbehave in one way each, and the model that the applications ask. Runs as a process of its own. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

const MODEL_MS = 5
const SLOW_MS = 10_000

const completion = JSON.stringify({
  id: 'chatcmpl-7',
  model: 'gpt-4o-mini-2024-07-18',
  choices: [
    {
      finish_reason: 'stop',
      message: { role: 'assistant', content: JSON.stringify({ intent: 'track', reason: 'asks for a parcel. '.repeat(60) }) },
    },
  ],
  usage: { prompt_tokens: 412, completion_tokens: 64 },
})

const servers: Readonly<Record<string, Server>> = {
  model: createServer((request, response) => {
    request
      .resume()
      .on('end', () => setTimeout(() => response.setHeader('content-type', 'application/json').end(completion), MODEL_MS))
  }),
  up: createServer((request, response) => request.resume().on('end', () => response.end())),
  slow: createServer((request, response) => request.resume().on('end', () => setTimeout(() => response.end(), SLOW_MS))),
  refusing: createServer((request, response) => request.resume().on('end', () => response.writeHead(503).end())),
  resetting: createServer((request) => request.socket.resetAndDestroy()),
  down: createServer(),
}

const ports: Record<string, number> = {}
for (const [name, server] of Object.entries(servers)) {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ports[name] = (server.address() as AddressInfo).port
}
// Its port stays known and nobody listens there.
servers['down']?.close()
process.send?.(ports)
process.on('disconnect', () => process.exit(0))
