/**
 * Every query that is shipped (panels, variables and annotations of the dashboards, rules, documented questions) asked of a real Prometheus that has
 * scraped real traffic: a query without an answer needs a reason here or beside the question.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { everywhere } from '../../grafana/queries/promql.ts'
import { questions } from '../../grafana/queries/questions.ts'
import { eventually } from './prometheus.ts'
import { repositoryPath } from './shipped.ts'
import { Stack } from './stack.ts'

interface Panel {
  readonly title: string
  readonly targets: readonly { readonly refId: string; readonly expr: string; readonly legendFormat?: string }[]
}

interface Board {
  readonly title: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly type: string; readonly query: string }[] }
  readonly annotations: { readonly list: readonly { readonly name: string; readonly expr?: string }[] }
}

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly { readonly record?: string; readonly alert?: string; readonly expr: string }[]
  }[]
}

/** Panel and legend (or query) of what may be empty although all is well. */
const emptyPanels: Readonly<Record<string, string>> = {
  'Runs: a week before': 'the stack is minutes old',
  'Failed of 100 runs: a week before': 'the stack is minutes old',
  'Users hurt (1 h): a week before': 'the stack is minutes old',
  'Cost: a week before': 'the stack is minutes old',
  'Cost of 1,000 runs: a week before': 'the stack is minutes old',
  'Ratings: a week before': 'the stack is minutes old',
  'Negative of 100: a week before': 'the stack is minutes old',
  'Ratings of 100 runs: a week before': 'the stack is minutes old',
  'Bad verdicts of 100: a week before': 'the stack is minutes old',
  'Conversations: a week before': 'the stack is minutes old',
  'Runs a conversation: a week before': 'the stack is minutes old',
  'Feedback without a run: given up': 'all feedback has found its run',
  'Changed after it was counted: A': 'the traffic never thinks again',
  'Cost by model: other': 'there are no more models than have a name of their own',
  'Firing now: A': 'nothing is wrong',
}

const TRAFFIC_SECONDS = 75

const folder = repositoryPath('grafana/provisioning/dashboards/json')
const boards = readdirSync(folder).map((file) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as Board)
const panels = boards.flatMap(({ panels: all }) =>
  all.flatMap(({ title, targets }) =>
    targets.map(({ refId, expr, legendFormat }) => ({ name: nameOf(title, refId, legendFormat), expr })),
  ),
)
const annotations = boards.flatMap(({ annotations: { list } }) =>
  list.flatMap(({ name, expr }) => (expr === undefined ? [] : [{ name, expr }])),
)
const variables = boards.flatMap(({ templating: { list } }) => list.filter(({ type }) => type === 'query'))
const { groups } = parse(readFileSync(repositoryPath('grafana/prometheus/rules/flywheel.yml'), 'utf8')) as RuleFile
const rules = groups.flatMap((group) => group.rules)

function nameOf(title: string, refId: string, legend = ''): string {
  return `${title}: ${legend === '' || legend.includes('{{') ? refId : legend}`
}

/** What Grafana puts in: everything is selected, the last minutes are shown. */
function interpolated(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '75s')
    .replaceAll('$__interval_ms', '60000')
    .replaceAll('$__range', '5m')
    .replaceAll(/\$(?:service|environment|agent|release)\b/g, '.*')
}

let stack: Stack

beforeAll(async () => {
  // Otherwise the last ratings would count long after the traffic has ended.
  stack = await Stack.start({ processor: { FLYWHEEL_FEEDBACK_HOLD_MS: '1000' } })
  const traffic = spawn(
    'node',
    [
      'demo/traffic/main.ts',
      '--services',
      '2',
      '--rate',
      '15',
      '--duration',
      `${TRAFFIC_SECONDS}s`,
      '--failure-rate',
      '0.2',
      '--seed',
      '3',
    ],
    {
      cwd: repositoryPath('.'),
      env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: stack.collector.door.httpUrl },
      stdio: 'ignore',
    },
  )
  const [code] = (await once(traffic, 'exit')) as [number | null]
  expect(code).toBe(0)
  // The last scrape that the queries need: everything that was sent is counted and shown.
  await eventually(
    () => stack.prometheus.value('sum(increase(flywheel_runs_total[5m]))'),
    (count) => count !== null && count > 100,
    60_000,
  )
  await eventually(
    () => stack.prometheus.value('min(sum by (service_name) (increase(flywheel_feedback_total[5m])))'),
    (count) => count !== null && count >= 20,
    60_000,
  )
}, 240_000)

afterAll(() => stack.end())

async function answersTo(expr: string): Promise<number> {
  return (await stack.prometheus.query(interpolated(expr))).length
}

describe('panels', () => {
  test.each(panels)('$name', async ({ name, expr }) => {
    const answers = await answersTo(expr)
    if (emptyPanels[name] === undefined) expect(answers).toBeGreaterThan(0)
  })

  test('each reason for an empty panel belongs to a panel', () => {
    expect(Object.keys(emptyPanels).filter((name) => !panels.some((panel) => panel.name === name))).toEqual([])
  })
})

test.each(variables)('variable $name has values', async ({ query }) => {
  const [, selector = '', label = ''] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? []
  const found = await stack.prometheus.query(`group by (${label}) (${interpolated(selector)})`)
  expect(found.length).toBeGreaterThan(0)
})

test.each(annotations)('annotation $name is a query', async ({ name, expr }) => {
  const answers = await answersTo(expr)
  if (name === 'Releases') expect(answers).toBeGreaterThan(0)
})

/** What may be empty for the same reason. */
const emptyRecords: Readonly<Record<string, string>> = {
  'agent:flywheel_feedback_negative:normal7d': 'there is no week before',
}

describe('rules', () => {
  test.each(rules.filter(({ record }) => record !== undefined))('$record has series', async ({ record = '', expr }) => {
    const answers = await answersTo(expr)
    if (emptyRecords[record] !== undefined) return
    expect(answers).toBeGreaterThan(0)
    // A group with a long interval may not have been evaluated yet.
    if (!record.endsWith('7d')) expect(await answersTo(record)).toBeGreaterThan(0)
  })

  test.each(rules.filter(({ alert }) => alert !== undefined))('$alert can be asked', async ({ expr }) => {
    await expect(answersTo(expr)).resolves.toBeGreaterThanOrEqual(0)
  })
})

describe.each(Object.entries(questions))('questions: %s', (_topic, asked) => {
  test.each(asked)('$asks', async ({ query, emptyWhen }) => {
    const answers = await answersTo(query(everywhere('5m')))
    if (emptyWhen === undefined) expect(answers).toBeGreaterThan(0)
  })
})
