/** The shipped configuration of Prometheus and Alertmanager is valid, and alerts go where they should: pages, tickets, nowhere, or silenced by another. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, type TestContext } from 'vitest'
import { freePort } from '../helpers/free-port.ts'
import { toolPath } from './programs.ts'
import { repositoryPath } from './shipped.ts'
import { alertmanagerProgram, prometheusProgram } from './stack.ts'
import { Webhook } from './webhook.ts'

/** A page is out this long after its alert at the latest. */
const GROUP_WAIT_MS = 5_000
const alertmanagerFile = repositoryPath('grafana/prometheus/alertmanager.yml')

function temporaryFolder(after: (undo: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-alerting-'))
  after(() => rmSync(folder, { recursive: true }))
  return folder
}

test('promtool accepts prometheus.yml with its rules, amtool accepts alertmanager.yml', ({ onTestFinished }) => {
  const folder = temporaryFolder(onTestFinished)
  prometheusProgram(folder, 9_090, {})
  expect(execFileSync(toolPath('promtool'), ['check', 'config', join(folder, 'prometheus/prometheus.yml')]).toString()).toContain(
    'SUCCESS',
  )
  expect(execFileSync(toolPath('amtool'), ['check-config', alertmanagerFile]).toString()).toContain('SUCCESS')
})

test.each([
  ['severity=critical', 'page'],
  ['severity=warning', 'ticket'],
  ['severity=info', 'quiet'],
  ['severity=typo', 'ticket'],
])('an alert with %s goes to %s', (label, receiver) => {
  const routed = execFileSync(toolPath('amtool'), [
    'config',
    'routes',
    'test',
    `--config.file=${alertmanagerFile}`,
    'alertname=Any',
    label,
  ])
  expect(routed.toString().trim()).toBe(receiver)
})

type Labels = Readonly<Record<string, string>>

const failures = (alertname: string, severity: string, service: string): Labels => ({
  alertname,
  severity,
  family: 'failures',
  service_name: service,
  environment: 'production',
})
const pipeline = (alertname: string, severity: string): Labels => ({ alertname, severity, family: 'pipeline' })

/** Fires the alerts at one Alertmanager and returns what reached the webhook: receiver, alert and service. */
async function notified({ onTestFinished }: TestContext, alerts: readonly Labels[]): Promise<readonly string[]> {
  const webhook = await Webhook.start()
  onTestFinished(() => webhook.end())
  const port = await freePort()
  const alertmanager = alertmanagerProgram(temporaryFolder(onTestFinished), port, webhook.url)
  onTestFinished(() => alertmanager.end())
  await alertmanager.start()
  const response = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts.map((labels) => ({ labels }))),
  })
  expect(response.status).toBe(200)
  await sleep(GROUP_WAIT_MS + 2_000)
  return webhook.notifications
    .flatMap(({ receiver, alerts: sent }) =>
      sent.map(({ labels }) => `${receiver} ${labels['alertname']} ${labels['service_name'] ?? ''}`.trim()),
    )
    .toSorted()
}

test.concurrent('one matter is one page: lesser alerts of the same service, and consequences, are silent; others are not', async (context) => {
  const sent = await notified(context, [
    failures('FlywheelFailureBurnFast', 'critical', 'shop'),
    failures('FlywheelFailureBurnSlow', 'critical', 'shop'),
    failures('FlywheelFailureLowTraffic', 'warning', 'shop'),
    failures('FlywheelFailureLowTraffic', 'warning', 'desk'),
    pipeline('FlywheelProcessorDown', 'critical'),
    pipeline('FlywheelNothingReceived', 'warning'),
    pipeline('FlywheelCheckpointStale', 'warning'),
    pipeline('FlywheelDataRejected', 'warning'),
    pipeline('FlywheelCollectorQueueFull', 'critical'),
    pipeline('FlywheelCollectorQueueFilling', 'warning'),
  ])
  expect(sent).toEqual([
    'page FlywheelCollectorQueueFull',
    'page FlywheelFailureBurnFast shop',
    'page FlywheelProcessorDown',
    'ticket FlywheelDataRejected',
    'ticket FlywheelFailureLowTraffic desk',
  ])
})

test.concurrent('while a backlog drains, failures page nobody, and the backlog itself is only shown', async (context) => {
  const sent = await notified(context, [
    pipeline('FlywheelBacklogDraining', 'info'),
    failures('FlywheelFailureBurnFast', 'critical', 'shop'),
    failures('FlywheelFailureLowTraffic', 'warning', 'desk'),
    pipeline('FlywheelDataRejected', 'warning'),
  ])
  expect(sent).toEqual(['ticket FlywheelDataRejected'])
})
