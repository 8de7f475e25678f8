/** Every fault is what the official client really sees, and the record says the same. */
import type OpenAI from 'openai'
import { expect, test } from 'vitest'
import { faults } from '../../../demo/model-server/faults.ts'
import { question, standIn, weatherTool } from './setup.ts'

type Seen = Record<string, unknown>

/** What the client sees of a call with a fault: an error's class, status and code, or the choice. */
async function seen(
  client: OpenAI,
  fault: string,
  body: Partial<OpenAI.Chat.ChatCompletionCreateParamsNonStreaming> = {},
): Promise<Seen> {
  try {
    const completion = await client.chat.completions.create(
      { model: 'gpt-4o', messages: [question], ...body },
      { headers: { 'x-stand-in': fault }, timeout: /^(timeout|slow)/.test(fault) ? 300 : 20_000 },
    )
    const [choice] = completion.choices
    const call = choice?.message.tool_calls?.[0]
    return {
      finish: choice?.finish_reason,
      text: choice?.message.content ?? choice?.message.refusal,
      ...(call?.type === 'function' ? { call: `${call.function.name} ${call.function.arguments}` } : {}),
      ...(completion.usage === undefined ? { usage: 'none' } : {}),
    }
  } catch (error) {
    const { constructor, status, code } = error as { constructor: { name: string }; status?: number; code?: string | null }
    return { error: constructor.name, ...(status === undefined ? {} : { status }), ...(code == null ? {} : { code }) }
  }
}

const errors: readonly (readonly [fault: string, expected: Seen])[] = [
  ['rate_limit', { error: 'RateLimitError', status: 429, code: 'rate_limit_exceeded' }],
  ['server_error', { error: 'InternalServerError', status: 500 }],
  ['unavailable', { error: 'InternalServerError', status: 503 }],
  ['overloaded', { error: 'InternalServerError', status: 529 }],
  ['auth_error', { error: 'AuthenticationError', status: 401, code: 'invalid_api_key' }],
  ['context_length', { error: 'BadRequestError', status: 400, code: 'context_length_exceeded' }],
  ['content_filter_error', { error: 'BadRequestError', status: 400, code: 'content_filter' }],
  ['timeout', { error: 'APIConnectionTimeoutError' }],
  ['slow; ms=2000', { error: 'APIConnectionTimeoutError' }],
  ['reset', { error: 'APIConnectionError' }],
  ['stream_break', { error: 'TypeError' }],
  ['stream_error', { error: 'InternalServerError', status: 500 }],
]

test.each(errors)('%s reaches the client as its error', async (fault, expected) => {
  const { client } = await standIn()
  expect(await seen(client, fault)).toEqual(expected)
})

const answers: readonly (readonly [fault: string, expected: Seen])[] = [
  ['length', { finish: 'length', text: 'You said: What is the we' }],
  ['content_filter', { finish: 'content_filter', text: 'You said: What is t' }],
  ['refusal', { finish: 'stop', text: "I'm sorry, but I can't help with that request." }],
  ['empty', { finish: 'stop', text: '' }],
  ['no_usage', { finish: 'stop', text: 'You said: What is the weather in Paris?', usage: 'none' }],
]

test.each(answers)('%s is an answer that is not right', async (fault, expected) => {
  const { client } = await standIn()
  expect(await seen(client, fault)).toEqual(expected)
})

const json = '{"answer":"You said: What is the weather in Paris?"}'
const badJson: readonly (readonly [fault: string, text: string])[] = [
  ['json_truncated', json.slice(0, 32)],
  ['json_trailing_comma', json.replace('}', ',}')],
  ['json_fenced', `\`\`\`json\n${json}\n\`\`\``],
  ['json_prose', `Sure, here is the result:\n\n${json}\n\nLet me know if you need anything else.`],
  ['schema_violation', '{"answer":{"value":"You said: What is the weather in Paris?"}}'],
]

test.each(badJson)('%s spoils an answer that should be JSON', async (fault, text) => {
  const { client } = await standIn()
  expect(await seen(client, fault, { response_format: { type: 'json_object' } })).toEqual({ finish: 'stop', text })
})

const badCalls: readonly (readonly [fault: string, call: string])[] = [
  ['arguments_no_json', 'get_weather {"city":"Paris","uni'],
  ['arguments_violate_schema', 'get_weather {"city":{"value":"Paris"},"unit":{"value":"celsius"}}'],
  ['unknown_tool', 'get_weather_details {"city":"Paris","unit":"celsius"}'],
]

test.each(badCalls)('%s spoils a tool call', async (fault, call) => {
  const { client } = await standIn()
  expect(await seen(client, fault, { tools: [weatherTool] })).toMatchObject({ finish: 'tool_calls', call })
})

test('loop and ping_pong go on calling tools, whatever the results', async () => {
  const { client } = await standIn()
  const tools = [weatherTool, { type: 'function' as const, function: { name: 'get_time', parameters: {} } }]
  const calls = async (fault: string): Promise<readonly string[]> => {
    const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [question]
    const names: string[] = []
    for (let round = 0; round < 4; round++) {
      const { choices } = await client.chat.completions.create(
        { model: 'gpt-4o', messages, tools },
        { headers: { 'x-stand-in': fault } },
      )
      const message = choices[0]!.message
      const call = message.tool_calls![0]!
      if (call.type === 'function') names.push(call.function.name)
      messages.push(message, { role: 'tool', tool_call_id: call.id, content: 'same' })
    }
    return names
  }
  expect(await calls('loop')).toEqual(['get_weather', 'get_weather', 'get_weather', 'get_weather'])
  expect(await calls('ping_pong')).toEqual(['get_weather', 'get_time', 'get_weather', 'get_time'])
})

test.each([
  ['stream_break', 'terminated', 'broken'],
  ['stream_error', 'The server had an error while processing your request. Sorry about that!', 'complete'],
])('a stream with %s begins well and ends with an error', async (fault, message, ending) => {
  const { client, server } = await standIn()
  const stream = await client.chat.completions.create(
    { model: 'gpt-4o', messages: [question], stream: true },
    { headers: { 'x-stand-in': fault } },
  )
  const read = async (): Promise<void> => {
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? ''
  }
  let text = ''
  await expect(read()).rejects.toThrow(message)
  expect('You said: What is the weather in Paris?'.startsWith(text) && text.length > 5).toBe(true)
  expect(server.calls()).toMatchObject([{ fault, ending, status: 200, usage: null, finishReason: null }])
})

test('a stream that stalls says nothing more until the client leaves', async () => {
  const { client, server } = await standIn()
  const leave = new AbortController()
  const stream = await client.chat.completions.create(
    { model: 'gpt-4o', messages: [question], stream: true },
    { headers: { 'x-stand-in': 'stream_stall' }, signal: leave.signal },
  )
  let chunks = 0
  for await (const chunk of stream) {
    chunks++
    if (chunk.choices[0]?.delta.content?.includes('What') === true) leave.abort()
  }
  expect(chunks).toBeGreaterThan(2)
  await expect.poll(() => server.calls()).toMatchObject([{ fault: 'stream_stall', ending: 'left', usage: null }])
})

test('a fault can be limited to some calls, and shape no more than the usage', async () => {
  const { client } = await standIn()
  const statuses: unknown[] = []
  for (let call = 0; call < 4; call++) statuses.push((await seen(client, 'rate_limit; after=1; times=2'))['status'] ?? 200)
  expect(statuses).toEqual([200, 429, 429, 200])
  const completion = await client.chat.completions.create(
    { model: 'gpt-4o', messages: [question] },
    { headers: { 'x-stand-in': 'none; cache-read=64; reasoning=20' } },
  )
  expect(completion.usage).toMatchObject({
    prompt_tokens: 65,
    prompt_tokens_details: { cached_tokens: 64 },
    completion_tokens: 30,
    completion_tokens_details: { reasoning_tokens: 20 },
  })
})

test('the client waits as long as retry-after says', async () => {
  const { client } = await standIn()
  const error = await client.chat.completions
    .create({ model: 'gpt-4o', messages: [question] }, { headers: { 'x-stand-in': 'rate_limit; retry-after=7' } })
    .catch((caught: unknown) => caught as { headers: Headers })
  expect((error as { headers: Headers }).headers.get('retry-after')).toBe('7')
})

test('a fault for all calls is set and ended over HTTP; the header of a call goes before it', async () => {
  const { client, server } = await standIn({ fault: 'auth_error' })
  const status = async (fault?: string): Promise<unknown> => (await seen(client, fault ?? 'none'))['status'] ?? 200
  const plain = async (): Promise<unknown> =>
    client.chat.completions.create({ model: 'gpt-4o', messages: [question] }).then(
      () => 200,
      (error: unknown) => (error as { status: number }).status,
    )
  expect([await plain(), await status('none'), await status('rate_limit')]).toEqual([401, 200, 429])
  await fetch(`${server.url}/stand-in/fault`, { method: 'PUT', body: 'unavailable; times=1' })
  expect([await plain(), await plain()]).toEqual([503, 200])
  const wrong = await fetch(`${server.url}/stand-in/fault`, { method: 'PUT', body: 'nonsense' })
  expect([wrong.status, await wrong.text()]).toEqual([
    400,
    expect.stringContaining(`expected one of ${Object.keys(faults).join(', ')}`),
  ])
})
