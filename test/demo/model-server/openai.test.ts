/** The official openai client works against the stand-in unchanged. */
import { expect, test } from 'vitest'
import { question, standIn, weatherTool } from './setup.ts'

test('a chat without tools gets an answer, a dated model and usage that follows from the texts', async () => {
  const { client, server } = await standIn()
  const completion = await client.chat.completions.create({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hello there' }],
  })
  expect(completion).toMatchObject({
    object: 'chat.completion',
    model: 'gpt-4o-mini-2024-07-18',
    choices: [
      { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'You said: Hello there', refusal: null } },
    ],
    // 11 characters are 3 tokens, a message is 4 more; 21 characters are 6.
    usage: { prompt_tokens: 7, completion_tokens: 6, total_tokens: 13 },
  })
  expect(server.calls()).toEqual([
    {
      number: 1,
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      api: 'openai.chat',
      path: '/v1/chat/completions',
      requestModel: 'gpt-4o-mini',
      responseModel: 'gpt-4o-mini-2024-07-18',
      responseId: completion.id,
      stream: false,
      usage: { inputTokens: 7, outputTokens: 6, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
      toolCalls: [],
      finishReason: 'stop',
      status: 200,
      fault: 'none',
      label: null,
      ending: 'complete',
    },
  ])
})

test('a tool is called once after the user has spoken, then its result is used', async () => {
  const { client } = await standIn()
  const ask = { model: 'gpt-4.1', tools: [weatherTool] }
  const first = await client.chat.completions.create({ ...ask, messages: [question] })
  const [choice] = first.choices
  const call = choice?.message.tool_calls?.[0]
  expect(choice?.finish_reason).toBe('tool_calls')
  expect(call).toEqual({
    id: expect.stringMatching(/^call_/),
    type: 'function',
    function: { name: 'get_weather', arguments: '{"city":"Paris","unit":"celsius"}' },
  })
  const second = await client.chat.completions.create({
    ...ask,
    messages: [question, choice!.message, { role: 'tool', tool_call_id: call!.id, content: '{"degrees":20}' }],
  })
  expect(second.choices[0]?.message.content).toBe('Here is what I found: {"degrees":20}')
})

test('the tool that is named in the text or demanded by the request is the one that is called', async () => {
  const { client } = await standIn()
  const other = { type: 'function' as const, function: { name: 'lookup_order', parameters: { type: 'object', properties: {} } } }
  const called = async (
    content: string,
    choice: 'auto' | 'none' | { type: 'function'; function: { name: string } },
  ): Promise<unknown> => {
    const completion = await client.chat.completions.create({
      model: 'gpt-4.1',
      messages: [{ role: 'user', content }],
      tools: [weatherTool, other],
      tool_choice: choice,
    })
    const call = completion.choices[0]?.message.tool_calls?.[0]
    return call?.type === 'function' ? call.function.name : null
  }
  expect(await called('hello', 'auto')).toBe('get_weather')
  expect(await called('please use lookup_order', 'auto')).toBe('lookup_order')
  expect(await called('hello', { type: 'function', function: { name: 'lookup_order' } })).toBe('lookup_order')
  expect(await called('hello', 'none')).toBe(null)
})

test('a stream carries the same text in pieces, and usage only where it was asked for', async () => {
  const { client, server } = await standIn()
  const read = async (include: boolean): Promise<{ text: string; usage: number | null }> => {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o',
      messages: [{ role: 'user', content: 'one two three' }],
      stream: true,
      stream_options: { include_usage: include },
    })
    const got = { text: '', usage: null as number | null }
    for await (const chunk of stream) {
      got.text += chunk.choices[0]?.delta.content ?? ''
      got.usage = chunk.usage?.total_tokens ?? got.usage
    }
    return got
  }
  expect(await read(true)).toEqual({ text: 'You said: one two three', usage: 14 })
  expect(await read(false)).toEqual({ text: 'You said: one two three', usage: null })
  expect(server.calls().map((call) => call.usage?.inputTokens ?? null)).toEqual([8, null])
})

test('streamed tool calls come together again in the helper of the client', async () => {
  const { client } = await standIn()
  const stream = client.chat.completions.stream({ model: 'gpt-4o', messages: [question], tools: [weatherTool] })
  const message = await stream.finalMessage()
  expect(message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments)).toEqual([
    '{"city":"Paris","unit":"celsius"}',
  ])
})

test('an answer with a schema satisfies it', async () => {
  const { client } = await standIn()
  const schema = {
    type: 'object',
    properties: {
      kind: { $ref: '#/$defs/kind' },
      count: { type: 'integer', minimum: 3 },
      tags: { type: 'array', items: { type: 'string' }, minItems: 2 },
      note: { anyOf: [{ type: 'null' }, { type: 'string' }] },
    },
    required: ['kind', 'count', 'tags', 'note'],
    $defs: { kind: { enum: ['a', 'b'] } },
  }
  const completion = await client.chat.completions.create({
    model: 'gpt-4o',
    messages: [{ role: 'user', content: 'hi' }],
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
  })
  expect(JSON.parse(completion.choices[0]?.message.content ?? '')).toEqual({
    kind: 'a',
    count: 3,
    tags: ['hi', 'hi'],
    note: 'hi',
  })
})

test('reasoning models count their thoughts, and a dialogue with a long beginning is read from the cache', async () => {
  const { client } = await standIn()
  const reasoning = await client.chat.completions.create({ model: 'o4-mini', messages: [question], reasoning_effort: 'low' })
  expect(reasoning.usage?.completion_tokens_details?.reasoning_tokens).toBe(64)
  const cached = await client.chat.completions.create({
    model: 'gpt-4o',
    messages: [
      { role: 'system', content: 'x'.repeat(6_000) },
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: 'and now' },
    ],
  })
  // 1504 + 5 + 6 tokens stand before the last question: eleven whole blocks of 128.
  expect(cached.usage?.prompt_tokens_details?.cached_tokens).toBe(1_408)
})

test('the responses API calls functions, streams its events and remembers the dialogue', async () => {
  const { client, server } = await standIn()
  const tools = [
    { type: 'function' as const, strict: false, name: 'get_weather', parameters: { type: 'object', properties: {} } },
  ]
  const stream = client.responses.stream({ model: 'gpt-5-mini', instructions: 'Be short', input: 'Weather?', tools })
  const types: string[] = []
  stream.on('event', (event) => types.push(event.type))
  const first = await stream.finalResponse()
  expect([...new Set(types)]).toEqual([
    'response.created',
    'response.in_progress',
    'response.output_item.added',
    'response.output_item.done',
    'response.function_call_arguments.delta',
    'response.function_call_arguments.done',
    'response.completed',
  ])
  const call = first.output.find((item) => item.type === 'function_call')
  const second = await client.responses.create({
    model: 'gpt-5-mini',
    previous_response_id: first.id,
    input: [{ type: 'function_call_output', call_id: call!.call_id, output: 'sunny' }],
    tools,
  })
  expect(second).toMatchObject({
    model: 'gpt-5-mini-2025-08-07',
    status: 'completed',
    output_text: 'Here is what I found: sunny',
  })
  expect(server.calls().map((served) => [served.api, served.finishReason, served.usage?.inputTokens])).toEqual([
    ['openai.responses', 'completed', first.usage?.input_tokens],
    ['openai.responses', 'completed', second.usage?.input_tokens],
  ])
})

test('embeddings are near where words are shared, in both encodings', async () => {
  const { client } = await standIn()
  const input = ['refund of an order', 'the order was refunded', 'xylophone']
  // The client asks for base64 by itself.
  const { data, usage } = await client.embeddings.create({ model: 'text-embedding-3-small', input })
  const plain = await client.embeddings.create({ model: 'text-embedding-3-small', input, encoding_format: 'float' })
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
  const [asked, near, far] = data.map(({ embedding }) => embedding)
  expect(asked).toHaveLength(1_536)
  expect(dot(asked!, near!)).toBeGreaterThan(0.3)
  expect(Math.abs(dot(asked!, far!))).toBeLessThan(0.1)
  expect(plain.data[0]?.embedding[0]).toBeCloseTo(asked![0]!, 6)
  expect(usage).toEqual({ prompt_tokens: 14, total_tokens: 14 })
})

test('a script decides about each call and its label comes back in the record', async () => {
  const { client, server } = await standIn({
    script: (request) =>
      request.model === 'gpt-4o'
        ? { text: 'as told', model: 'gpt-4o-2025-01-01', usage: { inputTokens: 9 }, label: 'run 1' }
        : null,
  })
  const told = await client.chat.completions.create({ model: 'gpt-4o', messages: [question] })
  const free = await client.chat.completions.create({ model: 'gpt-4.1', messages: [question] })
  expect([told.model, told.choices[0]?.message.content, told.usage?.prompt_tokens]).toEqual(['gpt-4o-2025-01-01', 'as told', 9])
  expect(free.choices[0]?.message.content).toBe('You said: What is the weather in Paris?')
  expect(server.calls().map((call) => call.label)).toEqual(['run 1', null])
})

test('the truth can be read and cleared over HTTP, and the models are listed', async () => {
  const { client, server } = await standIn()
  await client.chat.completions.create({ model: 'gpt-4o', messages: [question] })
  const read = async (method: string): Promise<unknown> => (await fetch(`${server.url}/stand-in/calls`, { method })).json()
  expect(await read('GET')).toEqual({ calls: server.calls(), forgotten: 0 })
  expect(await read('DELETE')).toEqual({ calls: [], forgotten: 0 })
  expect(server.calls()).toEqual([])
  expect((await client.models.list()).data.map((model) => model.id)).toContain('gpt-4o-mini')
})

test('what a provider refuses is refused here too', async () => {
  const { client } = await standIn()
  await expect(client.chat.completions.create({ model: '', messages: [question] })).rejects.toMatchObject({ status: 400 })
  await expect(client.chat.completions.create({ model: 'gpt-4o', messages: [question], n: 2 })).rejects.toMatchObject({
    status: 400,
    message: '400 expected n = 1, got 2: this stand-in gives one choice',
  })
  await expect(client.files.list()).rejects.toMatchObject({ status: 404 })
})
