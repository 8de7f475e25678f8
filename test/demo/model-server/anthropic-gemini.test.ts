/** The wires of Anthropic and Gemini, as their clients read them. */
import { expect, test } from 'vitest'
import { events, post, standIn } from './setup.ts'

const claudeTool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
}

test('Anthropic: a tool is used, and the answer takes up its result', async () => {
  const { server } = await standIn()
  const ask = { model: 'claude-sonnet-4-5', max_tokens: 100, tools: [claudeTool] }
  const question = { role: 'user', content: 'Weather in Rome?' }
  const first = await post(`${server.url}/v1/messages`, { ...ask, messages: [question] })
  expect(first).toEqual({
    status: 200,
    body: {
      id: expect.stringMatching(/^msg_/),
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content: [{ type: 'tool_use', id: expect.stringMatching(/^call_/), name: 'get_weather', input: { city: 'Rome' } }],
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: expect.objectContaining({ input_tokens: 45, output_tokens: 11, cache_read_input_tokens: 0 }),
    },
  })
  const { content } = first.body as { content: readonly { id: string }[] }
  const result = { role: 'user', content: [{ type: 'tool_result', tool_use_id: content[0]!.id, content: 'sunny' }] }
  const second = await post(`${server.url}/v1/messages`, { ...ask, messages: [question, { role: 'assistant', content }, result] })
  expect(second.body).toMatchObject({
    content: [{ type: 'text', text: 'Here is what I found: sunny' }],
    stop_reason: 'end_turn',
  })
})

test('Anthropic: what is to be cached is written first and read later, beside the input', async () => {
  const { server } = await standIn()
  const system = [{ type: 'text', text: 'x'.repeat(400), cache_control: { type: 'ephemeral' } }]
  const body = { model: 'claude-sonnet-4-5', max_tokens: 100, system }
  const usageOf = async (messages: object[]): Promise<unknown> =>
    ((await post(`${server.url}/v1/messages`, { ...body, messages })).body as { usage: object }).usage
  expect(await usageOf([{ role: 'user', content: 'one' }])).toMatchObject({
    input_tokens: 5,
    cache_creation_input_tokens: 104,
    cache_read_input_tokens: 0,
  })
  const dialogue = [
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
    { role: 'user', content: 'three' },
  ]
  expect(await usageOf(dialogue)).toMatchObject({
    input_tokens: 16,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 104,
  })
  expect(server.calls().map((call) => call.usage)).toEqual([
    { inputTokens: 109, outputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 104, reasoningTokens: 0 },
    { inputTokens: 120, outputTokens: 4, cacheReadTokens: 104, cacheWriteTokens: 0, reasoningTokens: 0 },
  ])
})

test('Anthropic: the stream has its events in the order of the API', async () => {
  const { server } = await standIn()
  const body = { model: 'claude-haiku-4-5', max_tokens: 100, stream: true, messages: [{ role: 'user', content: 'hi' }] }
  const stream = await events(`${server.url}/v1/messages`, body)
  expect(stream.map(({ event }) => event)).toEqual([
    'message_start',
    'ping',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  expect(stream.at(-2)?.data).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 5, output_tokens: 3 } })
})

test('Anthropic: tokens are counted without an answer, and errors look like theirs', async () => {
  const { server } = await standIn()
  const body = { model: 'claude-sonnet-4-5', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }] }
  expect(await post(`${server.url}/v1/messages/count_tokens`, body)).toEqual({ status: 200, body: { input_tokens: 5 } })
  expect(await post(`${server.url}/v1/messages`, body, { 'x-stand-in': 'overloaded' })).toEqual({
    status: 529,
    body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req_stand_in' },
  })
  const refused = await post(`${server.url}/v1/messages`, body, { 'x-stand-in': 'refusal' })
  expect(refused.body).toMatchObject({ stop_reason: 'refusal' })
})

const geminiBody = {
  contents: [{ role: 'user', parts: [{ text: 'Weather in Rome?' }] }],
  tools: [
    {
      functionDeclarations: [
        { name: 'get_weather', parameters: { type: 'OBJECT', properties: { city: { type: 'STRING' } }, required: ['city'] } },
      ],
    },
  ],
}

test('Gemini: a function is called, and thoughts are counted beside the candidates', async () => {
  const { server } = await standIn()
  const url = `${server.url}/v1beta/models/gemini-2.5-flash:generateContent`
  const thinking = { ...geminiBody, generationConfig: { thinkingConfig: { thinkingBudget: 100 } } }
  expect(await post(url, thinking)).toEqual({
    status: 200,
    body: {
      candidates: [
        {
          content: { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: { city: 'Rome' } } }] },
          finishReason: 'STOP',
          index: 0,
        },
      ],
      usageMetadata: expect.objectContaining({
        promptTokenCount: 45,
        candidatesTokenCount: 11,
        thoughtsTokenCount: 192,
        totalTokenCount: 248,
      }),
      modelVersion: 'gemini-2.5-flash',
      responseId: expect.any(String),
    },
  })
  expect(server.calls()[0]).toMatchObject({
    requestModel: 'gemini-2.5-flash',
    usage: { outputTokens: 203, reasoningTokens: 192 },
  })
})

test('Gemini: streams come as events or as one array, errors with their status', async () => {
  const { server } = await standIn()
  const base = `${server.url}/v1beta/models/gemini-2.5-flash`
  const body = { contents: geminiBody.contents }
  const stream = await events(`${base}:streamGenerateContent?alt=sse`, body)
  const texts = (chunks: readonly unknown[]): string =>
    chunks
      .map((chunk) => (chunk as { candidates: [{ content: { parts: [{ text: string }] } }] }).candidates[0].content.parts[0].text)
      .join('')
  expect(texts(stream.map(({ data }) => data))).toBe('You said: Weather in Rome?')
  const array = await post(`${base}:streamGenerateContent`, body)
  expect(texts(array.body as unknown[])).toBe('You said: Weather in Rome?')
  expect(await post(`${base}:generateContent`, body, { 'x-stand-in': 'rate_limit' })).toEqual({
    status: 429,
    body: { error: { code: 429, message: 'Resource has been exhausted (e.g. check quota).', status: 'RESOURCE_EXHAUSTED' } },
  })
})
