/** The pages as text: what they say, where they lead, and that nothing foreign becomes markup. */
import { describe, expect, test } from 'vitest'
import { dearestOf, type LiveView, slowestOf } from '../../../src/live/live-view.ts'
import { LiveWindow } from '../../../src/live/live-window.ts'
import type { RunRecord } from '../../../src/model/run.ts'
import { conversation, listeningStore, NOW_MS, problemOf, run, started, storeWith, TRACE } from '../fixtures.ts'
import { navigation, visiting } from '../visitor.ts'

function liveWith(...runs: readonly RunRecord[]): { version: () => string; view: (service: string | null) => LiveView } {
  const window = new LiveWindow()
  for (const record of runs) window.settled({ type: 'run', record, late: null, atMs: NOW_MS })
  return {
    version: () => String(window.version),
    view: (service) => {
      const { steps, ...snapshot } = window.snapshot(NOW_MS, service)
      return {
        ...snapshot,
        dearest: dearestOf(steps),
        slowest: slowestOf(steps),
        service,
        lastRunAtMs: runs.length === 0 ? null : NOW_MS,
        open: { runs: 0, costNanoUsd: 0, loops: 0 },
        contentMode: 'redacted',
      }
    },
  }
}

/** Text as a reader sees it: without markup, with spaces where markup was. */
function textOf(html: string): string {
  return html
    .replaceAll(/<script[\s\S]*?<\/script>|<style[\s\S]*?<\/style>|<dialog[\s\S]*?<\/dialog>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

describe('every page', () => {
  test.each(['/', '/runs', `/runs/${TRACE}`, '/instrument', '/instrument/openai-js'])(
    '%s has the strict policy and no copy is kept',
    async (path) => {
      const recipes = new URL('../../../docs/instrument/', import.meta.url)
      const get = await started({ store: storeWith({ findRun: () => Promise.resolve(run) }), recipes })
      const { status, headers } = await get(path)
      expect([status, headers.get('content-security-policy'), headers.get('cache-control'), headers.get('content-type')]).toEqual(
        [200, policy, 'no-store', 'text/html; charset=utf-8'],
      )
    },
  )

  test('leads below the prefix under which a proxy serves us', async () => {
    const get = await started({ publicUrl: 'https://tools.example/flywheel', live: liveWith(run) })
    const html = await (await get('/')).text()
    const targets = [...html.matchAll(/(?:href|src|action|data-stream|data-base)="([^"]*)"/g)].map(([, target]) => target ?? '')
    expect(targets.length).toBeGreaterThan(15)
    expect(targets.filter((target) => !target.startsWith('/flywheel/') && target !== '#main')).toEqual([])
  })
})

describe('the live page', () => {
  test('waits, says where to send, and what to copy', async () => {
    const recipes = new URL('../../../docs/instrument/', import.meta.url)
    const text = textOf(await (await (await started({ live: liveWith(), recipes }))('/')).text())
    expect(text).toContain('Waiting for the first span')
    expect(text).toContain('Send to http://127.0.0.1:4318')
    expect(text).toContain('OpenAI in JavaScript Install npm install openai@')
  })

  test('names another address where it is reached elsewhere', async () => {
    const get = await started({ live: liveWith(), publicUrl: 'https://flywheel.example' })
    expect(await (await get('/')).text()).toContain('export OTEL_EXPORTER_OTLP_ENDPOINT=https://flywheel.example')
  })

  test('an odd address is shown as it is, and is no markup', async () => {
    const html = await (await (await started({ live: liveWith(), publicUrl: 'http://host/"><script>' }))('/')).text()
    expect(html).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://host/&quot;&gt;&lt;script&gt;')
    expect(html).not.toContain('<script>')
  })

  test('says that the log is being read', async () => {
    expect(textOf(await (await (await started())('/')).text())).toContain('Starting: the log is being read.')
  })

  test('shows the hour: runs, money, why they failed with the evidence, steps, runs', async () => {
    const text = textOf(await (await (await started({ live: liveWith(run) }))('/')).text())
    expect(text).toContain('Runs 1 1 model call Failed 1 of 1 1 run Cost 0.00065 USD')
    expect(text).toContain('a tool failed tool_error 1 0 2026-01-31 12:00:05 UTC support: search failed')
    expect(text).toContain('gpt-4o-2024-08-06 support › plan 1 0.00065 0.00065')
    expect(text).toContain('support 1.4.2 Where is my parcel? failed a tool failed search 1 140 0.00065 1.2 s c1')
  })

  test('a mean over some of the runs says so', async () => {
    const refused = { ...run, traceId: 'f'.repeat(32), costNanoUsd: null, unpricedCalls: 1, steps: [] }
    const idle = { ...run, traceId: 'e'.repeat(32), costNanoUsd: null, llmCalls: 0, steps: [] }
    const text = textOf(await (await (await started({ live: liveWith(run, refused, idle) }))('/')).text())
    expect(text).toContain('Cost per run 0.00033 USD over 2 of 3 runs')
  })

  test('says since when it knows, where a start looked back less far', async () => {
    const live = liveWith(run)
    const view = (service: string | null): LiveView => ({ ...live.view(service), sinceMs: NOW_MS - 60_000 })
    const text = textOf(await (await (await started({ live: { ...live, view } }))('/')).text())
    expect(text).toContain('Why runs failed since 2026-01-31 11:59:00 UTC , and what they recovered from')
  })

  test('every number leads to the runs behind it, with the service that is looked at', async () => {
    const html = await (await (await started({ live: liveWith(run) }))('/?service=shop')).text()
    for (const link of [
      '/runs?since=1h&amp;service=shop',
      '/runs?since=1h&amp;service=shop&amp;outcome=failed',
      '/runs?kind=tool_error&amp;since=1h&amp;service=shop',
      `/runs/${TRACE}?step=02#step-02`,
      '/conversations/c1',
    ])
      expect(html).toContain(`href="${link}"`)
  })

  test('a quiet hour is not a first start', async () => {
    const live = liveWith()
    const view = (service: string | null): LiveView => ({ ...live.view(service), lastRunAtMs: NOW_MS - 7_200_000 })
    const text = textOf(await (await (await started({ live: { ...live, view } }))('/')).text())
    expect(text).toContain('No run has ended in the last hour. The newest settled 2026-01-31 10:00:00 UTC : all runs .')
  })

  test('a wrong parameter is named', async () => {
    expect(await problemOf(await (await started())('/?servce=shop'))).toMatchObject({
      status: 422,
      errors: [{ field: 'servce', expected: 'no such parameter', received: 'shop' }],
    })
  })
})

describe('the list of runs', () => {
  test('takes the filters of the API, and empty fields of its form are none', async () => {
    const { store, filters } = listeningStore()
    const get = await started({ store })
    await get('/runs?outcome=failed&kind=&service=&environment=&agent=&release=&conversation=&user=&tag=&since=1h')
    await get('/runs?environment=&kind=tool_error')
    const given = filters.map((filter) => Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)))
    expect(given).toEqual([
      { sinceMs: NOW_MS - 3_600_000, outcome: 'failed', limit: 50 },
      { environment: '', kind: 'tool_error', limit: 50 },
    ])
  })

  test('says how many, what they cost, and that there are more', async () => {
    const html = await (await (await started({ store: listeningStore().store }))('/runs?outcome=failed')).text()
    expect(textOf(html)).toContain('The newest 1 run · 1 failed · 1 user · 0.00065 USD, more below')
    expect(html).toContain('href="/runs?outcome=failed&amp;cursor=further"')
    const offered = [...html.matchAll(/<datalist id="known-([a-z]+)">(.*?)<\/datalist>/gs)].map(([, name, options]) => [
      name,
      [...(options ?? '').matchAll(/value="([^"]*)"/g)].map(([, value]) => value),
    ])
    expect(Object.fromEntries(offered)).toEqual({
      service: ['shop'],
      environment: ['prod'],
      agent: ['support'],
      release: ['1.4.2'],
      conversation: ['c1'],
      user: ['u1'],
      tag: ['beta'],
    })
  })

  test('an empty one says what would fill it', async () => {
    const get = await started()
    expect(textOf(await (await get('/runs')).text())).toContain('A run is listed here a few seconds after it has ended.')
    expect(textOf(await (await get('/runs?user=x')).text())).toContain('No run fits all of these filters.')
  })

  test('a wrong filter is named', async () => {
    expect(await problemOf(await (await started())('/runs?outcome=bad'))).toMatchObject({
      status: 422,
      errors: [{ field: 'outcome' }],
    })
  })
})

describe('a run', () => {
  const get = (record: RunRecord | null, options = {}) =>
    started({
      store: storeWith({ findRun: () => Promise.resolve(record), findConversation: () => Promise.resolve(conversation) }),
      ...options,
    })

  test('says what it was, why it failed with the evidence, and its steps', async () => {
    const text = textOf(await (await (await get(run))(`/runs/${TRACE}`)).text())
    expect(text).toContain('support failed: a tool failed')
    expect(text).toContain('tokens 100 in (60 cached), 40 out cost 0.00065 USD user u1 conversation c1 release 1.4.2')
    expect(text).toContain('a tool failed tool_error the run failed because of it search failed at execute_tool search in act')
    expect(text).toContain('model gpt-4o-2024-08-06 1.2 s · 100 in (60 cached) · 40 out · 0.00065 USD')
    expect(text).toContain('search failed The run failed because of it. error Timeout: no answer')
  })

  test('is open at the step that the address names', async () => {
    const html = await (await (await get(run))(`/runs/${TRACE}?step=02`)).text()
    const open = [...html.matchAll(/<article\s[^>]*id="([^"]+)"(?:(?!<\/article>)[\s\S])*<details class="more" open>/g)]
    expect(open.map(([, id]) => id)).toEqual(['step-02'])
  })

  test('leads to Tempo where a Grafana is known, and nowhere else', async () => {
    const html = await (await (await get(run, { grafanaUrl: 'https://grafana.example' }))(`/runs/${TRACE}`)).text()
    const [, link = ''] = /href="(https:\/\/grafana[^"]*)"/.exec(html) ?? []
    const address = new URL(link.replaceAll('&amp;', '&'))
    expect([address.pathname, JSON.parse(address.searchParams.get('panes') ?? '')]).toEqual([
      '/explore',
      {
        run: {
          datasource: 'tempo',
          queries: [{ refId: 'A', datasource: { type: 'tempo', uid: 'tempo' }, queryType: 'traceql', query: TRACE }],
          range: { from: '1769859000000', to: '1769862601235' },
        },
      },
    ])
    expect(await (await (await get(run))(`/runs/${TRACE}`)).text()).not.toContain('Tempo')
  })

  test('that is still open says so', async () => {
    const text = textOf(await (await (await get(null, { openRun: () => run }))(`/runs/${TRACE}`)).text())
    expect(text).toContain('support still open')
    expect(text).toContain('1.2 s so far')
  })

  test('steps that began in the same millisecond stand in the order in which they ended', async () => {
    const [first] = run.steps
    const child = (spanId: string, endUs: number) => ({
      ...first!,
      spanId,
      parentId: first!.spanId,
      startUs: first!.startUs + 5,
      endUs,
    })
    const steps = [first!, child('a', first!.startUs + 900), child('b', first!.startUs + 6)]
    const html = await (await (await get({ ...run, steps }))(`/runs/${TRACE}`)).text()
    expect([...html.matchAll(/<article\s[^>]*id="step-([^"]+)"/g)].map(([, id]) => id)).toEqual([first!.spanId, 'b', 'a'])
  })

  test('that nobody knows is said on a page to a person, as problem details to a program', async () => {
    expect(await problemOf(await (await get(null))(`/runs/${TRACE}`))).toMatchObject({ status: 404 })
    const ask = await visiting()
    const { status, body } = await ask(`/runs/${TRACE}`, { headers: navigation })
    expect([status, textOf(body)]).toEqual([
      404,
      expect.stringContaining(`Not Found 404 No run with trace id ${TRACE}`) as unknown,
    ])
  })

  test('steps keep their place when parents are missing, go in rings or are thousands deep', async () => {
    const [first] = run.steps
    const chain = Array.from({ length: 12_000 }, (_, index) => ({
      ...first!,
      spanId: `s${index}`,
      parentId: index === 0 ? 'gone' : `s${index - 1}`,
    }))
    const ring = [
      { ...first!, spanId: 'r1', parentId: 'r2' },
      { ...first!, spanId: 'r2', parentId: 'r1' },
    ]
    const page = await get({ ...run, steps: [...ring, ...chain] })
    const html = await (await page(`/runs/${TRACE}`)).text()
    expect([...html.matchAll(/<article\s[^>]*id="step-/g)].length).toBe(2_000)
    expect(html).toContain(`href="/runs/${TRACE}?all=1"`)
    const all = await (await page(`/runs/${TRACE}?all=1`)).text()
    expect([...all.matchAll(/<article\s[^>]*id="step-/g)].length).toBe(12_002)
    const late = await (await page(`/runs/${TRACE}?step=s11999`)).text()
    expect(late).toMatch(/<article\s[^>]*id="step-s11999"(?:(?!<\/article>)[\s\S])*<details class="more" open>/)
    expect([...late.matchAll(/<article\s[^>]*id="step-/g)].length).toBeGreaterThan(900)
  })
})
