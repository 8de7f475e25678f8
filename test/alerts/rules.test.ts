import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { prometheusRules, ruleGroups } from '../../grafana/alerts/index.ts'
import { dashboardFiles } from '../../grafana/dashboards/index.ts'
import { exposedSeries, isForeign, seriesIn } from './names.ts'

interface WrittenRule {
  readonly alert?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

const rules = ruleGroups.flatMap((group) => group.rules)
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []))
const recordings = rules.flatMap((rule) => ('record' in rule ? [rule] : []))
const { groups: written } = parse(prometheusRules()) as { groups: readonly { rules: readonly WrittenRule[] }[] }
const annotationsOf = (alert: string): Readonly<Record<string, string>> =>
  written.flatMap((group) => group.rules).find((rule) => rule.alert === alert)?.annotations ?? {}

/** Queries that an annotation asks when the alert is sent. */
function queriesIn(template: string): readonly string[] {
  const built = [...template.matchAll(/printf `([^`]*)`/g)].map(([, query = '']) => query.replaceAll('%q', '"x"'))
  const fixed = [...template.matchAll(/\bquery "((?:[^"\\]|\\.)*)"/g)].map(([, query = '']) => query.replaceAll('\\"', '"'))
  return [...built, ...fixed]
}

test('what a PromQL text names is found', () => {
  expect(
    seriesIn(
      'sum by (a, b) (rate(flywheel_x_total{c=~"d e\\"f",g="h"}[5m] offset 7d)) > bool 0.1 unless on () max_over_time(l:m:n[1h]) or 2 * up == 0',
    ),
  ).toEqual(['flywheel_x_total', 'l:m:n', 'up'])
})

test('alerts and recorded series have names of their own', () => {
  const names = [...alerts.map(({ alert }) => alert), ...recordings.map(({ record }) => record)]
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

describe.each(alerts)('$alert', ({ alert, summary, description, links, severity, family, expr }) => {
  test('says in one line what is wrong, and in more words what that means', () => {
    expect({ alert, summary, description }).toEqual({
      alert: expect.stringMatching(/^Flywheel[A-Z][A-Za-z]+$/) as string,
      summary: expect.stringMatching(/^\S[^\n]{10,}$/) as string,
      description: expect.stringMatching(/^\S[^\n]{40,}$/) as string,
    })
    expect(description).not.toBe(summary)
  })

  test('is written with its severity, family, links and the link to its runbook section', () => {
    const rule = written.flatMap((group) => group.rules).find((each) => each.alert === alert)
    expect(rule?.labels).toEqual({ severity, family })
    expect(rule?.annotations).toEqual({
      summary,
      description,
      ...links,
      runbook_url: expect.stringContaining(`/runbook#${alert.toLowerCase()}{{ end }}`) as string,
    })
  })

  test('leads to dashboards that exist', () => {
    const uids = Object.values(links).flatMap((link) => [...link.matchAll(/\/d\/([\w-]+)/g)].map(([, uid]) => `${uid}.json`))
    expect(uids.filter((file) => !(file in dashboardFiles()))).toEqual([])
  })

  test('asks only for series that are recorded here, exposed by the processor, or known foreign ones', () => {
    const queries = [expr, ...Object.values(annotationsOf(alert)).flatMap(queriesIn)]
    const known = new Set(recordings.map(({ record }) => record))
    const unknown = queries
      .flatMap(seriesIn)
      .filter((series) => !known.has(series) && !exposedSeries.has(series) && !isForeign(series))
    expect(unknown).toEqual([])
  })
})

test('alerts about failures name the service and the environment, and lead to the failed runs and the dashboard of both', () => {
  const about = alerts.filter(({ family }) => family === 'failures')
  expect(about.length).toBeGreaterThan(0)
  for (const { alert, summary } of about) {
    const { runs_url, dashboard_url } = annotationsOf(alert)
    const service = '{{ $labels.service_name | urlquery }}'
    const environment = '{{ $labels.environment | urlquery }}'
    expect(summary).toContain('{{ $labels.service_name }}{{ with $labels.environment }} ({{ . }}){{ end }}')
    expect(runs_url).toContain(`/runs?outcome=failed&since=`)
    expect(runs_url).toContain(`&service=${service}&environment=${environment}`)
    expect(dashboard_url).toContain(`&var-service=${service}&var-environment=${environment}`)
  }
})

test('recorded series ask only for what the processor exposes and for what was recorded before', () => {
  const tooEarly: string[] = []
  for (const group of ruleGroups) {
    const elsewhere = ruleGroups.filter((other) => other !== group).flatMap((other) => other.rules)
    const known = new Set(elsewhere.flatMap((rule) => ('record' in rule ? [rule.record] : [])))
    for (const rule of group.rules) {
      for (const series of seriesIn(rule.expr)) {
        if (!known.has(series) && !exposedSeries.has(series) && !isForeign(series))
          tooEarly.push(`${'record' in rule ? rule.record : rule.alert}: ${series}`)
      }
      if ('record' in rule) known.add(rule.record)
    }
  }
  expect(tooEarly).toEqual([])
})

test('nothing is recorded that no alert reads', () => {
  const asked = [
    ...rules.map(({ expr }) => expr),
    ...alerts.flatMap(({ alert }) => Object.values(annotationsOf(alert)).flatMap(queriesIn)),
  ]
  const used = new Set(asked.flatMap(seriesIn))
  expect(recordings.map(({ record }) => record).filter((record) => !used.has(record))).toEqual([])
})

test('Alertmanager routes and inhibits alerts that exist', () => {
  const routing = readFileSync(new URL('../../grafana/prometheus/alertmanager.yml', import.meta.url), 'utf8')
  const named = new Set(routing.match(/\bFlywheel\w+/g))
  expect([...named].filter((name) => !alerts.some(({ alert }) => alert === name))).toEqual([])
})
