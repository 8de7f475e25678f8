/** Logging in and out in a real browser: what it does with cookies, Origin and Sec-Fetch-Site is the half of the login that is not ours. */
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createWebApp } from '../../src/web/app.ts'
import { webOptions } from '../web/fixtures.ts'
import { tokenOf, userNamed } from '../web/visitor.ts'
import { accessibilityFindings, launchBrowser } from './browser.ts'

let browser: Browser

beforeAll(async () => {
  // A name that is no loopback for the browser: to plain http there it sends no Sec-Fetch headers.
  browser = await launchBrowser(['--host-resolver-rules=MAP *.test 127.0.0.1'])
})

afterAll(() => browser.close())

/** Addresses of the service: one that browsers trust like https, and a plain one. */
const hosts = ['127.0.0.1', 'flywheel.test'] as const

interface Service {
  readonly port: number
  /** Method, path and status of each request, without files. */
  readonly asked: string[]
}

async function service(publicUrl = webOptions.publicUrl): Promise<Service> {
  const app = createWebApp({
    ...webOptions,
    publicUrl,
    apiToken: 'a-token-of-enough-characters',
    users: [userNamed('ada', 'reviewer')],
  })
  const asked: string[] = []
  const port = await listening((request, response) => {
    response.on('finish', () => {
      if (!/^\/(assets|live|favicon)/.test(request.url ?? ''))
        asked.push(`${request.method} ${request.url} ${response.statusCode}`)
    })
    app(request, response)
  })
  return { port, asked }
}

/** A page on a site of somebody else, with this body. */
async function otherSite(body: string): Promise<string> {
  const port = await listening((_request: IncomingMessage, response) => {
    response.setHeader('Content-Type', 'text/html').end(`<!doctype html><title>elsewhere</title>${body}`)
  })
  return `http://chat.test:${port}/`
}

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function contextWith(options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options)
  onTestFinished(() => context.close())
  return context
}

async function logIn(page: Page, address: string, token = tokenOf('ada')): Promise<void> {
  // At a plain address the form comes only when it was asked for once more from our own site.
  await page.goto(address, { waitUntil: 'commit' })
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Log in' }).click()
}

describe.each(hosts)('at http://%s', (host) => {
  test.each([true, false])(
    'somebody logs in, arrives where they wanted to go, and logs out (script: %j)',
    async (javaScriptEnabled) => {
      const { port } = await service()
      const page = await (await contextWith({ javaScriptEnabled })).newPage()
      const wanted = `http://${host}:${port}/runs?outcome=failed&agent=a%26b`
      await logIn(page, wanted, 'wrong')
      expect(await page.getByRole('alert').textContent()).toBe(
        'This is not a token of this service. Copy it again, whole and without quotes.',
      )
      await page.getByLabel('Token').fill(tokenOf('ada'))
      await page.keyboard.press('Enter')
      await page.waitForURL(wanted)
      expect(await page.locator('.person').textContent()).toBe('ada')
      await page.reload()
      expect(page.url()).toBe(wanted)
      await page.getByRole('button', { name: 'log out' }).click()
      await page.waitForURL(`http://${host}:${port}/login?direct=1`)
      await page.goto(wanted, { waitUntil: 'commit' })
      await page.getByLabel('Token').waitFor()
      expect(new URL(page.url()).pathname).toBe('/login')
    },
  )

  test('a link from another site leads somebody who is logged in to the page', async () => {
    const { port, asked } = await service()
    const wanted = `http://${host}:${port}/runs?outcome=failed&since=1h`
    const page = await (await contextWith()).newPage()
    await logIn(page, wanted)
    await page.waitForURL(wanted)
    asked.length = 0
    await page.goto(await otherSite(`<a href="${wanted.replaceAll('&', '&amp;')}">the alert</a>`))
    await page.getByText('the alert').click()
    await page.waitForURL(wanted)
    expect(await page.locator('.person').textContent()).toBe('ada')
    expect(asked).toEqual([
      'GET /runs?outcome=failed&since=1h 303',
      'GET /login?next=%2Fruns%3Foutcome%3Dfailed%26since%3D1h 200',
      'GET /login?direct=1&next=%2Fruns%3Foutcome%3Dfailed%26since%3D1h 303',
      'GET /runs?outcome=failed&since=1h 200',
    ])
    await page.goBack()
    expect(await page.title()).toBe('elsewhere')
  })

  test('a link from another site leads everybody else to the login, once', async () => {
    const { port, asked } = await service()
    const page = await (await contextWith()).newPage()
    await page.goto(await otherSite(`<a href="http://${host}:${port}/runs">the alert</a>`))
    await page.getByText('the alert').click()
    await page.getByLabel('Token').waitFor()
    await page.waitForLoadState('networkidle')
    expect(asked).toEqual(['GET /runs 303', 'GET /login?next=%2Fruns 200', 'GET /login?direct=1&next=%2Fruns 200'])
    await page.getByLabel('Token').fill(tokenOf('ada'))
    await page.keyboard.press('Enter')
    await page.waitForURL(`http://${host}:${port}/runs`)
  })

  test('another site can neither log somebody in nor out', async () => {
    const { port, asked } = await service()
    const wanted = `http://${host}:${port}/runs`
    const page = await (await contextWith()).newPage()
    await logIn(page, wanted)
    await page.waitForURL(wanted)
    asked.length = 0
    for (const path of ['login', 'logout']) {
      const form = `<form method="post" action="http://${host}:${port}/${path}"><input name="token" value="a-token-of-enough-characters"><button>go</button></form>`
      await page.goto(await otherSite(form))
      await page.getByText('go').click()
      await page.waitForURL(`http://${host}:${port}/${path}`)
    }
    await page.goto(wanted)
    expect(await page.locator('.person').textContent()).toBe('ada')
    expect(asked).toEqual(['POST /login 403', 'POST /logout 403', 'GET /runs 200'])
  })
})

test('the cookie of an https address also works at loopback, and no script can read it', async () => {
  const { port } = await service('https://flywheel.example.com')
  const context = await contextWith()
  const page = await context.newPage()
  await logIn(page, `http://127.0.0.1:${port}/runs`)
  await page.waitForURL(`http://127.0.0.1:${port}/runs`)
  const [cookie] = await context.cookies()
  expect(cookie).toMatchObject({
    path: '/',
    httpOnly: true,
    secure: true,
    sameSite: 'Strict',
    name: expect.stringMatching(/^__Host-/) as unknown,
  })
  expect(await page.evaluate('document.cookie')).toBe('')
})

test.each(['light', 'dark'] as const)(
  'axe-core finds nothing on the login page, nor after a wrong token (%s)',
  async (colorScheme) => {
    const { port } = await service()
    const page = await (await contextWith({ colorScheme })).newPage()
    await page.goto(`http://127.0.0.1:${port}/login`)
    expect(await accessibilityFindings(page)).toEqual([])
    await page.getByLabel('Token').fill('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
  },
)
