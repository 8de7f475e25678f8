/** A stand-in server for one test, and the official client pointed at it. */
import OpenAI from 'openai'
import { onTestFinished } from 'vitest'
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../../demo/model-server/server.ts'

export async function standIn(options: ModelServerOptions = {}): Promise<{ server: ModelServer; client: OpenAI }> {
  const server = await startModelServer(options)
  onTestFinished(() => server.close())
  return { server, client: new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 }) }
}

export const weatherTool: OpenAI.Chat.ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
    },
  },
}

export const question: OpenAI.Chat.ChatCompletionMessageParam = { role: 'user', content: 'What is the weather in Paris?' }

/** Posts as a client without a library would. */
export async function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json() }
}

/** The events of a stream, as names and parsed data. */
export async function events(url: string, body: object): Promise<readonly { event: string | null; data: unknown }[]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return text
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const data = /^data: (.*)$/m.exec(block)?.[1] ?? ''
      return { event: /^event: (.*)$/m.exec(block)?.[1] ?? null, data: data === '[DONE]' ? data : (JSON.parse(data) as unknown) }
    })
}
