/** What every dashboard keeps to, read from the JSON that Grafana loads. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { failureColours } from '../../grafana/dashboards/failure-colours.ts'
import { dashboardFiles } from '../../grafana/dashboards/index.ts'
import { failureKinds } from '../../src/model/failure.ts'
import { metrics } from '../../src/publish/catalogue.ts'

interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly datasource: { readonly uid: string }
  readonly targets: readonly { readonly refId: string; readonly expr: string; readonly datasource: { readonly uid: string } }[]
  readonly fieldConfig: { readonly defaults: { readonly unit?: string; readonly noValue?: string } }
}

interface Board {
  readonly uid: string
  readonly title: string
  readonly tags: readonly string[]
  readonly editable: boolean
  readonly schemaVersion: number
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly label: string }[] }
}

const boards = Object.entries(dashboardFiles()).map(([file, text]) => ({ file, text, board: JSON.parse(text) as Board }))

test('the way in is there, and names are theirs alone', () => {
  expect(boards.map(({ board }) => board.uid)).toEqual(['flywheel-overview', 'flywheel-users'])
  expect(new Set(boards.map(({ board }) => board.title)).size).toBe(boards.length)
})

describe.each(boards)('$file', ({ file, text, board }) => {
  test('is found by its tag and edited in the repository only', () => {
    expect({ file, tagged: board.tags[0], editable: board.editable, schema: board.schemaVersion }).toEqual({
      file: `${board.uid}.json`,
      tagged: 'flywheel',
      editable: false,
      schema: 42,
    })
    expect(board.uid).toMatch(/^flywheel-[a-z-]{1,31}$/)
  })

  test('has the same variables in the same order', () => {
    expect(board.templating.list.map(({ name }) => name)).toEqual([
      'ds',
      'service',
      'environment',
      'agent',
      'release',
      'flywheel',
    ])
  })

  test('uses no variable that it does not have', () => {
    const known = new Set(board.templating.list.map(({ name }) => name))
    const used = [...text.matchAll(/\$\{?(\w+)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('__') && !/^\d$/.test(name))
    expect(used.filter((name) => !known.has(name))).toEqual([])
  })

  test('no panel lies on another or beside the grid', () => {
    const cells = board.panels.flatMap(({ title, gridPos: { x, y, w, h } }) => {
      expect([title, x + w <= 24, y >= 0]).toEqual([title, true, true])
      return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`)
    })
    expect(cells.length).toBe(new Set(cells).size)
  })

  test('each panel can be linked to, says what it shows, and what it says when empty', () => {
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length)
    for (const panel of board.panels) {
      const { title, description, datasource, targets, fieldConfig } = panel
      expect([title, description.length > 30, datasource.uid, fieldConfig.defaults.noValue !== undefined]).toEqual([
        title,
        true,
        '${ds}',
        true,
      ])
      expect(targets.map((target) => target.datasource.uid)).toEqual(targets.map(() => '${ds}'))
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
      if (panel.type !== 'table') expect([title, fieldConfig.defaults.unit]).toEqual([title, expect.any(String)])
    }
  })

  test('asks for metrics of the catalogue only, and aggregates each', () => {
    const names = new Set(metrics.flatMap(({ name }) => [name, `${name}_bucket`, `${name}_sum`, `${name}_count`]))
    for (const { title, targets } of board.panels) {
      for (const { expr } of targets) {
        const used = expr.match(/\bflywheel_\w+/g) ?? []
        expect([title, used.filter((name) => !names.has(name))]).toEqual([title, []])
        expect([title, /^[(\d* ]*(?:sum|max|count|histogram_quantile|topk)\b/.test(expr)]).toEqual([title, true])
      }
    }
  })
})

test('whoever is told of negative ratings is one click from the runs and the words', () => {
  const links = boards.flatMap(({ text }) => [...text.matchAll(/"url": "\$\{flywheel\}(\/[^"]*)"/g)].map(([, url]) => url))
  const range = 'since=${__from:date:iso}&until=${__to:date:iso}'
  const [service, agent] = ['service=${__data.fields.Service:percentencode}', 'agent=${__data.fields.Agent:percentencode}']
  expect(new Set(links.filter((url) => /rating|feedback/.test(url ?? '')))).toEqual(
    new Set([
      '/feedback',
      `/runs?rating=negative&${service}&${agent}&${range}`,
      `/feedback?${service}&${range}`,
      `/feedback?rating=negative&source=\${__data.fields.Source}&${range}`,
    ]),
  )
})

test('each kind of failure has a colour of its own', () => {
  expect(failureKinds.filter((kind) => failureColours[kind] === undefined)).toEqual([])
  expect(new Set(Object.values(failureColours)).size).toBe(Object.keys(failureColours).length)
})

test('data sources that links refer to are provisioned', () => {
  const { datasources } = parse(
    readFileSync(new URL('../../grafana/provisioning/datasources/flywheel.yaml', import.meta.url), 'utf8'),
  ) as {
    datasources: readonly {
      uid: string
      jsonData: { timeInterval?: string; exemplarTraceIdDestinations?: readonly { datasourceUid: string }[] }
    }[]
  }
  expect(datasources.map(({ uid }) => uid)).toEqual(['prometheus', 'tempo', 'alertmanager'])
  const scrape = parse(readFileSync(new URL('../../grafana/prometheus/prometheus.yml', import.meta.url), 'utf8')) as {
    global: { scrape_interval: string }
  }
  expect(datasources[0]?.jsonData.timeInterval).toBe(scrape.global.scrape_interval)
  expect(datasources[0]?.jsonData.exemplarTraceIdDestinations?.map(({ datasourceUid }) => datasourceUid)).toEqual(['tempo'])
})
