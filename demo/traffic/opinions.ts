/** What is said of a run after it: by few of its users, and by a model that judges one answer of ten. */
import type { Random } from '../random.ts'
import type { PlannedFailure, PlannedOpinion } from './plan.ts'

const RATED = 0.06
/** Who got no answer says so more often. */
const RATED_FAILED = 0.25
const JUDGED = 0.1

export function opinionsOn(failures: readonly PlannedFailure[], random: Random): readonly PlannedOpinion[] {
  const isFailed = failures.some(({ impact }) => impact === 'fatal')
  const opinions: PlannedOpinion[] = []
  if (random.chance(isFailed ? RATED_FAILED : RATED)) {
    const rating = random.weighted(isFailed ? annoyed : content, ([, weight]) => weight)[0]
    const words = random.chance(0.5) ? random.pick(comments[rating]) : null
    opinions.push({ judge: 'user', rating, comment: words, afterMs: Math.round(random.between(2_000, 25_000)) })
  }
  // Without an answer there is nothing to judge.
  if (!isFailed && random.chance(JUDGED)) {
    const rating = random.chance(0.92) ? 'positive' : 'negative'
    opinions.push({ judge: 'model', rating, comment: verdicts[rating], afterMs: Math.round(random.between(1_000, 4_000)) })
  }
  return opinions
}

type Shares = readonly (readonly [rating: PlannedOpinion['rating'], weight: number])[]
const content: Shares = [
  ['positive', 80],
  ['neutral', 8],
  ['negative', 12],
]
const annoyed: Shares = [
  ['negative', 92],
  ['neutral', 8],
]

const comments: Readonly<Record<PlannedOpinion['rating'], readonly string[]>> = {
  positive: ['Just what I needed.', 'Quick and right.'],
  neutral: ['Half of it was useful.'],
  negative: ['That did not help.', 'I had to ask a colleague after all.', 'Too slow.'],
}

const verdicts = {
  positive: 'The answer covers what was asked.',
  negative: 'The answer leaves out what was asked.',
} as const
