/** The overview's tables: each row leads on, to the same dashboard narrowed or to the runs behind the number. */
import type { DynamicConfigValue, GridPos } from '@grafana/grafana-foundation-sdk/dashboard'
import { type PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { usdPer1000Runs, costUsd } from '../queries/cost.ts'
import { fatalFailures, recoveredFailures } from '../queries/failures.ts'
import { top } from '../queries/promql.ts'
import { failedPer100ReleaseRuns, firstRunMs, releaseRuns } from '../queries/releases.ts'
import { failedPer100Runs, runDuration, runs, tokensPerRun } from '../queries/runs.ts'
import { negativePer100Ratings } from '../queries/users.ts'
import { flywheelUrl, shown } from './frame.ts'
import { colours, rows, table } from './panels.ts'
import { columns, link, negativeRunsOf, ROWS, thisAgent, thisService, timeRange, unit, width } from './table-columns.ts'

/** Coloured by the objective, as the number above the charts. */
const byObjective: readonly DynamicConfigValue[] = [
  { id: 'custom.cellOptions', value: { type: 'color-text' } },
  {
    id: 'thresholds',
    value: {
      mode: 'absolute',
      steps: [
        { value: null, color: 'text' },
        { value: 2, color: colours.warning },
        { value: 12, color: colours.failed },
      ],
    },
  },
]

function failedRunsOf(...filters: readonly string[]): string {
  return `${flywheelUrl}/runs?outcome=failed&${filters.join('&')}&${timeRange}`
}

export function agentsTable(id: number, at: Readonly<GridPos>): PanelBuilder {
  const by = ['service_name', 'environment', 'agent'] as const
  const panel = table(
    {
      id,
      title: 'Where',
      description:
        'Each agent of each service within the time range. A service narrows this dashboard to it; the numbers of failed runs and of negative ratings open those runs. An agent without runs works for another one.',
      at,
    },
    'no runs yet: send spans to the Collector, port 4317 or 4318',
    'Runs',
  )
    .withTarget(rows('A', `${top(ROWS, runs(shown, by))} > 0`))
    .withTarget(rows('B', failedPer100Runs(shown, by)))
    .withTarget(rows('C', costUsd(shown, by)))
    .withTarget(rows('D', usdPer1000Runs(shown, by)))
    .withTarget(rows('E', tokensPerRun(shown, by)))
    .withTarget(rows('F', runDuration(0.95, shown, by)))
    .withTarget(rows('G', negativePer100Ratings(shown, by)))
  return columns(panel, {
    service_name: {
      name: 'Service',
      properties: [
        link(
          'Show only this service',
          '/d/flywheel-overview?${__url_time_range}&var-service=${__data.fields.Service:percentencode}',
        ),
      ],
    },
    environment: { name: 'Environment' },
    agent: { name: 'Agent' },
    'Value #A': { name: 'Runs', properties: unit('locale', 0) },
    'Value #B': {
      name: 'Failed of 100',
      properties: [...unit('none', 1), ...byObjective, link('Open the failed runs', failedRunsOf(thisService), true)],
    },
    'Value #C': { name: 'Cost', properties: unit('currencyUSD') },
    'Value #D': { name: 'Cost of 1,000 runs', properties: [...unit('currencyUSD'), width(150)] },
    'Value #E': { name: 'Tokens a run', properties: unit('locale', 0) },
    'Value #F': { name: 'Duration p95', properties: unit('s') },
    'Value #G': {
      name: 'Negative of 100 ratings',
      properties: [
        ...unit('none', 0),
        width(170),
        link('Open the runs with negative feedback', negativeRunsOf(thisService, thisAgent), true),
      ],
    },
  })
}

export function failuresTable(id: number, at: Readonly<GridPos>): PanelBuilder {
  const by = ['kind', 'service_name', 'agent', 'step', 'model'] as const
  const panel = table(
    {
      id,
      title: 'What fails',
      description:
        'Failures of the time range by kind and place, most frequent first. Fatal: the run failed because of it. Recovered: the run got over it, the bill did not. A kind opens its runs.',
      at,
    },
    'no failures in this time',
    'Fatal',
  )
    .withTarget(rows('A', `${top(ROWS, fatalFailures(shown, by))} > 0`))
    .withTarget(rows('B', `${top(ROWS, recoveredFailures(shown, by))} > 0`))
  const runsOfKind = `${flywheelUrl}/runs?kind=\${__data.fields.Kind}&${thisService}&${timeRange}`
  return columns(panel, {
    kind: { name: 'Kind', properties: [link('Open the runs with this failure', runsOfKind, true)] },
    service_name: { name: 'Service' },
    agent: { name: 'Agent' },
    step: { name: 'Step' },
    model: { name: 'Model' },
    'Value #A': { name: 'Fatal', properties: [...unit('locale', 0), width(80)] },
    'Value #B': { name: 'Recovered', properties: [...unit('locale', 0), width(100)] },
  })
}

export function firingTable(id: number, at: Readonly<GridPos>): PanelBuilder {
  const panel = table(
    { id, title: 'Firing now', description: 'Alerts of the flywheel that fire. A name opens what to do about it.', at },
    'nothing fires',
    'Severity',
  ).withTarget(
    rows('A', 'max by (alertname, severity, service_name, environment) (ALERTS{alertstate="firing",alertname=~"Flywheel.*"})'),
  )
  return columns(panel, {
    alertname: {
      name: 'Alert',
      properties: [link('What to do', `${flywheelUrl}/runbook#\${__data.fields.Alert}`, true)],
    },
    service_name: { name: 'Service', properties: [width(130)] },
  })
}

export function releasesTable(id: number, at: Readonly<GridPos>): PanelBuilder {
  const by = ['service_name', 'environment', 'release'] as const
  const panel = table(
    {
      id,
      title: 'Releases',
      description: 'Releases that ran within the time range, by service. Fills when agents send service.version.',
      at,
    },
    'no release yet: agents tell theirs in service.version',
    'First run',
  )
    .withTarget(rows('A', `${releaseRuns(shown, by)} > 0`))
    .withTarget(rows('B', failedPer100ReleaseRuns(shown, by)))
    .withTarget(rows('C', firstRunMs(shown, by)))
  return columns(panel, {
    service_name: { name: 'Service' },
    environment: { name: 'Environment' },
    release: {
      name: 'Release',
      properties: [
        link('Open the failed runs', failedRunsOf(thisService, 'release=${__data.fields.Release:percentencode}'), true),
      ],
    },
    'Value #C': { name: 'First run', properties: [{ id: 'unit', value: 'dateTimeFromNow' }, width(160)] },
    'Value #A': { name: 'Runs', properties: unit('locale', 0) },
    'Value #B': { name: 'Failed of 100', properties: [...unit('none', 1), ...byObjective] },
  })
}
