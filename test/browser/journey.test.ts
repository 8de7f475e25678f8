/** What somebody on call does, by keyboard alone, against the real processor: find yesterday's failed run, see why, read what the user said, write a note. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { closeBrowser, openPage, processor, sendRun, supportRun, traceIdOf } from './browser.ts'

afterAll(closeBrowser)

const DAY_MS = 86_400_000
const TOOL_STEP = '0000000000000003'

/** Presses a key until something has the focus. */
async function pressUntil(page: Page, key: string, selector: string): Promise<void> {
  for (let turn = 0; turn < 40; turn++) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
    await page.keyboard.press(key)
  }
  throw new Error(`${selector} never had the focus`)
}

async function giveFeedback(url: string, feedback: object): Promise<void> {
  const response = await fetch(`${url}/v1/feedback`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(feedback),
  })
  expect(response.status).toBe(201)
  for (let attempt = 0; attempt < 200; attempt++) {
    const list = (await (await fetch(`${url}/api/feedback?matched=yes`)).json()) as { readonly feedback: readonly unknown[] }
    if (list.feedback.length > 0) return
    await sleep(50)
  }
  throw new Error('the feedback was not joined to its run')
}

test('yesterday: by filter to the failed run, its failing step, the feedback, and a note', async () => {
  const { url } = await processor({ FLYWHEEL_CONTENT: 'full' })
  await sendRun(url, supportRun(1))
  await sendRun(url, supportRun(2, { error: 'the shop is closed', startMs: Date.now() - DAY_MS }))
  await giveFeedback(url, {
    id: 'vote-1',
    target: { traceId: traceIdOf(2), spanId: TOOL_STEP },
    rating: 'negative',
    comment: 'Nobody told me that you are closed.',
    userId: 'user-2',
  })
  const page = await openPage(url, { viewport: { width: 1_300, height: 900 } })

  // To the list, and to those that failed within the last week and that somebody did not like.
  await page.keyboard.press('g')
  await page.keyboard.press('r')
  await page.waitForURL(`${url}/runs`)
  await page.keyboard.press('f')
  await pressUntil(page, 'ArrowDown', 'select[name=since]:has(option[value="7d"]:checked)')
  await page.keyboard.press('Tab')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await pressUntil(page, 'ArrowDown', 'select[name=rating]:has(option[value=negative]:checked)')
  await pressUntil(page, 'Tab', 'form.filters button')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/runs?since=7d&outcome=failed&rating=negative`)
  expect(await page.locator('.count').innerText()).toMatch(/^1 run · 1 failed · 1 user · /)

  // The run, and why it failed.
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/runs/${traceIdOf(2)}`)
  expect(await page.locator('h1').innerText()).toContain('failed')
  await page.getByText('Where is my order?').first().waitFor()
  await pressUntil(page, 'n', `#step-${TOOL_STEP}`)
  const step = await page.locator('article:focus').innerText()
  expect(step).toContain('the shop is closed')
  expect(step).toContain('Nobody told me that you are closed.')

  // A note, which the run shows from then on.
  await page.keyboard.press('a')
  await page.waitForURL(`${url}/notes/new?run=${traceIdOf(2)}`)
  await pressUntil(page, 'Tab', 'textarea[name=text]')
  await page.keyboard.type('Opening hours belong into the prompt.')
  await pressUntil(page, 'Tab', 'main form button')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/notes\/(?!new)/)
  await pressUntil(page, 'Tab', `a[href="/runs/${traceIdOf(2)}"]`)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/runs/${traceIdOf(2)}`)
  await page.locator('.findings').getByText('Opening hours belong into the prompt.').first().waitFor()

  // The inbox has it too.
  await page.keyboard.press('g')
  await page.keyboard.press('f')
  await page.waitForURL(`${url}/feedback`)
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${url}/runs/${traceIdOf(2)}?step=${TOOL_STEP}#step-${TOOL_STEP}`)
})
