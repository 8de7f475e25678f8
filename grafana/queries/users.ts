/** Users: what they say, what they come for, how their conversations go. */
import { catalogue } from '../../src/publish/catalogue.ts'
import { countedIncrease, increase, perBar, ratio, type Scope, share, withAtLeast } from './promql.ts'
import { runs } from './runs.ts'

type Dimension = 'service_name' | 'environment' | 'agent'
type RatingDimension = Dimension | 'source' | 'rating'

/** What people say of runs, or show by what they answer. */
export function ratings(scope: Scope, by: readonly RatingDimension[] = ['rating']): string {
  return increase(catalogue.feedback, scope, { by })
}

/** For charts: ratings in each bar. */
export function ratingsPerBar(scope: Scope, by: readonly RatingDimension[] = ['rating']): string {
  return perBar(catalogue.feedback, scope, { by })
}

export function negativeRatings(scope: Scope, by: readonly (Dimension | 'source')[] = []): string {
  return increase(catalogue.feedback, scope, { by, where: { rating: 'negative' } })
}

/** As `negativeRatings`, but never more than there were: for minimum counts. */
export function countedNegativeRatings(scope: Scope, by: readonly Dimension[] = []): string {
  return countedIncrease(catalogue.feedback, scope, { by, where: { rating: 'negative' } })
}

/** Share of the ratings that are negative. With a minimum, only where there were so many ratings. */
export function negativeShare(scope: Scope, by: readonly (Dimension | 'source')[] = [], minimumRatings = 0): string {
  const all = ratings(scope, by)
  const expression = share(negativeRatings(scope, by), all)
  return minimumRatings === 0 ? expression : withAtLeast(minimumRatings, all, expression)
}

/** Negative ratings of 100. With a minimum, only where there were so many ratings. */
export function negativePer100Ratings(scope: Scope, by: readonly (Dimension | 'source')[] = [], minimumRatings = 0): string {
  const expression = `100 * ${negativeShare(scope, by)}`
  return minimumRatings === 0 ? expression : withAtLeast(minimumRatings, ratings(scope, by), expression)
}

/** Ratings of 100 runs: silence is most of what users say. */
export function ratingsPer100Runs(scope: Scope, by: readonly Dimension[] = []): string {
  return `100 * ${ratio(ratings(scope, by), runs(scope, by))}`
}

/** Verdicts of models and programs: no word of a user, and never added to theirs. */
export function evaluations(scope: Scope, by: readonly (Dimension | 'judge' | 'rating')[] = ['judge', 'rating']): string {
  return increase(catalogue.evaluations, scope, { by })
}

/** Negative verdicts of 100. */
export function negativePer100Evaluations(scope: Scope, by: readonly (Dimension | 'judge')[] = []): string {
  return `100 * ${share(increase(catalogue.evaluations, scope, { by, where: { rating: 'negative' } }), evaluations(scope, by))}`
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
