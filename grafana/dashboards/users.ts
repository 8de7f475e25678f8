/** "Flywheel users": what do people say of the answers, of which agents, and does it all arrive. */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { changedRatingsPerBar, feedbackReceivedPerBar, feedbackUnmatchedPerBar, feedbackWaiting } from '../queries/pipeline.ts'
import { leaders, over, type Scope } from '../queries/promql.ts'
import {
  conversations,
  negativePer100Evaluations,
  negativePer100Ratings,
  ratings,
  ratingsPer100Runs,
  ratingsPerBar,
  runsPerConversation,
} from '../queries/users.ts'
import { dashboard, shown } from './frame.ts'
import { bars, coloured, colours, compared, lines, series, stat, type StatLook } from './panels.ts'
import { agentRatingsTable, sourcesTable } from './users-tables.ts'

const noRatings = 'nobody has rated a run yet: the widget, a link, sendFeedback, or what users answer'
const AGENTS = 7
/** Fewer make wild ratios. */
const MINIMUM_RATINGS = 5

export function users(): DashboardBuilder {
  const board = dashboard({
    uid: 'flywheel-users',
    title: 'Flywheel users',
    topic: 'users',
    description:
      'What users say of the answers they get, or show by what they answer; of which agents; and whether it all finds its runs.',
  })
  return [...answer(), ...overTime(), ...tables(), ...arrival()].reduce((all, panel) => all.withPanel(panel), board)
}

/** A number of the whole time range, and the same a week before. */
function number(
  id: number,
  title: string,
  description: string,
  look: StatLook,
  query: (scope: Scope) => string,
): ReturnType<typeof stat> {
  return compared(stat({ id, title, description, at: { x: (id - 1) * 4, y: 0, w: 4, h: 5 } }, look), query)
}

function answer(): readonly ReturnType<typeof stat>[] {
  return [
    number(
      1,
      'Ratings',
      'Ratings by people that were joined to a run: thumbs, scores, and what users show by what they answer. Fills with the first thumb, half a minute after it was pressed.',
      { unit: 'locale', decimals: 0, noValue: 'none yet' },
      (scope) => ratings(scope, []),
    ),
    number(
      2,
      'Negative of 100',
      'Negative ratings of 100 ratings. People complain more than they praise: compare with a week before, not with zero.',
      { unit: 'none', decimals: 0, noValue: 'none yet' },
      (scope) => negativePer100Ratings(scope),
    ),
    number(
      3,
      'Ratings of 100 runs',
      'How much is said at all. Where it falls to nothing, the thumbs are gone or their feedback does not arrive.',
      { unit: 'none', decimals: 1, noValue: 'none yet' },
      (scope) => ratingsPer100Runs(scope),
    ),
    number(
      4,
      'Bad verdicts of 100',
      'Negative verdicts of models and programs that judge runs. Never added to what people say. Fills with the first gen_ai.evaluation.result.',
      { unit: 'none', decimals: 0, noValue: 'nothing evaluated' },
      (scope) => negativePer100Evaluations(scope),
    ),
    number(
      5,
      'Conversations',
      'Conversations seen for the first time. Fills when agents send a conversation id.',
      { unit: 'locale', decimals: 0, noValue: 'no conversation id yet' },
      (scope) => conversations(scope),
    ),
    number(
      6,
      'Runs a conversation',
      'How often users have to ask. Runs without a conversation id count, too, so that all agents should send one.',
      { unit: 'none', decimals: 1, noValue: 'no conversation id yet' },
      (scope) => runsPerConversation(scope),
    ),
  ]
}

function overTime(): readonly ReturnType<typeof bars>[] {
  const hour = over(shown, '1h')
  const share = negativePer100Ratings(hour, ['agent'], MINIMUM_RATINGS)
  return [
    bars(
      {
        id: 10,
        title: 'Ratings',
        description: 'Ratings by people in each bar, by what they say. A thumb that is turned within half a minute counts once.',
        at: { x: 0, y: 5, w: 8, h: 8 },
      },
      { unit: 'locale', noValue: noRatings },
    )
      .withTarget(series('A', ratingsPerBar(shown), '{{rating}}'))
      .overrideByName('positive', coloured(colours.ok))
      .overrideByName('neutral', coloured(colours.rest))
      .overrideByName('negative', coloured(colours.failed)),
    bars(
      {
        id: 11,
        title: 'Where they come from',
        description:
          'Ratings in each bar by the way they came: api (your application), widget and link (thumbs), otlp (telemetry), import (notes), implicit (what users answer: thanks, a no, the same question again).',
        at: { x: 8, y: 5, w: 8, h: 8 },
      },
      { unit: 'locale', noValue: noRatings },
    ).withTarget(series('A', ratingsPerBar(shown, ['source']), '{{source}}')),
    lines(
      {
        id: 12,
        title: 'Negative of 100, by agent',
        description:
          'Negative of 100 ratings of the last hour at each point, for the agents with the most ratings; a point needs five of them.',
        at: { x: 16, y: 5, w: 8, h: 8 },
      },
      { unit: 'none', noValue: 'no agent had five ratings within an hour' },
    ).withTarget(series('A', leaders(AGENTS, 'agent', share, ratings({ ...shown, at: 'end' }, ['agent'])), '{{agent}}')),
  ]
}

function tables(): readonly ReturnType<typeof agentRatingsTable>[] {
  return [agentRatingsTable(20, { x: 0, y: 13, w: 17, h: 9 }), sourcesTable(21, { x: 17, y: 13, w: 7, h: 9 })]
}

function arrival(): readonly ReturnType<typeof bars>[] {
  return [
    bars(
      {
        id: 30,
        title: 'Feedback received',
        description:
          'Feedback that came in each bar, each once however often it was changed, also what has no rating or no run. Not narrowed.',
        at: { x: 0, y: 22, w: 8, h: 7 },
      },
      { unit: 'locale', noValue: 'no feedback has come' },
    ).withTarget(series('A', feedbackReceivedPerBar(shown), '{{source}}')),
    lines(
      {
        id: 31,
        title: 'Feedback without a run',
        description:
          'Feedback that waits for its run, and what was given up in each bar because none came within FLYWHEEL_RETENTION. Some seconds are normal; what grows names runs that are not there: wrong ids. Not narrowed.',
        at: { x: 8, y: 22, w: 8, h: 7 },
      },
      { unit: 'locale', noValue: 'no feedback has come' },
    )
      .withTarget(series('A', feedbackWaiting(shown), 'waits'))
      .withTarget(series('B', feedbackUnmatchedPerBar(shown), 'given up'))
      .overrideByName('waits', coloured(colours.warning))
      .overrideByName('given up', coloured(colours.failed)),
    bars(
      {
        id: 32,
        title: 'Changed after it was counted',
        description:
          'Ratings in each bar that were changed or withdrawn after they had been counted: what "Ratings" holds too much. Not narrowed.',
        at: { x: 16, y: 22, w: 8, h: 7 },
      },
      { unit: 'locale', noValue: 'nobody thought again' },
    ).withTarget(series('A', changedRatingsPerBar(shown), '{{direction}}')),
  ]
}
