import { describe, expect, test } from 'vitest'
import { NoteDesk } from '../../src/notes/desk.ts'
import { feedbackToken } from '../../src/sdk/feedback-link.ts'
import { createWebApp, type WebOptions } from '../../src/web/app.ts'
import { healthSchema, problemSchema } from '../../src/web/schemas.ts'
import { TRACE, problemOf, started, storeWith, webOptions } from './fixtures.ts'
import { cookieOf, navigation, visiting } from './visitor.ts'

const token = 'a-token-of-enough-characters'
const ingestToken = 'another-token-of-enough-characters'
const secret = 'a-secret-that-signs-feedback-links-0123456789'
/** Everything switched on, as in a real processor. */
const whole: WebOptions = {
  ...webOptions,
  feedbackSecrets: [secret],
  notes: new NoteDesk({
    store: webOptions.store.notes,
    feedback: webOptions.desk,
    redaction: { text: (text) => text, name: (name) => name },
    nowMs: () => 0,
    onFault: () => {},
  }),
  deletions: { request: () => Promise.reject(new Error('unused')), find: () => Promise.resolve(null) },
}
const routes = createWebApp(whole).router.stack.flatMap((layer) => (layer.route === undefined ? [] : [layer.route.path]))
const paths = [...new Set(routes)]
/** They hold no data, and whoever is not logged in needs them. */
const openPaths = [
  '/healthz',
  '/readyz',
  '/runbook',
  '/login',
  '/logout',
  '/assets/feedback.css',
  '/assets/flywheel.css',
  '/assets/review.css',
  '/assets/flywheel.js',
  '/assets/keys.js',
  '/assets/icon.svg',
  '/f/:token',
  '/widget.js',
]
/** Whoever may send spans may send these. */
const sentPaths = [
  '/v1/feedback',
  '/v1/feedback/:id',
  '/api/public/scores',
  '/api/public/scores/:id',
  '/api/public/ingestion',
  '/api/public/health',
  '/api/public/projects',
]
const lockedPaths = paths.filter((path) => !openPaths.includes(path) && !sentPaths.includes(path))

/** As openapi.json spells it. */
function isSent(path: string): boolean {
  return sentPaths.includes(path.replaceAll(/\{(\w+)\}/g, ':$1'))
}

function urlOf(path: string): string {
  return path.replace(':traceId', TRACE).replace(':id', 'c1').replace(':name', 'x')
}

describe('the lock', () => {
  test('the table of routes is what the next tests walk', () => {
    expect(paths).toEqual([
      ...openPaths,
      ...sentPaths,
      '/metrics',
      '/api/runs',
      '/api/runs/:traceId',
      '/api/conversations/:id',
      '/api/feedback',
      '/api/notes/import',
      '/api/notes',
      '/api/notes/:id',
      '/api/notes/:id/links',
      '/api/deletions',
      '/api/deletions/:id',
      '/api/audit',
      '/',
      '/live/events',
      '/runs',
      '/runs/:traceId',
      '/runs/:traceId/keep',
      '/conversations/:id',
      '/notes',
      '/notes/new',
      '/notes/:id',
      '/notes/:id/links',
      '/notes/:id/delete',
      '/feedback',
      '/instrument',
      '/instrument/:name',
      '/openapi.json',
    ])
  })

  test.each([...lockedPaths, '/unknown', '/HEALTHZ', '/healthz/'])('%s needs the token, for every method', async (path) => {
    const get = await started({ ...whole, apiToken: token })
    const url = urlOf(path)
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
      const response = await get(url, { method })
      expect([method, response.status]).toEqual([method, 401])
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="flywheel"')
    }
    const wrong = await get(url, { headers: { authorization: `Bearer ${token}x` } })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer realm="flywheel", error="invalid_token"')
    expect((await get(url, { headers: { authorization: `bearer  ${token}` } })).status).not.toBe(401)
  })

  test.each([...lockedPaths, '/unknown', '//evil.example/a', '/login/'])('%s leads a browser to the login', async (path) => {
    const ask = await visiting({ ...whole, apiToken: token })
    const url = `${urlOf(path)}?a=1`
    const { status, headers } = await ask(url, { headers: navigation })
    expect([status, headers.location]).toEqual([303, `/login?next=${encodeURIComponent(url)}`])
  })

  test.each(openPaths.filter((path) => path !== '/logout'))('%s is open', async (path) => {
    const get = await started({ ...whole, apiToken: token })
    const link = feedbackToken({ target: { traceId: TRACE } }, { secret }) ?? ''
    expect((await get(path.replace(':token', link))).status).toBe(200)
  })

  test.each(sentPaths)('%s needs a token that sends or reads, for every method', async (path) => {
    const get = await started({ ...whole, apiToken: token, ingestToken })
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'])
      expect([method, (await get(urlOf(path), { method })).status]).toEqual([method, 401])
    for (const sent of [token, ingestToken])
      expect((await get(urlOf(path), { headers: { authorization: `Bearer ${sent}` } })).status).not.toBe(401)
  })

  test('no form of any route is taken without the secret of our pages, or from another site', async () => {
    const ask = await visiting({ ...whole, apiToken: token })
    const description = JSON.parse((await ask('/openapi.json', { headers: { authorization: `Bearer ${token}` } })).body) as {
      paths: Record<string, object>
    }
    const forms = Object.entries(description.paths).flatMap(([path, methods]) => ('post' in methods ? [path] : []))
    const isJson = (path: string): boolean => path.startsWith('/api/') || path.startsWith('/v1/')
    // Who follows a link has no cookie of ours: the signed token in its address is all that counts.
    expect(forms.filter((path) => !isJson(path))).toEqual([
      '/login',
      '/logout',
      '/f/{token}',
      '/runs/{traceId}/keep',
      '/notes/new',
      '/notes/{id}/links',
      '/notes/{id}/delete',
    ])
    const cookie = await cookieOf(ask, token)
    for (const path of forms.filter((form) => isJson(form) && !isSent(form))) {
      const headers = { cookie, 'content-type': 'application/json', 'sec-fetch-site': 'cross-site' }
      const { status } = await ask(path.replaceAll(/\{\w+\}/g, 'x'), { method: 'POST', headers })
      expect([path, status]).toEqual([path, 403])
    }
    for (const path of forms.filter((form) => !isJson(form) && form !== '/f/{token}')) {
      const url = path.replaceAll(/\{\w+\}/g, 'x')
      expect([path, (await ask(url, { method: 'POST', headers: { cookie }, form: { csrf: 'x' } })).status]).toEqual([path, 403])
      const foreign = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' }
      // Without a session the lock comes first.
      const { status } = await ask(url, { method: 'POST', headers: { ...foreign, cookie }, form: {} })
      expect([path, status]).toEqual([path, 403])
    }
  })

  test.each(['', 'Basic dTpw', token, 'Bearer', `Bearer ${token} x`])(
    'Authorization "%s" is no bearer token',
    async (authorization) => {
      const get = await started({ apiToken: token })
      expect((await get('/metrics', { headers: { authorization } })).status).toBe(401)
    },
  )

  test('says what to send', async () => {
    const get = await started({ apiToken: token })
    expect(await problemOf(await get('/'))).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'This route needs a token: send "Authorization: Bearer <FLYWHEEL_API_TOKEN>".',
    })
  })

  test('without a token everything is open', async () => {
    const get = await started()
    for (const path of ['/', '/metrics', '/api/runs', '/openapi.json']) expect((await get(path)).status).toBe(200)
  })
})

describe('health', () => {
  test('alive whatever happens, ready or not with the reason', async () => {
    const get = await started({ readiness: () => 'reading the log: 40 %' })
    const alive = await get('/healthz')
    const ready = await get('/readyz')
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'ok', version: '0.1.0', reason: null }])
    const body: unknown = await ready.json()
    expect([ready.status, body]).toEqual([503, { status: 'not ready', version: '0.1.0', reason: 'reading the log: 40 %' }])
    expect(healthSchema.parse(body)).toEqual(body)
    const well = await (await started())('/readyz')
    expect([well.status, await well.json()]).toEqual([200, { status: 'ready', version: '0.1.0', reason: null }])
  })
})

describe('metrics', () => {
  test('hands Accept over and keeps the content type to the letter', async () => {
    const get = await started()
    const response = await get('/metrics?ignored=1', { headers: { accept: 'application/openmetrics-text' } })
    expect(await response.text()).toBe('# application/openmetrics-text\n')
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('vary')).toBe('Accept')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('HEAD has the length and no body', async () => {
    const get = await started()
    const response = await get('/metrics', { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([200, ''])
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0)
  })
})

describe('errors', () => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is 405 with what is allowed', async (method) => {
    const get = await started()
    const response = await get('/api/runs', { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    expect(await problemOf(response)).toMatchObject({ title: 'Method Not Allowed' })
  })

  test('an unknown route is a problem that says where to look', async () => {
    const get = await started()
    const problem = await problemOf(await get('/api/run'))
    expect(problem).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      detail: 'There is nothing here. GET /openapi.json lists what there is.',
    })
    expect(problemSchema.parse(problem)).toEqual(problem)
  })

  test('a path that is no valid encoding is 400', async () => {
    const get = await started()
    const response = await get('/api/conversations/%E0%A4%A')
    expect([response.status, await problemOf(response)]).toEqual([400, expect.objectContaining({ status: 400 })])
  })

  test('a fault of ours shows nothing to the caller and everything to the log', async () => {
    const fault = new Error('SQLITE_CORRUPT: /var/lib/flywheel/state.db')
    const faults: unknown[] = []
    const failing = storeWith({ listRuns: () => Promise.reject(fault) })
    const get = await started({ store: failing, onFault: (error) => faults.push(error) })
    const response = await get('/api/runs')
    expect(response.status).toBe(500)
    expect(await problemOf(response)).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: 'Something failed on our side. The log of the service says what.',
    })
    expect(faults).toEqual([fault])
  })

  test('every answer is protected against sniffing and does not say what serves it', async () => {
    const get = await started({ apiToken: token })
    for (const path of ['/healthz', '/', '/nowhere']) {
      const { headers } = await get(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-powered-by')).toBeNull()
    }
  })
})

describe('openapi.json', () => {
  interface Operation {
    security?: unknown[]
    parameters: { name: string; in: string; schema: unknown }[]
    responses: Record<string, unknown>
  }
  interface Description {
    openapi: string
    paths: Record<string, { get?: Operation; post?: Operation }>
    components: { schemas: Record<string, { required?: string[]; properties: Record<string, unknown> }> }
  }
  const read = async (): Promise<Description> => (await (await (await started(whole))('/openapi.json')).json()) as Description

  test('describes every route that is served', async () => {
    const { openapi, paths: described } = await read()
    expect(openapi).toBe('3.1.0')
    expect(Object.keys(described).sort((a, b) => (a < b ? -1 : 1))).toEqual(
      paths.map((path) => path.replaceAll(/:(\w+)/g, '{$1}')).sort((a, b) => (a < b ? -1 : 1)),
    )
    const open = Object.entries(described).filter(([, { get, post }]) => (get ?? post)?.security?.length === 0)
    expect(open.map(([path]) => path)).toEqual(openPaths.map((path) => path.replace(':token', '{token}')))
  })

  test('describes filters and answers of the runs list', async () => {
    const get = (await read()).paths['/api/runs']!.get!
    expect(get.parameters.map(({ name }) => name)).toEqual([
      'since',
      'until',
      'service',
      'environment',
      'agent',
      'outcome',
      'kind',
      'conversation',
      'user',
      'release',
      'tag',
      'rating',
      'limit',
      'cursor',
    ])
    expect(get.parameters.find(({ name }) => name === 'outcome')).toEqual({
      name: 'outcome',
      in: 'query',
      required: false,
      schema: { type: 'string', enum: ['ok', 'failed'] },
    })
    expect(Object.keys(get.responses)).toEqual(['200', '401', '422', '500'])
    expect(get.responses['200']).toEqual({
      description: 'A page of runs.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/RunPage' } } },
    })
  })

  test('every reference leads somewhere', async () => {
    const description = await read()
    const references = [...JSON.stringify(description).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name,
    )
    expect(new Set(references).size).toBeGreaterThan(4)
    for (const name of references) expect(Object.keys(description.components.schemas)).toContain(name)
    expect(description.components.schemas['Run']?.required).toContain('costUsd')
  })
})
