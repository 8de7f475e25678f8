/** Users: what they say, what they come for, how their conversations go. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { increase, ratio, type Scope, share, withAtLeast } from './promql.ts'
import { runs } from './runs.ts'

type Dimension = 'service_name' | 'environment' | 'agent'

export function ratings(scope: Scope, by: readonly (Dimension | 'source' | 'rating')[] = ['rating']): string {
  return increase(catalogue.feedback, scope, { by })
}

/** Share of the ratings that are negative. With a minimum, only where there were so many ratings. */
export function negativeShare(scope: Scope, by: readonly Dimension[] = [], minimumRatings = 0): string {
  const all = increase(catalogue.feedback, scope, { by })
  const expression = share(increase(catalogue.feedback, scope, { by, where: { rating: 'negative' } }), all)
  return minimumRatings === 0 ? expression : withAtLeast(minimumRatings, all, expression)
}

/** Ratings of 100 runs: silence is most of what users say. */
export function ratingsPer100Runs(scope: Scope, by: readonly Dimension[] = []): string {
  return `100 * ${ratio(increase(catalogue.feedback, scope, { by }), runs(scope, by))}`
}

/** Conversations seen for the first time. */
export function conversations(scope: Scope, by: readonly Dimension[] = []): string {
  return increase(catalogue.conversations, scope, { by })
}

/** Runs a conversation: how often users have to ask. */
export function runsPerConversation(scope: Scope, by: readonly Dimension[] = []): string {
  return ratio(runs(scope, by), conversations(scope, by))
}

/** What users come for. */
export function taskRuns(scope: Scope, by: readonly ('service_name' | 'environment' | 'task' | 'outcome')[] = ['task']): string {
  return increase(catalogue.taskRuns, scope, { by })
}

/** Failed runs of 100, by task. */
export function failedPer100TaskRuns(scope: Scope, by: readonly ('service_name' | 'task')[] = ['task']): string {
  return `100 * ${share(increase(catalogue.taskRuns, scope, { by, where: { outcome: 'failed' } }), taskRuns(scope, by))}`
}

/** Share of a task's ratings that are negative. */
export function taskNegativeShare(scope: Scope, by: readonly ('service_name' | 'task')[] = ['task']): string {
  const negative = increase(catalogue.taskFeedback, scope, { by, where: { rating: 'negative' } })
  return share(negative, increase(catalogue.taskFeedback, scope, { by }))
}

export function usdPer1000TaskRuns(scope: Scope, by: readonly ('service_name' | 'task')[] = ['task']): string {
  return `1000 * ${ratio(increase(catalogue.taskCost, scope, { by }), taskRuns(scope, by))}`
}
