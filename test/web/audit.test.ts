import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, onTestFinished, test } from 'vitest'
import type { AuditPage } from '../../src/model/audit.ts'
import { InvalidCursorError } from '../../src/records/store.ts'
import { auditNameOf, auditPageSchema, auditRoutes } from '../../src/web/audit.ts'
import { createAuth } from '../../src/web/auth.ts'
import { createSite } from '../../src/web/pages/site.ts'
import { problemHandler } from '../../src/web/problem.ts'
import { serve } from '../../src/web/route.ts'
import { problemOf } from './fixtures.ts'
import { tokenOf, userNamed } from './visitor.ts'

const page: AuditPage = {
  events: [
    {
      id: 'e1',
      atMs: Date.UTC(2026, 10, 26),
      who: 'ann',
      action: 'delete_user',
      object: 'hash',
      counts: { runs: 3, feedback: 1 },
    },
  ],
  next: 'further',
}

type Get = (path: string, headers?: Readonly<Record<string, string>>) => Promise<Response>

async function serving(access: Partial<Parameters<typeof createAuth>[0]> = {}): Promise<{ get: Get; asked: unknown[] }> {
  const asked: unknown[] = []
  const site = createSite({ publicUrl: 'http://127.0.0.1', grafanaUrl: null, version: '0.1.0' })
  const auth = createAuth({ apiToken: null, site, nowMs: Date.now, ...access })
  const app = express()
  app.set('query parser', 'simple')
  app.use(auth.identify)
  app.get('/name', (request, response) => void response.send(auditNameOf(request)))
  serve(
    app,
    auditRoutes({
      listAudit: async (query) => {
        asked.push(query)
        if (query.cursor === 'foreign') throw new InvalidCursorError('cursor')
        return page
      },
    }),
    { form: () => [], json: () => [], bytes: () => [] },
  )
  app.use(problemHandler(() => undefined))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  return { get: (path, headers = {}) => fetch(`http://127.0.0.1:${port}${path}`, { headers }), asked }
}

test('the audit log is answered as its schema says, a page at a time', async () => {
  const { get, asked } = await serving()
  const response = await get('/api/audit?limit=20&cursor=next')
  const body: unknown = await response.json()
  expect(body).toEqual({
    events: [
      {
        id: 'e1',
        at: '2026-11-26T00:00:00.000Z',
        who: 'ann',
        action: 'delete_user',
        object: 'hash',
        counts: { runs: 3, feedback: 1 },
      },
    ],
    next: 'further',
  })
  expect(auditPageSchema.parse(body)).toEqual(body)
  expect(response.headers.get('cache-control')).toBe('no-store')
  await get('/api/audit')
  expect(asked).toEqual([
    { limit: 20, cursor: 'next' },
    { limit: 50, cursor: undefined },
  ])
})

test('wrong parameters are named', async () => {
  const { get } = await serving()
  const first = await get('/api/audit?limit=0&who=ann')
  expect(first.status).toBe(422)
  expect(await problemOf(first)).toMatchObject({ detail: 'Wrong query parameters: limit, who.' })
  const second = await get('/api/audit?cursor=foreign')
  expect(await problemOf(second)).toMatchObject({ status: 422, errors: [{ field: 'cursor', received: 'foreign' }] })
})

test('the audit log names the person, the API token, or that the instance is open', async () => {
  const open = await serving()
  expect(await (await open.get('/name')).text()).toBe('open instance')
  const { get } = await serving({ apiToken: 'secret', users: [userNamed('ann', 'reviewer')] })
  const nameWith = async (token: string): Promise<string> => (await get('/name', { authorization: `Bearer ${token}` })).text()
  expect([await nameWith(tokenOf('ann')), await nameWith('secret')]).toEqual(['ann', 'api-token'])
})
