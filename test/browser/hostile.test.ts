/** Texts that want to be markup, in every field that a review page shows: none of them runs, and all of them can be read. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeBrowser, openPage } from './browser.ts'
import { hostileRecords } from './hostile-records.ts'
import { hostileTexts } from './hostile-texts.ts'
import { serveApp } from './serve-app.ts'

afterAll(closeBrowser)

/** Runs before any script of a page: notes what its policy had to stop, which is what nearly ran. */
const watch = `addEventListener('securitypolicyviolation', (event) => (window.stopped ??= []).push(event.violatedDirective + ' ' + event.blockedURI))`

interface Census {
  readonly ran: unknown
  readonly stopped: unknown
  readonly odd: readonly string[]
}

/** Elements, attributes and addresses that none of our pages has. */
function census(
  page: Page,
  known: { readonly tags: readonly string[]; readonly attributes: readonly string[] },
): Promise<Census> {
  return page.evaluate(({ tags, attributes }) => {
    const odd = new Set<string>()
    for (const element of document.querySelectorAll('*')) {
      const tag = element.tagName.toLowerCase()
      if (!tags.includes(tag)) odd.add(`<${tag}>`)
      for (const name of element.getAttributeNames()) if (!attributes.includes(name)) odd.add(`${tag} ${name}`)
    }
    for (const { protocol, host } of document.links) if (host !== location.host) odd.add(`link ${protocol}//${host}`)
    for (const { action } of document.forms) if (new URL(action).host !== location.host) odd.add(`form ${action}`)
    const scripts = [...document.scripts].filter(({ src }) => !src.startsWith(`${location.origin}/assets/`))
    if (scripts.length > 0) odd.add('script')
    return {
      ran: (globalThis as { pwned?: unknown }).pwned ?? null,
      stopped: (globalThis as { stopped?: unknown }).stopped ?? null,
      odd: [...odd],
    }
  }, known)
}

/** What the pages consist of, seen on pages without anything odd in them. */
async function vocabulary(): Promise<{ tags: string[]; attributes: string[] }> {
  const { store, review, paths } = hostileRecords([
    'a text',
    '{"a":"text, and a long one which does not fit on one line","b":[1,2,3]}',
    'x\u200by',
  ])
  const url = await serveApp({ store, review })
  const page = await openPage(url)
  const tags = new Set<string>()
  const attributes = new Set<string>()
  for (const [path] of paths) {
    await page.goto(`${url}${path}`)
    const found = await page.evaluate(() => {
      const all = [...document.querySelectorAll('*')]
      return {
        tags: all.map((element) => element.tagName.toLowerCase()),
        attributes: all.flatMap((element) => element.getAttributeNames()),
      }
    })
    for (const tag of found.tags) tags.add(tag)
    for (const name of found.attributes) attributes.add(name)
  }
  return { tags: [...tags, 'link', 'title', 'span'], attributes: [...attributes, 'selected', 'aria-current', 'disabled', 'open'] }
}

describe(`${hostileTexts.length} texts in every field`, () => {
  let known: { tags: string[]; attributes: string[] }

  beforeAll(() => {
    expect(hostileTexts.length).toBeGreaterThanOrEqual(500)
    expect(new Set(hostileTexts).size).toBe(hostileTexts.length)
  })

  test('would run on a page that does not escape them: the watch sees it', async () => {
    const page = await openPage('about:blank')
    const raw = hostileTexts.filter((_, index) => index % 9 === 0).join('\n')
    await page.setContent(`<!doctype html><body>${raw}`, { waitUntil: 'load' })
    await page.waitForFunction(() => 'pwned' in globalThis)
  })

  test('run nowhere, trip no policy, add no element, and stand there to be read', { timeout: 300_000 }, async () => {
    known = await vocabulary()
    const { store, review, paths } = hostileRecords(hostileTexts)
    const url = await serveApp({ store, review })
    const page = await openPage(url)
    await page.addInitScript(watch)
    for (const [path, texts] of paths) {
      await page.goto(`${url}${path}`)
      await page.evaluate(() => {
        for (const details of document.querySelectorAll('details')) details.open = true
      })
      const { width = 1_280 } = page.viewportSize() ?? {}
      for (const share of [0.2, 0.5, 0.8]) await page.mouse.move(width * share, 400)
      await page.keyboard.press('Tab')
      expect([path, await census(page, known)]).toEqual([path, { ran: null, stopped: null, odd: [] }])
      const shown = (await page.evaluate(() => document.body.textContent)).replaceAll(/\s+/g, ' ')
      // What is invisible is written out: those texts read otherwise.
      const plain = texts
        .filter((text) => !/[^\P{C}\s]|\p{Zl}|\p{Zp}/u.test(text))
        .map((text) => text.replaceAll(/\s+/g, ' ').trim())
      expect([path, plain.filter((text) => !shown.includes(text))]).toEqual([path, []])
    }
  })
})
