/** Requests as browsers and programs make them, header by header: fetch would add its own. */
import { createHash } from 'node:crypto'
import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders, RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { onTestFinished } from 'vitest'
import type { Role, User } from '../../src/model/person.ts'
import { createWebApp } from '../../src/web/app.ts'
import type { WebOptions } from '../../src/web/app.ts'
import { createAuth, csrfTokenOf, logoutTokenOf, personOf } from '../../src/web/auth.ts'
import type { AuthOptions } from '../../src/web/auth.ts'
import { formOf } from '../../src/web/form.ts'
import { createGuards } from '../../src/web/guards.ts'
import { createSite } from '../../src/web/pages/site.ts'
import { problemHandler } from '../../src/web/problem.ts'
import { sendJson, serve } from '../../src/web/route.ts'
import { NOW_MS, webOptions } from './fixtures.ts'

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface AskOptions {
  readonly method?: string
  /** An array sends the header once for each. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** Sent as a form. Default: no body. */
  readonly form?: Readonly<Record<string, string>>
  /** Sent as it is. */
  readonly raw?: string
  /** Address on this machine to connect from. */
  readonly from?: string
}

export type Ask = (path: string, options?: AskOptions) => Promise<Answer>

/** What a browser sends when somebody types an address. */
export const navigation: Readonly<Record<string, string>> = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-site': 'none',
}

/** A key that several apps of a test can share. */
export const sessionKey = (): Buffer => Buffer.alloc(32, 7)

/** The token of somebody in these tests. */
export const tokenOf = (name: string): string => `token-of-${name}`

export function userNamed(name: string, role: Role = 'viewer', token: string | null = tokenOf(name)): User {
  return { name, role, tokenDigest: token === null ? null : createHash('sha256').update(token).digest('hex') }
}

/** The whole app. */
export function visiting(options: Partial<WebOptions> = {}): Promise<Ask> {
  return listening(createWebApp({ ...webOptions, sessionKey, ...options }))
}

/** An app of two routes behind the same lock: GET /who says what the others may know of a visitor, POST /form takes a form and gives it back. */
export function probing(options: Partial<AuthOptions> & { publicUrl?: string } = {}): Promise<Ask> {
  const { publicUrl = webOptions.publicUrl, ...rest } = options
  const site = createSite({ publicUrl, grafanaUrl: null, version: '0.1.0' })
  const auth = createAuth({ apiToken: null, sessionKey, site, nowMs: () => NOW_MS, ...rest })
  const app = express()
  app.use(auth.identify, auth.requireLogin)
  const answers = { 200: { description: '', contentType: 'application/json' } }
  serve(
    app,
    [
      {
        path: '/who',
        summary: '',
        answers,
        handle: (asked, response) =>
          sendJson(response, { person: personOf(asked), csrf: csrfTokenOf(asked), logout: logoutTokenOf(asked) }),
      },
      { method: 'post', path: '/form', summary: '', answers, handle: (asked, response) => sendJson(response, formOf(asked)) },
    ],
    createGuards(publicUrl),
  )
  app.use(problemHandler(() => undefined))
  return listening(app)
}

/** Logs in and returns the Cookie header to send from then on. */
export async function cookieOf(ask: Ask, token: string): Promise<string> {
  const { headers, status } = await ask('/login', { method: 'POST', form: { token } })
  if (status !== 303) throw new Error(`login was answered with ${status}`)
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

export async function listening(listener: RequestListener): Promise<Ask> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return (path, options = {}) => sendRequest(port, path, options)
}

function sendRequest(port: number, path: string, { method = 'GET', headers = {}, form, raw, from }: AskOptions): Promise<Answer> {
  const body = form === undefined ? raw : new URLSearchParams(form).toString()
  return new Promise((resolve, reject) => {
    const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method,
        headers: { ...type, ...headers },
        ...(from !== undefined && { localAddress: from }),
      },
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => {
          const { statusCode: status = 0, headers: answered } = response
          resolve({ status, headers: answered, body: Buffer.concat(parts).toString() })
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}
