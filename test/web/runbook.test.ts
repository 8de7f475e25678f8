import { expect, test } from 'vitest'
import { started } from './fixtures.ts'

test('the link of an alert leads to its section, readable without a token and without a script', async () => {
  const get = await started({ apiToken: 'a-token-of-enough-characters' })
  const response = await get('/runbook')
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const page = await response.text()
  expect(/<article class="prose">(.*?)<\/article>/s.exec(page)?.[1]).toBe(
    '<h1 id="runbook">Runbook</h1>\n<h2 id="flywheelprocessordown"><a id="FlywheelProcessorDown"></a>FlywheelProcessorDown</h2>\n<p>Look at <code>/readyz</code>.</p>\n',
  )
})

test('the link of an alert to its runs leads to the list with the same filters', async () => {
  const get = await started()
  const response = await get('/runs?outcome=failed&since=1h&service=a%26b&environment=')
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  const page = await response.text()
  expect(page).toContain('<option value="failed" selected>failed</option>')
  expect(page).toContain('<option value="1h" selected>last hour</option>')
  expect(page).toContain('name="service" value="a&amp;b"')
})
