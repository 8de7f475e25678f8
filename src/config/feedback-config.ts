/** `feedback` in flywheel.yaml: how scores and labels of your own become positive, neutral or negative. */
import { z } from 'zod'
import { judges, type Judge, type Rating, ratings } from '../model/feedback.ts'

/** How feedback of one name is read; null = not said. */
export interface RatingRuleConfig {
  readonly name: string
  readonly positive: number | null
  readonly negative: number | null
  readonly higherIsBetter: boolean
  readonly labels: Readonly<Record<string, Rating>>
  readonly judge: Judge | null
  readonly isIgnored: boolean
}

const nameExpected = 'a name of feedback such as csat; * stands for any characters'
const scoreExpected = 'a score as senders send it'
const labelExpected = `for each label one of ${ratings.join(', ')}`

const ruleSchema = z.strictObject(
  {
    name: z
      .string({ error: nameExpected })
      .min(1, { error: nameExpected })
      .describe('Name of the feedback; `*` stands for any characters. The first rule that fits holds.'),
    positive: z
      .number({ error: scoreExpected })
      .optional()
      .describe('This score and better ones are positive: `4` for five stars.'),
    negative: z
      .number({ error: scoreExpected })
      .optional()
      .describe('This score and worse ones are negative: `2` for five stars. What lies between is neutral.'),
    higherIsBetter: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe('false: the lower score is the better one, as for an effort score. Absent: true.'),
    labels: z
      .record(z.string().trim().toLowerCase(), z.enum(ratings, { error: labelExpected }), { error: labelExpected })
      .optional()
      .describe('What labels of yours mean: `{wrong_order: negative}`. Compared in lower case, with `_` for spaces and dashes.'),
    judge: z
      .enum(judges, { error: `one of ${judges.join(', ')}` })
      .optional()
      .describe('Who judges under this name, where the sender does not say: `model` for scores of an LLM judge.'),
    ignore: z.boolean({ error: 'true or false' }).optional().describe('true: kept and shown, never counted as a rating.'),
  },
  { error: 'a rule with a name' },
)

type RuleInput = z.output<typeof ruleSchema>

/** Thresholds have to leave room for neither, and point the same way as the scale. */
function isConsistent({ value: rule, issues }: z.core.ParsePayload<RuleInput>): void {
  const { positive, negative, higherIsBetter = true } = rule
  if (positive === undefined || negative === undefined) return
  if (higherIsBetter ? positive > negative : positive < negative) return
  const message = `a score ${higherIsBetter ? 'above' : 'below'} negative (${negative}), since ${higherIsBetter ? 'higher' : 'lower'} is better`
  issues.push({ code: 'custom', path: ['positive'], message, input: positive })
}

function toRatingRule(rule: RuleInput): RatingRuleConfig {
  const labels = Object.entries(rule.labels ?? {}).map(([label, rating]) => [label.replace(/[\s-]+/g, '_'), rating])
  return {
    name: rule.name,
    positive: rule.positive ?? null,
    negative: rule.negative ?? null,
    higherIsBetter: rule.higherIsBetter ?? true,
    labels: Object.fromEntries(labels),
    judge: rule.judge ?? null,
    isIgnored: rule.ignore ?? false,
  }
}

/** The key's value: a list of rules. */
export const ratingRulesSchema: z.ZodType<readonly RatingRuleConfig[]> = z
  .array(ruleSchema.check(isConsistent), { error: 'a list of rules' })
  .transform((rules) => rules.map(toRatingRule))

/** The keys of one rule, for the documentation. */
export const ratingRuleKeys: Readonly<Record<string, z.ZodType>> = ruleSchema.shape
