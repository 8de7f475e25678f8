/**
 * What feedback says on the one scale that is counted. Scales are never guessed beyond doubt: a 4 may be of 5 or of 10, so without a scale on the wire
 * or in `flywheel.yaml` it is kept and shown, and counts as no rating.
 */
import type { Feedback, FeedbackSource, Judge, Rating, ScoreScale } from '../model/feedback.ts'
import { globParts, matchesGlob } from '../model/glob.ts'
import { isAct, ratingOfAct } from '../model/user-acts.ts'

/** How feedback of one name is read, from `feedback` in `flywheel.yaml`. */
export interface RatingRule {
  /** Name of the feedback; `*` stands for any characters. */
  readonly name: string
  /** Scores at or above it (at or below it where less is better) are positive. */
  readonly positive: number | null
  /** Scores at or below it (at or above it where less is better) are negative. Between the two: neutral. */
  readonly negative: number | null
  /** False: the lower score is the better one. */
  readonly higherIsBetter: boolean
  /** Labels, in lower case, and what they mean. */
  readonly labels: Readonly<Record<string, Rating>>
  /** Who judges, where the carrier does not say. */
  readonly judge: Judge | null
  /** True: kept and shown, never counted. */
  readonly isIgnored: boolean
}

/** Null when it is neither stated nor to be derived: a comment alone, or a score on an unknown scale. */
export function ratingOf(feedback: Feedback, rules: readonly RatingRule[]): Rating | null {
  const rule = ruleFor(feedback.name, rules)
  if (rule?.isIgnored === true) return null
  if (feedback.rating !== null) return feedback.rating
  const { score, scale } = feedback
  const word = feedback.label === null ? null : plainLabel(feedback.label)
  const ofOwnLabel = word !== null && rule !== null && Object.hasOwn(rule.labels, word) ? rule.labels[word] : undefined
  if (ofOwnLabel !== undefined) return ofOwnLabel
  if (score !== null && rule !== null && (rule.positive !== null || rule.negative !== null)) return byThresholds(score, rule)
  const ofAct = ratingOfAct(feedback.name, feedback.label, score)
  if (ofAct !== null) return ofAct
  const ofWord = word === null ? undefined : words.get(word)
  if (ofWord !== undefined) return ofWord
  return score === null ? null : byScale(score, scale ?? unitScale(score))
}

/** Who judged: what the carrier says, else the rule of its name. Whoever sends to our own API is the user's voice, unless the rule knows better. */
export function judgeOf({ judge, name, source }: Feedback, rules: readonly RatingRule[]): Judge {
  const isOpen = judge === 'unknown' || (judge === 'user' && source === 'api')
  return isOpen ? (ruleFor(name, rules)?.judge ?? judge) : judge
}

/** What somebody did with an answer (copied, accepted, asked anew) is told by the application and said by nobody. */
export function sourceOf({ source, name, label }: Feedback): FeedbackSource {
  return (source === 'api' || source === 'otlp') && isAct(name, label) ? 'implicit' : source
}

/** The first rule whose name fits. */
function ruleFor(name: string, rules: readonly RatingRule[]): RatingRule | null {
  return rules.find((rule) => matchesGlob(globParts(rule.name), name.toLowerCase())) ?? null
}

function byThresholds(score: number, { positive, negative, higherIsBetter }: RatingRule): Rating {
  const sign = higherIsBetter ? 1 : -1
  if (positive !== null && score * sign >= positive * sign) return 'positive'
  if (negative !== null && score * sign <= negative * sign) return 'negative'
  // One threshold alone parts good from bad.
  return positive === null ? 'positive' : negative === null ? 'negative' : 'neutral'
}

/** Of five stars, one and two are negative, three is neutral, four and five are positive; of a thumb, 0 is negative and 1 positive. */
const NEGATIVE_BELOW = 0.4
const POSITIVE_ABOVE = 0.6

function byScale(score: number, scale: ScoreScale | null): Rating | null {
  if (scale === null || !(scale.max > scale.min)) return null
  const share = (score - scale.min) / (scale.max - scale.min)
  const goodness = scale.higherIsBetter ? share : 1 - share
  if (goodness > POSITIVE_ABOVE) return 'positive'
  return goodness < NEGATIVE_BELOW ? 'negative' : 'neutral'
}

/** Scores from 0 to 1 are shares, and -1 is a thumb down beside 1. */
function unitScale(score: number): ScoreScale | null {
  return score === -1 || (score >= 0 && score <= 1) ? { min: 0, max: 1, higherIsBetter: true } : null
}

/** `Thumbs-up ` -> `thumbs_up`. */
function plainLabel(label: string): string {
  return label
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
}

/** Labels that mean the same wherever they are used; others need a rule. */
const words: ReadonlyMap<string, Rating> = new Map<string, Rating>([
  ...['pass', 'passed', 'positive', 'thumbs_up', 'thumb_up', 'thumbsup', 'thumbup', 'up', 'upvote', '👍', 'like', 'liked', 'good']
    .concat(['great', 'excellent', 'helpful', 'correct', 'satisfied', 'love', 'loved', 'yes', 'true', 'accepted', 'accept'])
    .map((word) => [word, 'positive'] as const),
  ...['neutral', 'mixed', 'partial', 'partially_correct', 'somewhat_helpful', '😐'].map((word) => [word, 'neutral'] as const),
  ...['fail', 'failed', 'negative', 'thumbs_down', 'thumb_down', 'thumbsdown', 'thumbdown', 'down', 'downvote', '👎', 'dislike']
    .concat(['disliked', 'bad', 'poor', 'terrible', 'unhelpful', 'not_helpful', 'incorrect', 'wrong', 'unsatisfied'])
    .concat(['dissatisfied', 'no', 'false', 'rejected', 'reject'])
    .map((word) => [word, 'negative'] as const),
])
