import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ruleGroups } from '../../grafana/alerts/index.ts'
import { settingDocs } from '../../src/config/environment.ts'
import { failureKinds } from '../../src/model/failure.ts'
import { exposedSeries, isForeign, seriesIn } from './names.ts'

const page = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8')
const rules = ruleGroups.flatMap((group) => group.rules)
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []))
const recorded = new Set(rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])))

/** Heading -> what stands below it. */
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => {
      const end = section.indexOf('\n')
      return [section.slice(0, end), section.slice(end + 1)]
    }),
)

/** Fenced blocks by their language; empty = commands of a shell. */
function blocks(text: string): readonly { readonly language: string; readonly content: string }[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', content = '']) => ({ language, content }))
}

test('every alert has a section, and every section about an alert has one', () => {
  const headings = [...sections.keys()].filter((heading) => heading.startsWith('Flywheel'))
  expect(headings.toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted())
})

describe.each(alerts)('$alert', ({ alert, summary, description }) => {
  const section = sections.get(alert) ?? ''

  test('says what it means, what users feel, where to look, why it happens, when to ignore it, and when it is over', () => {
    const parts = ['Means.', 'Users feel.', 'Look first.', 'Usual causes.', 'Ignore or silence.', 'Over when']
    const places = parts.map((part) => section.indexOf(`**${part}**`))
    expect(Object.fromEntries(parts.map((part, i) => [part, (places[i] ?? -1) >= 0]))).toEqual(
      Object.fromEntries(parts.map((part) => [part, true])),
    )
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('has something to paste, and says more than the alert itself', () => {
    expect(blocks(section).length).toBeGreaterThan(0)
    expect(section).not.toContain(summary)
    expect(section).not.toContain(description)
    expect(section.length).toBeGreaterThan(700)
  })
})

test('queries ask for series that exist, and none that nothing produces yet', () => {
  const queries = blocks(page).filter(({ language }) => language === 'promql')
  const unknown = queries
    .flatMap(({ content }) => seriesIn(content))
    .filter((series) => !exposedSeries.has(series) && !recorded.has(series) && !isForeign(series))
  expect(unknown).toEqual([])
})

test('names in the text are those of settings, metrics and alerts that exist', () => {
  const settings = new Set([...settingDocs().map(({ name }) => name), 'FLYWHEEL_ENDPOINT'])
  expect([...new Set(page.match(/\bFLYWHEEL_\w+/g))].filter((name) => !settings.has(name))).toEqual([])
  expect(
    [...new Set(page.match(/\bflywheel_\w+/g))].filter((name) => !exposedSeries.has(name) && !isPartOfRecorded(name)),
  ).toEqual([])
  expect([...new Set(page.match(/\bFlywheel[A-Z]\w+/g))].filter((name) => !sections.has(name))).toEqual([])
})

/** `flywheel_runs_failed` of `service_environment:flywheel_runs_failed:ratio5m`. */
function isPartOfRecorded(name: string): boolean {
  return [...recorded].some((record) => record.split(':').includes(name))
}

test('every kind of failure is explained', () => {
  const rows = [...(sections.get('Kinds of failure') ?? '').matchAll(/^\| `(\w+)`/gm)].map(([, kind]) => kind)
  expect(new Set(rows)).toEqual(new Set(failureKinds))
  expect(rows.length).toBe(failureKinds.length)
})

test('links lead to sections, and nothing is used that the page of the processor does not show', () => {
  const anchors = new Set([...sections.keys()].map((heading) => heading.toLowerCase().replaceAll(' ', '-')))
  const targets = [...page.matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target)
  expect(targets.length).toBeGreaterThan(10)
  expect(targets.filter((target) => !anchors.has(target.replace(/^#/, '')) || !target.startsWith('#'))).toEqual([])
  expect(page).not.toMatch(/!\[|<[a-z]+[ >]/)
})
