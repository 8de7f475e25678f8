/**
 * The alert rules in the real promtool: the shipped configuration is valid, every test group of grafana/prometheus/tests passes, and every alert is
 * shown to fire, to stay quiet and to end.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { toolPath } from './programs.ts'
import { repositoryPath } from './shipped.ts'

interface RuleTest {
  readonly eval_time: string
  readonly alertname: string
  readonly exp_alerts: readonly unknown[]
}

interface TestGroup {
  readonly name: string
  readonly alert_rule_test: readonly RuleTest[]
}

interface Alert {
  readonly alert: string
  readonly labels: { readonly family: string }
}

const folder = repositoryPath('grafana/prometheus/tests')
const rulesPath = repositoryPath('grafana/prometheus/rules/flywheel.yml')
const scratch = mkdtempSync(join(tmpdir(), 'flywheel-rules-'))
afterAll(() => rmSync(scratch, { recursive: true }))

const files = readdirSync(folder).filter((name) => name.endsWith('.yml'))
const groupsOf = (file: string): readonly TestGroup[] => {
  const text = readFileSync(join(folder, file), 'utf8')
  const { tests } = parse(text, { merge: true }) as { tests: readonly TestGroup[] }
  return tests
}

function promtool(...args: readonly string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(toolPath('promtool'), args, { encoding: 'utf8' })
  return { code: status, output: stdout + stderr }
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', '#34': '"', '#39': "'", '#xA': '\n' }
const unescape = (xml: string): string => xml.replaceAll(/&([^;]+);/g, (all, name: string) => entities[name] ?? all)

const reports = new Map<string, ReadonlyMap<string, string>>()

/** What promtool says against each group of a file, by the group's name; empty = it passes. A file is run once. */
function reportOf(file: string): ReadonlyMap<string, string> {
  const known = reports.get(file)
  if (known !== undefined) return known
  const junit = join(scratch, `${basename(file)}.xml`)
  promtool('test', 'rules', `--junit=${junit}`, join(folder, file))
  const cases = readFileSync(junit, 'utf8').matchAll(/<testcase name="([^"]*)"(?:\/>|>(.*?)<\/testcase>)/gs)
  const report = new Map(
    [...cases].map(([, name = '', body = '']) => [unescape(name), unescape(body.replaceAll(/<[^>]*>/g, ''))]),
  )
  reports.set(file, report)
  return report
}

test('the shipped Prometheus configuration and the rules are valid', () => {
  expect(promtool('check', 'rules', '--lint=all', '--lint-fatal', rulesPath)).toMatchObject({ code: 0 })
  // The token's file exists in the container only, so that nothing but the syntax can be looked at.
  expect(promtool('check', 'config', '--syntax-only', repositoryPath('grafana/prometheus/prometheus.yml'))).toMatchObject({
    code: 0,
  })
})

test('the queries of the runbook are PromQL', () => {
  const page = readFileSync(repositoryPath('docs/runbook.md'), 'utf8')
  const queries = [...page.matchAll(/^```promql\n(.*?)^```$/gms)].map(([, query = '']) => query)
  expect(queries.length).toBeGreaterThan(10)
  const wrong = queries
    .map((query) => ({ query, ...promtool('--experimental', 'promql', 'format', query) }))
    .filter(({ code }) => code !== 0)
  expect(wrong).toEqual([])
})

describe.each(files)('%s', (file) => {
  test.each(groupsOf(file).map(({ name }) => name))('%s', (name) => {
    expect(reportOf(file).get(name)).toBe('')
  })
})

/** Prometheus' durations, for the order of a group's tests only. */
function seconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 }
  return [...duration.matchAll(/(\d+)([dhms])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? NaN),
    0,
  )
}

/** Whether the alert fires at each of a group's tests of it, in order. */
function firing(group: TestGroup, alert: string): readonly boolean[] {
  return group.alert_rule_test
    .filter(({ alertname }) => alertname === alert)
    .toSorted((a, b) => seconds(a.eval_time) - seconds(b.eval_time))
    .map(({ exp_alerts }) => exp_alerts.length > 0)
}

const { groups } = parse(readFileSync(rulesPath, 'utf8')) as { groups: readonly { rules: readonly (Alert | object)[] }[] }
const alerts = groups.flatMap(({ rules }) => rules.filter((rule): rule is Alert => 'alert' in rule))

describe('every alert has been seen', () => {
  test.each(alerts)('$alert fires, stays quiet and ends', ({ alert, labels }) => {
    const courses = files.flatMap((file) => groupsOf(file).map((group) => ({ file, course: firing(group, alert) })))
    const met = (seen: (course: readonly boolean[]) => boolean): boolean => courses.some(({ course }) => seen(course))
    expect({
      fires: met((course) => course.includes(true)),
      staysQuiet: met((course) => course.length > 0 && !course.includes(true)),
      ends: met((course) => course.lastIndexOf(false) > course.indexOf(true) && course.includes(true)),
      // What is about runs has to bear few of them.
      bearsLowTraffic:
        labels.family !== 'failures' ||
        courses.some(({ file, course }) => file === 'failures-low-traffic.yml' && course.length > 0 && !course.includes(true)),
    }).toEqual({ fires: true, staysQuiet: true, ends: true, bearsLowTraffic: true })
  })
})

test('groups have names of their own, and test alerts that exist', () => {
  const names = files.flatMap((file) => groupsOf(file).map(({ name }) => name))
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
  const tested = new Set(
    files.flatMap((file) => groupsOf(file).flatMap((group) => group.alert_rule_test.map(({ alertname }) => alertname))),
  )
  expect([...tested].filter((name) => !alerts.some(({ alert }) => alert === name))).toEqual([])
})
