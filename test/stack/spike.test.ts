/** Healthy agents raise no alarm; a burst of failing runs pages within two evaluations; a backlog of old failures does not. Two stacks side by side. */
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'vitest'
import { eventually, type PrometheusApi } from './prometheus.ts'
import { batched, RunMaker, type RunPlan } from './runs.ts'
import { deliverProtobuf } from './sender.ts'
import { Stack } from './stack.ts'

const EVALUATION_MS = 30_000
const SCRAPE_MS = 15_000
const FIRST_SEEN_MS = 3 * SCRAPE_MS
const SERVICE = 'spike'
const serverError = { type: '500', message: 'The server had an error while processing your request' }

test.concurrent('healthy traffic raises no alert, and a burst of failing runs pages within two evaluations of its end', async ({
  onTestFinished,
  expect,
}) => {
  const stack = await Stack.start()
  onTestFinished(() => stack.end())
  const maker = new RunMaker(51)
  await sendHealthy(stack, maker, FIRST_SEEN_MS + EVALUATION_MS)
  expect(await failureAlerts(stack.prometheus)).toEqual([])
  expect(stack.webhook.firing()).toEqual([])

  for (let second = 0; second < 10; second++) {
    await send(stack, maker, 20, { endMs: Date.now(), error: serverError })
    await sleep(1_000)
  }
  const burstEndedAtMs = Date.now()
  const paged = (): Promise<readonly string[]> => Promise.resolve(stack.webhook.firing())
  await eventually(paged, (names) => names.includes('FlywheelFailureBurnFast'), 3 * EVALUATION_MS)
  const page = stack.webhook.notifications.find(({ alerts }) => alerts[0]?.labels['alertname'] === 'FlywheelFailureBurnFast')
  console.log(`paged ${((page?.receivedAtMs ?? Infinity) - burstEndedAtMs) / 1_000} s after the burst`)
  expect(page?.receiver).toBe('page')
  expect(page?.alerts.map(({ status, labels }) => [status, labels['service_name'], labels['severity']])).toEqual([
    ['firing', SERVICE, 'critical'],
  ])
  expect(page!.receivedAtMs - burstEndedAtMs).toBeLessThan(2 * EVALUATION_MS)
  const { summary, description, runbook_url: runbookUrl } = page!.alerts[0]!.annotations
  expect(summary).toMatch(/spike.*failing: \d+/)
  expect(description).toMatch(/^\d+.*% of the runs failed in the last 5 minutes/)
  expect(runbookUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/runbook#flywheelfailureburnfast$/)
})

test.concurrent('a backlog of mostly failed runs that ended 20 minutes ago is counted and pages nobody', async ({
  onTestFinished,
  expect,
}) => {
  const stack = await Stack.start()
  onTestFinished(() => stack.end())
  const maker = new RunMaker(53)
  await sendHealthy(stack, maker, FIRST_SEEN_MS)
  for (let minute = 20; minute > 10; minute--) {
    await send(stack, maker, 30, { endMs: Date.now() - minute * 60_000, error: serverError })
    await send(stack, maker, 10, { endMs: Date.now() - minute * 60_000 })
  }
  // It would page without what mutes it: far more failures, and a larger share, than the rule asks for.
  const failed = `sum(increase(flywheel_runs_total{service_name="${SERVICE}",outcome="failed"}[5m]))`
  const share = `${failed} / sum(increase(flywheel_runs_total{service_name="${SERVICE}"}[5m]))`
  expect(
    await eventually(
      () => stack.prometheus.value(failed),
      (value) => (value ?? 0) >= 300,
      2 * SCRAPE_MS,
    ),
  ).toBeGreaterThanOrEqual(300)
  expect(await stack.prometheus.value(share)).toBeGreaterThan(0.5)
  // The rules wait for nothing: the next evaluation after the scrape would page.
  await sleep(EVALUATION_MS + SCRAPE_MS)
  const alerts = await stack.prometheus.alerts()
  expect(alerts.map(({ labels }) => labels['alertname'])).toContain('FlywheelBacklogDraining')
  expect(await failureAlerts(stack.prometheus)).toEqual([])
  expect(stack.webhook.firing()).toEqual([])
})

async function sendHealthy(stack: Stack, maker: RunMaker, forMs: number): Promise<void> {
  const endMs = Date.now() + forMs
  while (Date.now() < endMs) {
    await send(stack, maker, 2, { endMs: Date.now() })
    await sleep(1_000)
  }
}

async function send(stack: Stack, maker: RunMaker, count: number, plan: Omit<RunPlan, 'service'>): Promise<void> {
  const runs = Array.from({ length: count }, () => maker.run({ service: SERVICE, ...plan }))
  for (const parcel of batched(runs, 512)) await deliverProtobuf(stack.collector.door, parcel)
}

async function failureAlerts(prometheus: PrometheusApi): Promise<readonly (string | undefined)[]> {
  const alerts = await prometheus.alerts()
  return alerts.filter(({ labels }) => labels['family'] === 'failures').map(({ labels }) => labels['alertname'])
}
