/** The tables of what users say: each row leads to the runs and the words behind its numbers. */
import type { GridPos } from '@grafana/grafana-foundation-sdk/dashboard'
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { top } from '../queries/promql.ts'
import {
  negativePer100Evaluations,
  negativePer100Ratings,
  negativeRatings,
  ratings,
  ratingsPer100Runs,
} from '../queries/users.ts'
import { flywheelUrl, shown } from './frame.ts'
import { rows, table } from './panels.ts'
import { columns, link, negativeRunsOf, ROWS, thisAgent, thisService, timeRange, unit, width } from './table-columns.ts'

const by = ['service_name', 'environment', 'agent'] as const

export function agentRatingsTable(id: number, at: Readonly<GridPos>): PanelBuilder {
  const panel = table(
    {
      id,
      title: 'Whom they rate',
      description:
        'Ratings of the time range by agent. The negative ones open their runs, the ratings what was said. Verdicts are those of models and programs.',
      at,
    },
    'nobody has rated a run yet: the widget, a link, sendFeedback, or what users answer',
    'Negative',
  )
    .withTarget(rows('A', `${top(ROWS, ratings(shown, by))} > 0`))
    .withTarget(rows('B', negativeRatings(shown, by)))
    .withTarget(rows('C', negativePer100Ratings(shown, by)))
    .withTarget(rows('D', ratingsPer100Runs(shown, by)))
    .withTarget(rows('E', negativePer100Evaluations(shown, by)))
  const opensRuns = link('Open the runs with negative feedback', negativeRunsOf(thisService, thisAgent), true)
  return columns(panel, {
    service_name: { name: 'Service' },
    environment: { name: 'Environment' },
    agent: { name: 'Agent' },
    'Value #A': {
      name: 'Ratings',
      properties: [
        ...unit('locale', 0),
        width(90),
        link('Read what was said', `${flywheelUrl}/feedback?${thisService}&${timeRange}`, true),
      ],
    },
    'Value #B': { name: 'Negative', properties: [...unit('locale', 0), width(100), opensRuns] },
    'Value #C': { name: 'Negative of 100', properties: [...unit('none', 0), width(140), opensRuns] },
    'Value #D': { name: 'Ratings of 100 runs', properties: [...unit('none', 1), width(165)] },
    'Value #E': { name: 'Bad verdicts of 100', properties: [...unit('none', 0), width(165)] },
  })
}

export function sourcesTable(id: number, at: Readonly<GridPos>): PanelBuilder {
  const panel = table(
    {
      id,
      title: 'How they say it',
      description:
        'Ratings of the time range by the way they came. A way opens its negative feedback, in the words of the users.',
      at,
    },
    'nobody has rated a run yet: the widget, a link, sendFeedback, or what users answer',
    'Ratings',
  )
    .withTarget(rows('A', `${ratings(shown, ['source'])} > 0`))
    .withTarget(rows('B', negativePer100Ratings(shown, ['source'])))
  const negative = `${flywheelUrl}/feedback?rating=negative&source=\${__data.fields.Source}&${timeRange}`
  return columns(panel, {
    source: { name: 'Source', properties: [link('Read the negative feedback', negative, true)] },
    'Value #A': { name: 'Ratings', properties: [...unit('locale', 0), width(90)] },
    'Value #B': { name: 'Negative of 100', properties: [...unit('none', 0), width(140)] },
  })
}
