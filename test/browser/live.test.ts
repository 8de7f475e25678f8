/** The live page in a real browser: it wakes up by itself, shows what came, survives a restart and can be read without script. */
import { createServer, get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { chatSpan, closeBrowser, openPage, post, processor, sendRun, supportRun, traceIdOf } from './browser.ts'

afterAll(closeBrowser)

describe('the first minutes', () => {
  test('an empty page waits with something to copy, and shows the first run within two seconds of settling', async () => {
    const { url } = await processor()
    const page = await openPage(url)
    await page.getByRole('heading', { name: 'Waiting for the first span' }).waitFor()
    expect(await page.getByRole('button', { name: 'copy' }).count()).toBeGreaterThan(3)

    const row = page.locator(`a[data-row="run ${traceIdOf(1)}"]`)
    const seen = row.waitFor({ timeout: 20_000 }).then(() => Date.now())
    const settledAtMs = await sendRun(url, supportRun(1))
    expect((await seen) - settledAtMs).toBeLessThan(2_000)
    expect(await page.locator('#welcome').innerText()).toBe('')
    expect(await page.locator('#stats').innerText()).toMatch(/Runs\s+1\s+1 model call\s+Failed\s+0 of 1/)
  })

  test('spans without anything of an agent are named, with the way out', async () => {
    const { url } = await processor()
    const page = await openPage(url)
    await post(url, [
      {
        traceId: traceIdOf(1),
        scope: '@opentelemetry/instrumentation-http',
        root: { name: 'GET /health', attributes: {}, kind: 2 },
      },
    ])
    const hint = page.locator('.hints li').first()
    await hint.waitFor()
    expect(await hint.innerText()).toMatch(
      /^1 trace came, and nothing in them is about a model, an agent or a tool\.\s+Spans seen: GET \/health \(@opentelemetry\/instrumentation-http\)/,
    )
    expect(await page.locator('#welcome h2').innerText()).toBe('1 span came, no run of an agent among them yet')
  })

  test('what the data lacks is said once, each with the fix', async () => {
    const { url } = await processor()
    const bare = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'house-7b',
      'gen_ai.usage.input_tokens': 10,
      'gen_ai.usage.output_tokens': 5,
    }
    await sendRun(url, { traceId: traceIdOf(1), root: { name: 'chat house-7b', attributes: bare } })
    const page = await openPage(url)
    const hints = page.locator('.hints li summary')
    await hints.first().waitFor()
    expect(await hints.allInnerTexts()).toEqual([
      'The price of 1 call is not known.',
      'None of 1 model call carries a text.',
      '1 of 1 run name no conversation and no user.',
    ])
    await hints.first().click()
    expect(await page.locator('.hints li').first().innerText()).toContain('prices:\n  - model: "house-7b"')
  })

  test('what was opened or has the focus stays so when the page changes under it', async () => {
    const { url } = await processor()
    await sendRun(url, { traceId: traceIdOf(9), root: chatSpan('house-7b', { 'gen_ai.conversation.id': 'c', 'user.id': 'u' }) })
    const page = await openPage(url)
    await page.locator('.hints summary').first().click()
    await page.locator(`a[data-row="run ${traceIdOf(9)}"]`).focus()
    await sendRun(url, supportRun(2))
    await page.locator(`a[data-row="run ${traceIdOf(2)}"]`).waitFor()
    expect(await page.evaluate(() => document.activeElement?.getAttribute('data-row'))).toBe(`run ${traceIdOf(9)}`)
    expect(await page.locator('.hints details').first().getAttribute('open')).not.toBeNull()
  })
})

describe('an open page', () => {
  test('says when the processor is gone and goes on by itself when it is back, with what it had shown', async () => {
    const running = await processor()
    await sendRun(running.url, supportRun(1))
    const page = await openPage(running.url)
    await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).waitFor()
    await running.end('SIGKILL')
    await page.getByText('The processor does not answer. This page tries again.').waitFor()
    await running.start()
    await sendRun(running.url, supportRun(2))
    await page.locator(`a[data-row="run ${traceIdOf(2)}"]`).waitFor({ timeout: 20_000 })
    expect(await page.locator('#stats dd').first().innerText()).toMatch(/^2\s/)
    expect(await page.locator('#stream-status').innerText()).toBe('')
  })

  test('behind a proxy that answers for a processor that is gone it comes back too', async () => {
    const running = await processor()
    const proxy = createServer((request, response) => {
      const onward = get(
        `${running.url}${request.url ?? ''}`,
        { method: request.method, headers: { accept: request.headers.accept } },
        (answer) => {
          response.writeHead(answer.statusCode ?? 502, { 'content-type': answer.headers['content-type'] ?? 'text/plain' })
          answer.pipe(response)
          answer.on('close', () => response.destroy())
        },
      )
      onward.on('error', () => response.writeHead(502).end())
      response.on('close', () => onward.destroy())
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      proxy.closeAllConnections()
      proxy.close()
    })
    const page = await openPage(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
    await page.locator('#welcome h2').waitFor()
    await running.end('SIGKILL')
    await page.getByText('The processor does not answer. This page tries again.').waitFor()
    // Long enough for the browser to have tried, and to have got the answer of the proxy.
    await sleep(6_000)
    await running.start()
    await sendRun(running.url, supportRun(1))
    await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).waitFor({ timeout: 40_000 })
  })

  test('what is pressed is not taken away under the pointer, and the focus stays where it is', async () => {
    const { url } = await processor()
    await sendRun(url, supportRun(1))
    const page = await openPage(url)
    const link = page.locator('#stats a').first()
    await link.focus()
    const place = await link.boundingBox()
    await page.mouse.move((place?.x ?? 0) + 2, (place?.y ?? 0) + 8)
    await page.mouse.down()
    await link.evaluate((element) => element.setAttribute('data-same', ''))
    await sendRun(url, supportRun(2))
    await sleep(1_500)
    expect(await page.locator('#stats [data-same]').count()).toBe(1)
    await page.mouse.move(0, 0)
    await page.mouse.up()
    await page.waitForFunction(() => document.querySelector('#stats dd')?.textContent?.startsWith('2'))
    expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).toBe('/runs?since=1h')
  })

  test('can be paused', async () => {
    const { url } = await processor()
    const page = await openPage(url)
    await page.locator('#welcome h2').waitFor()
    await page.getByRole('button', { name: 'pause updates' }).click()
    await sendRun(url, supportRun(1))
    await sleep(1_500)
    expect(await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).count()).toBe(0)
    await page.getByRole('button', { name: 'go on' }).click()
    await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).waitFor()
  })

  test('a stop does not wait for open pages', async () => {
    const running = await processor()
    await openPage(running.url)
    await sleep(300)
    const began = Date.now()
    expect(await running.end('SIGTERM')).toBe(0)
    expect(Date.now() - began).toBeLessThan(5_000)
  })

  test('a hidden page lets go of its connection, and is up to date when it is seen again', async () => {
    const { url } = await processor()
    const page = await openPage(url)
    const setHidden = (isHidden: boolean): Promise<void> =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await setHidden(true)
    await sendRun(url, supportRun(1))
    await sleep(1_500)
    expect(await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).count()).toBe(0)
    await setHidden(false)
    await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).waitFor()
  })

  test('shows one service when asked to, and the address says which', async () => {
    const { url } = await processor()
    await sendRun(url, supportRun(1))
    await sendRun(url, { ...supportRun(2), resource: { 'service.name': 'desk' } })
    const page = await openPage(url)
    await page.locator('select[name=service]').selectOption('desk')
    await page.waitForURL(`${url}/?service=desk`)
    await page.locator(`a[data-row="run ${traceIdOf(2)}"]`).waitFor()
    expect(await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).count()).toBe(0)
    await sendRun(url, { ...supportRun(3), resource: { 'service.name': 'desk' } })
    await page.locator(`a[data-row="run ${traceIdOf(3)}"]`).waitFor()
  })
})

test('everything can be read without script', async () => {
  const { url } = await processor()
  await sendRun(url, supportRun(1, { error: 'the shop is closed' }))
  const page = await openPage(url, { javaScriptEnabled: false })
  expect(await page.locator('#failures').innerText()).toContain('a tool failed')
  await page.locator(`a[data-row="run ${traceIdOf(1)}"]`).click()
  expect(await page.locator('main').innerText()).toContain('lookup_order: the shop is closed')
  await page.locator('ol.failures a[data-row]').click()
  expect(await page.locator('article.tool.failed').innerText()).toContain('the shop is closed')
  expect(await page.locator('details[open]').innerText()).toContain('execute_tool lookup_order')
})
