/** Reading chats in a real browser: fast with a thousand steps, by keyboard, on a phone, without script, and for assistive technology. */
import type { Page } from 'playwright-core'
import { afterAll, describe, expect, test } from 'vitest'
import { noTarget } from '../../src/model/feedback.ts'
import type { Store } from '../../src/records/store.ts'
import { asksFor, feedback, type PlannedStep, reviewed, says, spanIdOf, toolStep } from '../helpers/review.ts'
import { conversation, storeWith } from '../web/fixtures.ts'
import { accessibilityFindings, closeBrowser, openPage, traceIdOf } from './browser.ts'
import { serveApp } from './serve-app.ts'

afterAll(closeBrowser)

const RUN = traceIdOf(1)
const asked = '{"id":1881,"include":["payments","shipments"]}'
const found = JSON.stringify({
  id: 1881,
  status: 'paid',
  payments: Array.from({ length: 40 }, (_, id) => ({ id, amount: 4990 })),
})

/** A run of so many steps: calls and tools by turns, a failed one every hundred. */
function stepsOf(count: number): readonly PlannedStep[] {
  return Array.from({ length: count }, (_, index): PlannedStep => {
    const at = { startMs: index * 100, ms: 90 }
    if (index === 0) return { ...at, kind: 'agent', name: 'invoke_agent support', ms: count * 100 }
    if (index % 2 === 1) {
      const answer = says(
        'assistant',
        { type: 'thought', text: 'I have to look it up. '.repeat(20) },
        asksFor('lookup_order', asked),
      )
      return {
        ...at,
        kind: 'llm',
        name: 'chat gpt-4o-mini',
        said: { repeated: index, input: [says('user', `${index}: where is my order? `.repeat(4))], output: [answer] },
      }
    }
    const failure = {
      kind: 'tool_error',
      impact: index % 400 === 0 ? 'fatal' : 'recovered',
      detail: `the shop is closed (${index})`,
    } as const
    return toolStep('lookup_order', asked, found, { ...at, ...(index % 100 === 0 ? { failure } : {}) })
  })
}

function storeOf(count: number): Store {
  const { run, transcript } = reviewed({ traceId: RUN, steps: stepsOf(count) })
  const said = [
    feedback({ comment: 'That was not my order.', target: { ...noTarget, traceId: RUN, spanId: spanIdOf(3) } }),
    feedback({
      id: 'b',
      runId: null,
      target: { ...noTarget, conversationId: 'chat-9' },
      countedRating: 'positive',
      source: 'api',
    }),
    feedback({ id: 'c', countedRating: null, score: 3, correction: 'Paid once.', judge: 'reviewer', userId: 'ada' }),
  ]
  const base = storeWith()
  return {
    ...base,
    findRun: (id) => Promise.resolve(id === RUN ? run : null),
    listRuns: () => Promise.resolve({ runs: [run], next: 'further' }),
    findConversation: () => Promise.resolve(conversation),
    feedbackOfRuns: () => Promise.resolve(new Map([[RUN, said.filter(({ runId }) => runId !== null)]])),
    feedbackOfConversation: () => Promise.resolve(said),
    listFeedback: () => Promise.resolve({ feedback: said, next: 'further' }),
    countFeedback: () => Promise.resolve({ all: 3, positive: 1, neutral: 0, negative: 1, unmatched: 1 }),
    transcripts: { ...base.transcripts, find: () => Promise.resolve(transcript), state: () => Promise.resolve('kept') },
  }
}

const focusedId = (page: Page): Promise<string | undefined> => page.evaluate(() => document.activeElement?.id)

describe('a thousand steps', () => {
  test('take less than a second of the server and of scripts, and scroll', async () => {
    const url = await serveApp({ store: storeOf(1_000) })
    // Once before, so that neither side has to compile anything.
    const page = await openPage(`${url}/runs/${RUN}`)
    const costs = await page.context().newCDPSession(page)
    await costs.send('Performance.enable')
    const spentMs = async (): Promise<Record<'script' | 'layout', number>> => {
      const { metrics } = await costs.send('Performance.getMetrics')
      const of = (name: string): number => (metrics.find((metric) => metric.name === name)?.value ?? 0) * 1_000
      return { script: of('ScriptDuration'), layout: of('LayoutDuration') + of('RecalcStyleDuration') }
    }
    await page.goto(`${url}/runs/${RUN}`)
    await page.waitForTimeout(500)
    const { script, layout } = await spentMs()
    const server = await page.evaluate(() => {
      const [entry] = performance.getEntriesByType('navigation')
      return entry instanceof PerformanceNavigationTiming ? entry.responseEnd - entry.requestStart : Infinity
    })
    expect(await page.locator('#transcript article').count()).toBe(1_000)
    expect(await page.locator('.tree a').count()).toBe(1_000)
    expect({ server, script, isFast: server + script < 1_000 }).toMatchObject({ isFast: true })
    expect(layout).toBeLessThan(1_000)

    const before = await spentMs()
    for (let turn = 0; turn < 20; turn++) await page.keyboard.press('j')
    await page.keyboard.press('n')
    const after = await spentMs()
    expect(after.script - before.script).toBeLessThan(1_000)
  })
})

describe('keys on a run', () => {
  test('walk the steps, the failures and the transcript', async () => {
    const url = await serveApp({ store: storeOf(300) })
    const page = await openPage(`${url}/runs/${RUN}`, { viewport: { width: 1_300, height: 900 } })
    const focusedRow = (): Promise<string | null> => page.evaluate(() => document.activeElement?.getAttribute('data-row') ?? null)

    await page.keyboard.press('j')
    expect(await focusedRow()).toBe(`failure ${spanIdOf(100)} tool_error`)
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    expect(await focusedRow()).toBe(`step ${spanIdOf(0)}`)
    for (let turn = 0; turn < 40; turn++) await page.keyboard.press('j')
    expect(await focusedRow()).toBe(`step ${spanIdOf(40)}`)
    const card = page.locator(`#step-${spanIdOf(40)}`)
    await expect.poll(async () => (await card.boundingBox())?.y).toBeLessThan(50)

    await page.keyboard.press('Enter')
    await page.waitForURL(`**/runs/${RUN}#step-${spanIdOf(40)}`)
    expect(await focusedId(page)).toBe(`step-${spanIdOf(40)}`)
    await page.keyboard.press('n')
    expect(await focusedId(page)).toBe(`step-${spanIdOf(100)}`)
    await page.keyboard.press('n')
    expect(await focusedId(page)).toBe(`step-${spanIdOf(200)}`)
    expect(await page.locator(`#step-${spanIdOf(200)} .evidence`).innerText()).toContain('the shop is closed (200)')
    await page.keyboard.press('p')
    expect(await focusedId(page)).toBe(`step-${spanIdOf(100)}`)
    await page.keyboard.press('c')
    expect(await focusedId(page)).toBe('transcript-title')
    await page.keyboard.press('a')
    await page.waitForURL(`**/notes/new?run=${RUN}`)
  })

  test('the tree marks the step that is being read', async () => {
    const url = await serveApp({ store: storeOf(300) })
    const page = await openPage(`${url}/runs/${RUN}#step-${spanIdOf(200)}`, { viewport: { width: 1_300, height: 900 } })
    const row = page.locator(`.tree a[aria-current]`)
    await expect.poll(() => row.getAttribute('data-row')).toBe(`step ${spanIdOf(200)}`)
    const place = await row.boundingBox()
    expect([place !== null && place.y >= 0 && place.y < 900]).toEqual([true])
    await page.mouse.move(900, 500)
    await page.mouse.wheel(0, 3_000)
    await expect.poll(() => row.getAttribute('data-row')).not.toBe(`step ${spanIdOf(200)}`)
  })

  test('JSON is copied as it is shown, by keyboard as well', async () => {
    const url = await serveApp({ store: storeOf(5) })
    const page = await openPage(`${url}/runs/${RUN}`, { permissions: ['clipboard-read', 'clipboard-write'] })
    const button = page.locator(`#step-${spanIdOf(2)} button.copy`).first()
    await button.focus()
    await page.keyboard.press('Enter')
    await page.getByText('copied').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('{"id": 1881, "include": ["payments", "shipments"]}')
  })
})

test('a transcript that is being read from the log comes by itself', async () => {
  const store = storeOf(5)
  let isKept = false
  const url = await serveApp({
    store: {
      ...store,
      transcripts: {
        ...store.transcripts,
        find: (id) => (isKept ? store.transcripts.find(id) : Promise.resolve(null)),
        state: () => Promise.resolve(isKept ? 'kept' : 'pending'),
      },
    },
  })
  const page = await openPage(`${url}/runs/${RUN}`)
  await page.getByText('The texts are being read from the log.').waitFor()
  isKept = true
  await page.getByText('1: where is my order?').waitFor()
  expect(await page.locator('[data-refresh]').count()).toBe(0)
})

test('without script everything can be read and reached', async () => {
  const url = await serveApp({ store: storeOf(300) })
  const page = await openPage(`${url}/runs/${RUN}`, { javaScriptEnabled: false })
  await page.locator(`.tree a[data-row="step ${spanIdOf(200)}"]`).click()
  const card = page.locator(`#step-${spanIdOf(200)}`)
  expect(page.url()).toBe(`${url}/runs/${RUN}#step-${spanIdOf(200)}`)
  expect((await card.boundingBox())?.y).toBeLessThan(50)
  await card.locator('.fold summary').first().click()
  expect(await card.locator('.fold pre').first().innerText()).toContain('"status": "paid"')
  await page.goto(`${url}/feedback`)
  await page.getByRole('link', { name: 'at its step' }).click()
  expect(page.url()).toBe(`${url}/runs/${RUN}?step=${spanIdOf(3)}#step-${spanIdOf(3)}`)
})

describe.each(['light', 'dark'] as const)('%s', (colorScheme) => {
  test('axe-core finds nothing on the review pages, and nothing is wider than the window', async () => {
    const url = await serveApp({ store: storeOf(24), grafanaUrl: 'https://grafana.example' })
    const blank = await serveApp({})
    const paths = [
      `${url}/runs`,
      `${url}/runs/${RUN}`,
      `${url}/runs/${RUN}?step=${spanIdOf(2)}#step-${spanIdOf(2)}`,
      `${url}/conversations/chat-42`,
      `${url}/feedback`,
      `${url}/feedback?rating=negative&matched=no`,
      `${blank}/feedback`,
      `${blank}/runs`,
    ]
    for (const path of paths)
      for (const width of [360, 1_300]) {
        const page = await openPage(path, { colorScheme, viewport: { width, height: 900 } })
        expect([path, width, await accessibilityFindings(page)]).toEqual([path, width, []])
        const overflow = await page.evaluate(() =>
          Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth),
        )
        expect([path, width, overflow]).toEqual([path, width, 0])
        await page.context().close()
      }
  })
})
