import { gzipSync } from 'node:zlib'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createAuth } from '../../src/web/auth.ts'
import { formOf } from '../../src/web/form.ts'
import { createGuards } from '../../src/web/guards.ts'
import { jsonOf } from '../../src/web/json-body.ts'
import { openApiRoute } from '../../src/web/openapi.ts'
import { createSite } from '../../src/web/pages/site.ts'
import { problemHandler } from '../../src/web/problem.ts'
import { type Route, sendJson, serve } from '../../src/web/route.ts'
import { NOW_MS, webOptions } from './fixtures.ts'

const note = z.strictObject({
  id: z.string().max(5),
  stars: z.int().min(1).max(5).optional(),
  role: z.enum(['user', 'team']).default('user'),
  about: z.union([z.strictObject({ run: z.string() }), z.array(z.string())]).optional(),
})
const answers = { 200: { description: 'It again.', contentType: 'application/json' } }
const routes: readonly Route[] = [
  {
    method: 'post',
    takes: 'json',
    path: '/notes',
    summary: 'Takes a note.',
    body: note,
    maxBytes: 200,
    answers,
    handle: (request, response) => sendJson(response, jsonOf(request, note)),
  },
  { method: 'delete', takes: 'json', path: '/notes/:id', summary: '', answers, handle: (_, response) => sendJson(response, {}) },
  {
    method: 'post',
    path: '/both',
    summary: 'As a form.',
    body: z.object({ id: z.string() }),
    isFromAnywhere: true,
    answers,
    handle: (request, response) => sendJson(response, { form: formOf(request) }),
  },
  {
    method: 'post',
    takes: 'json',
    path: '/both',
    summary: 'As JSON.',
    body: note,
    isFromAnywhere: true,
    cors: { origins: new Set(['https://shop.example']), setting: 'THE_SETTING' },
    answers,
    handle: (request, response) => sendJson(response, { json: jsonOf(request, note) }),
  },
]

type Ask = (path: string, init?: RequestInit) => Promise<Response>

async function serving(apiToken: string | null = null): Promise<Ask> {
  const site = createSite({ publicUrl: webOptions.publicUrl, grafanaUrl: null, version: '0.1.0' })
  const auth = createAuth({ apiToken, site, nowMs: () => NOW_MS })
  const app = express()
  app.use(auth.identify)
  const description = openApiRoute({ routes, openRoutes: routes, version: '1', publicUrl: webOptions.publicUrl })
  serve(app, [...routes, description], createGuards(webOptions.publicUrl))
  app.use(problemHandler(() => undefined))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

const json = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

const problem = async (response: Response): Promise<unknown> => {
  const { status, detail, errors } = (await response.json()) as { status: number; detail: string; errors?: unknown }
  return errors === undefined ? [status, detail] : [status, detail, errors]
}

describe('a route that takes JSON', () => {
  test('hands over what the schema made of the body', async () => {
    const ask = await serving()
    const answer = await ask('/notes', json({ id: 'n1', stars: 4 }))
    expect([answer.status, await answer.json()]).toEqual([200, { id: 'n1', stars: 4, role: 'user' }])
    const zipped = await ask('/notes', {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', 'content-encoding': 'gzip' },
      body: gzipSync('{"id":"ü"}'),
    })
    expect(await zipped.json()).toEqual({ id: 'ü', role: 'user' })
  })

  test('names every wrong field with what was expected and what came', async () => {
    const ask = await serving()
    const body = { id: 7, stars: 9, role: 'boss', about: { run: 1 }, else: true }
    expect(await problem(await ask('/notes', json(body)))).toEqual([
      422,
      'Wrong fields: id, stars, role, about.run, else.',
      [
        { field: 'id', expected: 'string', received: '7' },
        { field: 'stars', expected: 'number to be <=5', received: '9' },
        { field: 'role', expected: 'one of "user"|"team"', received: 'boss' },
        { field: 'about.run', expected: 'string', received: '1' },
        { field: 'else', expected: 'no such field', received: 'true' },
      ],
    ])
  })

  test.each<[unknown, string, string | null]>([
    ['[]', 'object', '[]'],
    ['null', 'object', 'null'],
    ['"text"', 'object', 'text'],
    ['{"__proto__":{"id":"x"}}', 'string', null],
  ])('says of the body %s that it is the wrong thing', async (body, expected, received) => {
    const ask = await serving()
    const [status, , errors] = (await problem(await ask('/notes', json(body)))) as [number, string, unknown[]]
    expect([status, errors[0]]).toEqual([422, { field: body === '{"__proto__":{"id":"x"}}' ? 'id' : 'body', expected, received }])
  })

  test.each<[string, RequestInit, number, RegExp]>([
    ['no JSON', json('{"id":'), 400, /^The body is not JSON: /],
    [
      'another type',
      { ...json({}), headers: { 'content-type': 'text/plain' } },
      415,
      /^Expected Content-Type: application\/json, got text\/plain\.$/,
    ],
    ['no type at all', { method: 'POST' }, 415, /got none\.$/],
    ['a form', { method: 'POST', body: new URLSearchParams({ id: 'x' }) }, 415, /got application\/x-www-form-urlencoded/],
    ['too much', json({ id: 'x'.repeat(300) }), 413, /^Expected at most 200 bytes of JSON\.$/],
    [
      'too much once inflated',
      { ...json({}, { 'content-encoding': 'gzip' }), body: gzipSync(JSON.stringify('x'.repeat(9_000))) },
      413,
      /200 bytes/,
    ],
    ['an unknown encoding', json({}, { 'content-encoding': 'compress' }), 415, /compressed with gzip/],
    ['an unknown charset', json({}, { 'content-type': 'application/json; charset=latin1' }), 415, /UTF-8/],
  ])('refuses %s', async (_, init, status, detail) => {
    const ask = await serving()
    const [answered, said] = (await problem(await ask('/notes', init))) as [number, string]
    expect([answered, said]).toEqual([status, expect.stringMatching(detail)])
  })
})

describe('a page of another site', () => {
  const foreign = { origin: 'https://evil.example' }

  test.each([{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, foreign, { origin: 'null' }])(
    'cannot use what lets a visitor in: %j',
    async (headers) => {
      const ask = await serving()
      expect((await ask('/notes', json({ id: 'n1' }, headers))).status).toBe(403)
      expect((await ask('/notes/n1', { method: 'DELETE', headers })).status).toBe(403)
    },
  )

  test.each([{}, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }, { origin: webOptions.publicUrl }])(
    'is none when it is ours or a program: %j',
    async (headers: Record<string, string>) => {
      const ask = await serving()
      expect((await ask('/notes', json({ id: 'n1' }, headers))).status).toBe(200)
      expect((await ask('/notes/n1', { method: 'DELETE', headers })).status).toBe(200)
    },
  )

  test('with a bearer token of its own is a program', async () => {
    const ask = await serving('the-token-of-the-api')
    const authorization = 'Bearer the-token-of-the-api'
    expect((await ask('/notes', json({ id: 'n1' }, { ...foreign, authorization }))).status).toBe(200)
    expect((await ask('/notes', json({ id: 'n1' }, { ...foreign, authorization: 'Bearer x' }))).status).toBe(403)
  })
})

describe('a path for other sites, as a form and as JSON', () => {
  const shop = 'https://shop.example'
  const corsOf = ({ headers }: Response): Record<string, string | null> =>
    Object.fromEntries(
      ['access-control-allow-origin', 'access-control-allow-methods', 'access-control-allow-credentials', 'vary'].map((name) => [
        name,
        headers.get(name),
      ]),
    )

  test('the type of the body decides who handles it', async () => {
    const ask = await serving()
    const form = await ask('/both', { method: 'POST', body: new URLSearchParams({ id: 'x' }) })
    expect(await form.json()).toEqual({ form: { id: 'x' } })
    expect(await (await ask('/both', json({ id: 'x' }))).json()).toEqual({ json: { id: 'x', role: 'user' } })
    expect((await ask('/both', { method: 'POST', body: 'id=x', headers: { 'content-type': 'text/plain' } })).status).toBe(415)
  })

  test('a listed site may ask and read the answer, without cookies', async () => {
    const ask = await serving()
    const before = await ask('/both', { method: 'OPTIONS', headers: { origin: shop, 'access-control-request-method': 'POST' } })
    expect([before.status, corsOf(before)]).toEqual([
      204,
      {
        'access-control-allow-origin': shop,
        'access-control-allow-methods': 'POST',
        'access-control-allow-credentials': null,
        vary: 'Origin',
      },
    ])
    expect(corsOf(await ask('/both', json({ id: 'x' }, { origin: shop })))['access-control-allow-origin']).toBe(shop)
  })

  test('another site is told which setting would let it', async () => {
    const ask = await serving()
    const before = await ask('/both', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect(corsOf(before)['access-control-allow-origin']).toBeNull()
    expect(await problem(before)).toEqual([403, 'Pages of https://evil.example may not ask here: add it to THE_SETTING.'])
    const answer = await ask('/both', json({ id: 'x' }, { origin: 'https://evil.example' }))
    expect(corsOf(answer)['access-control-allow-origin']).toBeNull()
  })

  test('the other methods are 405, and OPTIONS is one of those of paths without CORS', async () => {
    const ask = await serving()
    const put = await ask('/both', { method: 'PUT' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
    const options = await ask('/notes', { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([405, 'POST'])
  })
})

test('openapi.json describes the bodies', async () => {
  const ask = await serving()
  interface Operation {
    readonly summary: string
    readonly requestBody?: unknown
    readonly responses: Record<string, unknown>
  }
  const { paths } = (await (await ask('/openapi.json')).json()) as { paths: Record<string, Record<string, Operation>> }
  const both = paths['/both']!['post']!
  expect([both.summary, Object.keys(both.responses)]).toEqual(['As a form. As JSON.', ['200', '400', '413', '415', '422', '500']])
  expect(both.requestBody).toMatchObject({
    required: true,
    content: {
      'application/x-www-form-urlencoded': { schema: { type: 'object', required: ['id'] } },
      'application/json': { schema: { type: 'object', required: ['id'], additionalProperties: false } },
    },
  })
  expect(paths['/notes/{id}']!['delete']!.requestBody).toBeUndefined()
})
