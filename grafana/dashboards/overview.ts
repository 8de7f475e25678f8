/** "Flywheel overview": is anything wrong, where, and what to open. The way in to everything else. */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { costUsd, dearestModelsPerBar, otherModelsPerBar, usdPer1000Runs } from '../queries/cost.ts'
import { leadingKindsPerBar, otherKindsPerBar, usersHurt, wastedUsdPerBar } from '../queries/failures.ts'
import { openCostUsd, openLoops, openRuns } from '../queries/open-runs.ts'
import { over, type Scope } from '../queries/promql.ts'
import { failedPer100Runs, runDuration, runs, runsPerBar } from '../queries/runs.ts'
import { colourKinds } from './failure-colours.ts'
import { dashboard, shown } from './frame.ts'
import { agentsTable, failuresTable, firingTable, releasesTable } from './overview-tables.ts'
import { bars, coloured, colours, compared, lines, series, stat, type StatLook } from './panels.ts'
import { pipelineStat } from './pipeline-stat.ts'

const noRuns = 'no runs yet: send spans to the Collector, port 4317 or 4318'
const MODELS = 6
const KINDS = 6

/** A number of the whole time range, and the same a week before. */
function number(
  id: number,
  title: string,
  description: string,
  x: number,
  look: StatLook,
  query: (scope: Scope) => string,
): ReturnType<typeof stat> {
  return compared(stat({ id, title, description, at: { x, y: 0, w: 4, h: 5 } }, look), query)
}

export function overview(): DashboardBuilder {
  const board = dashboard({
    uid: 'flywheel-overview',
    title: 'Flywheel overview',
    topic: 'overview',
    description: 'Runs, failures, money and users of all agents: is anything wrong, where, and what to open.',
  })
  const answer = [
    number(
      1,
      'Runs',
      'Runs that settled within the time range. Fills when an instrumented agent sends its first spans: a run counts a few seconds after it has ended.',
      0,
      { unit: 'locale', decimals: 0, noValue: 'no runs yet' },
      (scope) => runs(scope),
    ),
    number(
      2,
      'Failed of 100 runs',
      'Runs whose user got no proper answer, of 100. Yellow from 2, which the objective allows; red from 12, where the slow failure alert pages.',
      4,
      { unit: 'none', decimals: 1, noValue: 'no runs yet', limits: { warning: 2, failed: 12 } },
      (scope) => failedPer100Runs(scope),
    ),
    number(
      3,
      'Users hurt (1 h)',
      'Distinct users (else conversations) with a failed run in the last hour. Not narrowed by agent or release. Fills with the first failed run.',
      8,
      { unit: 'none', decimals: 0, noValue: 'none' },
      (scope) => usersHurt(scope, []),
    ),
    number(
      4,
      'Cost',
      'USD of all calls with a known price within the time range, at list prices or those of flywheel.yaml. Calls without a known price are missing here.',
      12,
      { unit: 'currencyUSD', noValue: 'nothing priced yet' },
      (scope) => costUsd(scope),
    ),
    number(
      5,
      'Cost of 1,000 runs',
      'USD that a thousand runs cost on average, failed ones included.',
      16,
      { unit: 'currencyUSD', noValue: 'nothing priced yet' },
      (scope) => usdPer1000Runs(scope),
    ),
    pipelineStat({
      id: 6,
      title: 'Pipeline',
      description:
        'Whether what agents send arrives and is counted: firing alerts about the pipeline itself. Healthy says that these numbers can be trusted.',
      at: { x: 20, y: 0, w: 4, h: 5 },
    }),
  ]
  const overTime = [
    bars(
      {
        id: 10,
        title: 'Runs by outcome',
        description: 'Settled runs in each bar. Failed: the user got no proper answer.',
        at: { x: 0, y: 5, w: 9, h: 8 },
      },
      { unit: 'locale', noValue: noRuns },
    )
      .withTarget(series('A', runsPerBar(shown), '{{outcome}}'))
      .overrideByName('ok', coloured(colours.ok))
      .overrideByName('failed', coloured(colours.failed)),
    colourKinds(
      bars(
        {
          id: 11,
          title: 'Failures by kind',
          description:
            'Failures found in runs in each bar, also those that a run got over. The most frequent kinds of the time range by name, all others as one.',
          at: { x: 9, y: 5, w: 9, h: 8 },
        },
        { unit: 'locale', noValue: 'no failures in this time' },
      ),
    )
      .withTarget(series('A', leadingKindsPerBar(KINDS, shown), '{{kind}}'))
      .withTarget(series('B', otherKindsPerBar(KINDS, shown), 'other'))
      .overrideByName('other', coloured(colours.rest)),
    bars(
      {
        id: 12,
        title: 'Cost by model',
        description: 'USD in each bar. The dearest models of the time range by name, all others as one.',
        at: { x: 0, y: 13, w: 12, h: 8 },
      },
      { unit: 'currencyUSD', noValue: 'nothing priced yet' },
    )
      .withTarget(series('A', dearestModelsPerBar(MODELS, shown), '{{model}}'))
      .withTarget(series('B', otherModelsPerBar(MODELS, shown), 'other'))
      .overrideByName('other', coloured(colours.rest)),
    lines(
      {
        id: 13,
        title: 'Duration of a run',
        description:
          'From a run’s first to its last span: half of the runs are faster than p50, one of twenty is slower than p95. A dot opens the trace of one run.',
        at: { x: 12, y: 13, w: 12, h: 8 },
      },
      { unit: 's', noValue: noRuns },
    )
      .withTarget(series('A', runDuration(0.5, over(shown, '$__rate_interval')), 'p50'))
      .withTarget(series('B', runDuration(0.95, over(shown, '$__rate_interval')), 'p95').exemplar(true))
      .overrideByName('p50', coloured(colours.ok))
      .overrideByName('p95', coloured(colours.warning)),
  ]
  const money = [
    bars(
      {
        id: 30,
        title: 'Money for nothing',
        description:
          'USD of calls that did not help the user, by the first reason that applies: loop, parse failure, retry, failed run.',
        at: { x: 0, y: 39, w: 12, h: 7 },
      },
      { unit: 'currencyUSD', noValue: 'nothing wasted in this time' },
    ).withTarget(series('A', wastedUsdPerBar(shown), '{{reason}}')),
    lines(
      {
        id: 31,
        title: 'Open runs',
        description:
          'Runs that have not settled yet, what they have spent so far, and those that look like a loop: money burning now. Not narrowed by agent or release.',
        at: { x: 12, y: 39, w: 12, h: 7 },
      },
      { unit: 'locale', noValue: 'no open runs' },
    )
      .withTarget(series('A', openRuns(shown), 'open runs'))
      .withTarget(series('B', openLoops(shown), 'look like a loop'))
      .withTarget(series('C', openCostUsd(shown), 'spent'))
      .overrideByName('look like a loop', coloured(colours.failed))
      .overrideByName('spent', [
        { id: 'unit', value: 'currencyUSD' },
        { id: 'custom.axisPlacement', value: 'right' },
      ]),
  ]
  const tables = [
    agentsTable(20, { x: 0, y: 21, w: 24, h: 9 }),
    failuresTable(21, { x: 0, y: 30, w: 24, h: 9 }),
    firingTable(22, { x: 18, y: 5, w: 6, h: 8 }),
  ]
  return [...answer, ...overTime, ...tables, ...money, releasesTable(32, { x: 0, y: 46, w: 24, h: 7 })].reduce(
    (all, panel) => all.withPanel(panel),
    board,
  )
}
