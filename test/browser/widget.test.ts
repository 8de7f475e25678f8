/** The widget and the page of a link in a real browser, on pages of another site with the strictest policy that lets them in. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { BrowserContextOptions, Locator, Page } from 'playwright-core'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { feedbackIdOf, signToken } from '../../src/sdk/feedback-token.ts'
import { claims, feedbackServer, secret, token } from '../web/feedback-server.ts'
import type { FeedbackServer, FeedbackServerOptions } from '../web/feedback-server.ts'
import { accessibilityFindings, closeBrowser, openPage } from './browser.ts'

afterAll(closeBrowser)

const id = feedbackIdOf(claims)

interface Chat {
  readonly page: Page
  readonly server: FeedbackServer
  /** What the page heard from the widget. */
  readonly heard: () => Promise<unknown>
  readonly good: Locator
  readonly bad: Locator
  readonly status: Locator
}

interface ChatOptions extends FeedbackServerOptions {
  /** Attributes of the element beside `token`. */
  readonly attributes?: string
  readonly language?: string
  /** Whether the chat's site is one of those that are listed. */
  readonly isListed?: boolean
  readonly context?: BrowserContextOptions
}

/** A chat on a site of its own, with an answer and the widget below it. */
async function chat({ attributes = '', language = 'en', isListed = true, context, ...options }: ChatOptions = {}): Promise<Chat> {
  const site = createServer()
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    site.closeAllConnections()
    site.close()
  })
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
  const server = await feedbackServer({
    origins: isListed ? [origin] : [],
    nowMs: () => claims.expiresAt * 1_000 - 1,
    ...options,
  })
  const policy = `default-src 'none'; script-src ${server.url} 'nonce-n'; connect-src ${server.url}; style-src 'nonce-n'; require-trusted-types-for 'script'; trusted-types 'none'`
  site.on('request', (_request, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8').setHeader('Content-Security-Policy', policy)
    response.end(`<!doctype html><html lang="${language}"><title>chat</title>
      <style nonce="n">:root { color-scheme: light dark }</style>
      <script nonce="n">
        const heard = []
        const keys = []
        addEventListener('flywheel-feedback', ({ detail }) => heard.push(detail))
        addEventListener('keydown', ({ key, target }) => keys.push(key))
      </script>
      <script src="${server.url}/widget.js" async></script>
      <script src="${server.url}/widget.js?again" async></script>
      <main><h1>Chat</h1><p>Your order left on Monday.</p>
      <flywheel-feedback token="${token}" ${attributes}></flywheel-feedback></main></html>`)
  })
  const page = await openPage(origin, context)
  return {
    page,
    server,
    heard: () => page.evaluate('heard'),
    good: page.locator('.good'),
    bad: page.locator('.bad'),
    status: page.getByRole('status'),
  }
}

const ratings = ({ events }: FeedbackServer): unknown[] =>
  events.map((event) => (event.type === 'given' ? event.feedback.rating : 'withdrawn'))

const pressed = async ({ good, bad }: Chat): Promise<unknown> =>
  Promise.all([good, bad].map((thumb) => thumb.getAttribute('aria-pressed')))

describe('the widget', () => {
  test('is a thumb, thanks, and one value however often it is turned', async () => {
    const it = await chat()
    expect(await pressed(it)).toEqual(['false', 'false'])
    await it.good.click()
    await it.status.getByText('Thank you.').waitFor()
    await it.bad.click()
    await it.status.getByText('Thank you.').waitFor()
    expect(await pressed(it)).toEqual(['false', 'true'])
    expect([...it.server.kept.values()].map(({ id: key, rating, source }) => [key, rating, source])).toEqual([
      [id, 'negative', 'widget'],
    ])
    expect(await it.heard()).toEqual([
      { rating: 'positive', reasons: [], comment: '', status: 'sent', id },
      { rating: 'negative', reasons: [], comment: '', status: 'sent', id },
    ])
  })

  test('takes back what is pressed again', async () => {
    const it = await chat()
    await it.good.click()
    await it.status.getByText('Thank you.').waitFor()
    await it.good.click()
    await it.status.getByText('Taken back.').waitFor()
    expect([await pressed(it), ratings(it.server), it.server.kept.size]).toEqual([
      ['false', 'false'],
      ['positive', 'withdrawn'],
      0,
    ])
  })

  test('ends with the last of many quick clicks, also when the first takes longest', async () => {
    let underWay = 0
    let mostAtOnce = 0
    const slowly = async (_path: string, method: string): Promise<null> => {
      if (method !== 'POST' && method !== 'DELETE') return null
      mostAtOnce = Math.max(mostAtOnce, ++underWay)
      await new Promise((resolve) => setTimeout(resolve, mostAtOnce === 1 ? 1_500 : 10))
      underWay--
      return null
    }
    const it = await chat({ before: slowly })
    for (let click = 0; click < 9; click++) await (click % 2 === 0 ? it.good : it.bad).click()
    await it.status.getByText('Thank you.').waitFor()
    expect(mostAtOnce).toBe(1)
    expect(await pressed(it)).toEqual(['true', 'false'])
    expect([...it.server.kept.values()].map(({ rating }) => rating)).toEqual(['positive'])
  })

  test('is used by keyboard alone: thumb, reason, words', async () => {
    const it = await chat()
    await it.bad.waitFor()
    await it.page.keyboard.press('Tab')
    await it.page.keyboard.press('Tab')
    await it.page.keyboard.press('Enter')
    await it.page.keyboard.press('Tab')
    await it.page.keyboard.press('Space')
    await it.page.getByRole('button', { name: 'Not correct', pressed: true }).waitFor()
    for (let tab = 0; tab < 5; tab++) await it.page.keyboard.press('Tab')
    expect(await it.page.getByLabel('Anything else?').evaluate((field) => field.matches(':focus'))).toBe(true)
    await it.page.keyboard.type('It is not my order.')
    await it.page.keyboard.press('Control+Enter')
    await it.page.locator('form').waitFor({ state: 'hidden' })
    await it.status.getByText('Thank you.').waitFor()
    expect(await it.bad.evaluate((thumb) => thumb.matches(':focus'))).toBe(true)
    await expect.poll(() => it.server.kept.get(id)?.comment).toBe('It is not my order.')
    expect(it.server.kept.get(id)).toMatchObject({ rating: 'negative', label: 'incorrect', source: 'widget', userId: 'u-1' })
    // Shortcuts of the page must not hear what is written.
    expect(await it.page.evaluate('keys.join("")')).not.toContain('order')
  })

  test('goes away with Escape, and keeps the thumb', async () => {
    const it = await chat()
    await it.bad.click()
    await it.page.getByLabel('Anything else?').press('Escape')
    await it.page.locator('form').waitFor({ state: 'hidden' })
    await it.status.getByText('Thank you.').waitFor()
    expect(await pressed(it)).toEqual(['false', 'true'])
  })

  test.each([{ colorScheme: 'light' }, { colorScheme: 'dark' }, { viewport: { width: 360, height: 600 } }] as const)(
    'has nothing to complain about for axe-core: %j',
    async (context) => {
      const it = await chat({ context })
      await it.bad.click()
      await it.status.getByText('Thank you.').waitFor()
      expect(await accessibilityFindings(it.page)).toEqual([])
      expect(await it.page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    },
  )

  test('speaks the language of the page, or the words that it is given', async () => {
    const german = await chat({ language: 'de-AT' })
    await german.page.getByRole('group', { name: 'Wie war die Antwort?' }).getByRole('button', { name: 'Schlecht' }).click()
    await german.page.getByRole('button', { name: 'Nicht richtig' }).waitFor()
    const own = await chat({ language: 'ja', attributes: 'label-good="いいね" reasons="rude, off_topic" label-rude="Unhöflich"' })
    await own.page.getByRole('button', { name: 'いいね' }).waitFor()
    await own.bad.click()
    await own.page.getByRole('button', { name: 'Unhöflich' }).click()
    expect(await own.page.locator('.reason').allTextContents()).toEqual(['Unhöflich', 'Not what I asked'])
    await expect.poll(() => own.server.kept.get(id)?.label).toBe('rude')
  })

  test('shows what was said before without saying it again, and another token is another answer', async () => {
    const it = await chat({ attributes: 'rating="positive"' })
    await it.good.waitFor()
    expect(await pressed(it)).toEqual(['true', 'false'])
    await it.page.evaluate(`document.querySelector('flywheel-feedback').removeAttribute('rating')`)
    const other = signToken({ ...claims, target: { messageId: 'm-2' } }, secret)
    await it.page.evaluate(`document.querySelector('flywheel-feedback').setAttribute('token', '${other}')`)
    expect([await pressed(it), it.server.events]).toEqual([['false', 'false'], []])
    await it.bad.click()
    await expect.poll(() => [...it.server.kept.values()].map(({ target }) => target.messageId)).toEqual(['m-2'])
  })

  test('is not there without a token', async () => {
    const it = await chat()
    await it.good.waitFor()
    await it.page.evaluate(`document.querySelector('flywheel-feedback').removeAttribute('token')`)
    await it.good.waitFor({ state: 'hidden' })
  })

  test('tries again when the service is away for a moment', async () => {
    let refused = 0
    const it = await chat({ before: (_path, method) => (method === 'POST' && refused++ < 2 ? 503 : null) })
    await it.good.click()
    await it.status.getByText('Thank you.').waitFor()
    expect([refused, it.server.kept.size]).toEqual([3, 1])
  })

  test('does not pretend: what was not taken is not pressed', async () => {
    const it = await chat({ secrets: ['another-secret-of-enough-characters'] })
    await it.bad.click()
    await it.status.getByText('Not sent. Please try again.').waitFor()
    expect([await pressed(it), await it.page.locator('form').isVisible()]).toEqual([['false', 'false'], false])
    expect(await it.heard()).toEqual([{ rating: 'negative', reasons: [], comment: '', status: 'failed', id: null }])
  })

  test('of a site that is not listed can send nothing', async () => {
    const it = await chat({ isListed: false })
    // The browser says so on the console, which is where whoever builds the page looks.
    it.page.removeAllListeners('console')
    await it.good.click()
    await expect.poll(() => it.server.asked.filter((line) => line.startsWith('OPTIONS')).length).toBeGreaterThan(0)
    expect(it.server.asked.every((line) => line.startsWith('OPTIONS') && line.endsWith('403'))).toBe(true)
    expect(it.server.events).toEqual([])
  })

  test('sends what was pressed right before the page was left', async () => {
    const it = await chat()
    await it.good.waitFor()
    await it.page.evaluate(
      `document.querySelector('flywheel-feedback').shadowRoot.querySelector('.good').click(); location.href = 'about:blank'`,
    )
    await it.page.waitForURL('about:blank')
    await expect.poll(() => it.server.kept.size).toBe(1)
  })
})

describe('the page of a link', () => {
  const path = `/f/${token}?rating=negative`
  const open = async (options: BrowserContextOptions = {}): Promise<{ page: Page; server: FeedbackServer }> => {
    const server = await feedbackServer()
    return { page: await openPage(server.url + path, options), server }
  }

  test.each([true, false])('is filled in by keyboard, changed and taken back (script: %j)', async (javaScriptEnabled) => {
    const { page, server } = await open({ javaScriptEnabled })
    expect([server.events, await page.getByLabel('Bad').isChecked()]).toEqual([[], true])
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    await page.getByLabel('Anything else?').press('x')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('status').getByText('Thank you.').waitFor()
    expect(server.kept.get(id)).toMatchObject({ rating: 'negative', label: 'incorrect', comment: 'x', source: 'link' })
    await page.getByLabel('Good').check()
    await page.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => server.kept.get(id)).toMatchObject({ rating: 'positive', label: null })
    await page.getByRole('button', { name: 'Take it back' }).click()
    await page.getByRole('status').getByText('Taken back.').waitFor()
    expect([server.kept.size, server.events.length]).toEqual([0, 3])
  })

  test.each([{ colorScheme: 'light' }, { colorScheme: 'dark' }, { viewport: { width: 360, height: 600 } }] as const)(
    'has nothing to complain about for axe-core: %j',
    async (context) => {
      const { page } = await open(context)
      expect(await accessibilityFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByRole('status').waitFor()
      expect(await accessibilityFindings(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    },
  )

  test('asks for reasons only below a thumb that points down', async () => {
    const { page } = await open()
    expect(await page.getByText('What was wrong?').isVisible()).toBe(true)
    await page.getByLabel('Good').check()
    expect(await page.getByText('What was wrong?').isVisible()).toBe(false)
  })
})
