/** What people do with the pages: keys, widths, assistive technology, and names that want to be markup. */
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import {
  accessibilityFindings,
  chatSpan,
  closeBrowser,
  openPage,
  post,
  processor,
  type RunPlan,
  sendRun,
  supportRun,
  traceIdOf,
} from './browser.ts'
import { hostileTexts } from './hostile-texts.ts'

afterAll(closeBrowser)

async function overflow(page: Page): Promise<number> {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth))
}

describe('keys', () => {
  test('lead from the live page to the failing step and back, without a mouse', async () => {
    const { url } = await processor()
    await sendRun(url, supportRun(1))
    await sendRun(url, supportRun(2, { error: 'the shop is closed' }))
    const page = await openPage(url)
    await page.locator(`a[data-row="run ${traceIdOf(2)}"]`).waitFor()
    const focused = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('data-row') ?? null)

    await page.keyboard.press('j')
    expect(await focused()).toBe('failure tool_error')
    await page.keyboard.press('j')
    expect(await focused()).toBe(`run ${traceIdOf(2)}`)
    await page.keyboard.press('k')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${url}/runs/${traceIdOf(2)}`)

    await page.keyboard.press('n')
    await page.keyboard.press('n')
    expect(await page.locator('article:focus').innerText()).toContain('the shop is closed')
    await page.keyboard.press('p')
    await page.goBack()
    await page.locator('#latest table').waitFor()

    await page.keyboard.press('g')
    await page.keyboard.press('r')
    await page.waitForURL(`${url}/runs`)
    await page.keyboard.press('f')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT')
    for (let turn = 0; turn < 4; turn++) await page.keyboard.press('Tab')
    await page.keyboard.type('shop')
    await page.keyboard.press('Enter')
    await page.waitForURL(`${url}/runs?service=shop`)
    await page.locator('h1').click()
    await page.keyboard.press('?')
    expect(await page.locator('dialog[open]').innerText()).toContain('next, previous failure')
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog[open]').count()).toBe(0)
  })

  test('a link to a step shows it', async () => {
    const { url } = await processor()
    await sendRun(url, supportRun(1, { error: 'the shop is closed' }))
    const page = await openPage(`${url}/runs/${traceIdOf(1)}#step-0000000000000003`)
    await page.locator('#step-0000000000000003:focus').waitFor()
  })
})

describe('assistive technology and widths', () => {
  const widths = [360, 390, 768, 1280, 2560]

  test.each(['light', 'dark'] as const)(
    '%s: axe-core finds nothing, and nothing is wider than the window',
    async (colorScheme) => {
      const { url } = await processor()
      const empty = await openPage(url, { colorScheme })
      expect(['empty', await accessibilityFindings(empty)]).toEqual(['empty', []])
      for (const width of widths) {
        await empty.setViewportSize({ width, height: 900 })
        expect(['empty', width, await overflow(empty)]).toEqual(['empty', width, 0])
      }
      await sendRun(url, supportRun(1))
      await sendRun(url, supportRun(2, { error: `the shop is closed, ${'and closed '.repeat(30)}` }))
      await sendRun(url, {
        traceId: traceIdOf(3),
        root: chatSpan('a-model-nobody-prices-with-a-name-that-is-rather-long-0123456789'),
      })
      const run = `/runs/${traceIdOf(2)}`
      const paths = [
        '/',
        '/runs',
        '/runs?outcome=failed&service=shop',
        run,
        `${run}?step=0000000000000003`,
        '/instrument',
        '/instrument/openai-js',
        '/runbook',
        '/nothing',
      ]
      for (const path of paths) {
        const page = await openPage(`${url}${path}`, { colorScheme })
        expect([path, await accessibilityFindings(page)]).toEqual([path, []])
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 })
          expect([path, width, await overflow(page)]).toEqual([path, width, 0])
        }
        await page.context().close()
      }
    },
  )
})

describe('names that want to be markup', () => {
  /** Some of them: each takes a page, and hostile.test.ts has all of them in every field. */
  const some = hostileTexts.filter((_, index) => index % 4 === 0)

  test(`${some.length} texts in every field that a span brings stay text`, async () => {
    const { url } = await processor({ FLYWHEEL_CONTENT: 'full' })
    const runs = some.map(hostileRun)
    await post(url, runs)
    await sendRun(url, supportRun(90_001))
    const page = await openPage(url, { viewport: { width: 1280, height: 900 } })
    await page.locator(`a[data-row="run ${traceIdOf(90_001)}"]`).waitFor()
    const expectClean = async (where: string): Promise<void> => {
      // Whatever runs would set this, and whatever became markup would be an element that our pages do not have.
      const found = await page.evaluate(() => ({
        ran: 'pwned' in window,
        elements: [...document.querySelectorAll('*')]
          .map((element) => element.tagName.toLowerCase())
          .filter((name) =>
            ['img', 'iframe', 'object', 'embed', 'video', 'audio', 'math', 'base', 'marquee', 'template', 'x'].includes(name),
          ),
        scripts: document.scripts.length,
        handlers: [...document.querySelectorAll('*')].flatMap((element) =>
          element.getAttributeNames().filter((name) => name.startsWith('on')),
        ),
        links: [...document.links].map(({ protocol }) => protocol).filter((protocol) => !['http:', 'https:'].includes(protocol)),
      }))
      expect([where, found]).toEqual([where, { ran: false, elements: [], scripts: 2, handlers: [], links: [] }])
    }
    await expectClean('live')
    for (let path: string | null = '/runs?limit=200'; path !== null;) {
      await page.goto(`${url}${path}`)
      await expectClean(path)
      path = await page
        .locator('.pages a', { hasText: 'earlier runs' })
        .getAttribute('href', { timeout: 500 })
        .catch(() => null)
    }
    for (const [index, text] of some.entries()) {
      await page.goto(`${url}/runs/${traceIdOf(index + 1)}`)
      await expectClean(text)
    }
    await page.goto(`${url}/?service=${encodeURIComponent('"><img src=x onerror=pwned=1>')}`)
    await expectClean('the address')
  })
})

/** The text in each field of a run that a page shows. */
function hostileRun(text: string, index: number): RunPlan {
  const whose = { 'gen_ai.conversation.id': text, 'user.id': text }
  return {
    traceId: traceIdOf(index + 1),
    resource: { 'service.name': text, 'service.version': text, 'deployment.environment.name': text },
    scope: text,
    root: {
      name: text,
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': text, ...whose },
      error: text,
      children: [
        { ...chatSpan(text, { 'gen_ai.provider.name': text, 'gen_ai.response.model': text }), name: text, error: text },
        {
          name: text,
          attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': text, 'error.type': text },
          error: text,
        },
      ],
    },
  }
}
