/**
 * `gen_ai.evaluation.result` of the conventions, as a log record or as a span event, and what others make of it: Microsoft's ratings of users (with the
 * scale in a JSON text), Pydantic's evaluators, the older `gen_ai.evaluation.user_feedback`, and lists of results in one event. The shapes are those of
 * the emitters' documentation and sources; no capture has one yet.
 */
import { FEEDBACK_LIMITS, type ScoreScale } from '../../model/feedback.ts'
import type { PlainValue } from '../../otlp/span.ts'
import type { Chain } from '../dialect.ts'
import { otelKeys } from '../otel-genai.ts'
import { cut } from '../read.ts'
import { booleanIn, either, type Fields, fieldsIn, idIn, noFields, numberIn, textIn } from './fields.ts'
import { evaluatorIn, judgeIn } from './judge.ts'
import { ownIdOf, type Said } from './said.ts'

const PREFIX = 'gen_ai.evaluation.'
export const RESULT = 'gen_ai.evaluation.result'
const USER_FEEDBACK = 'gen_ai.evaluation.user_feedback'

export const NAME = 'gen_ai.evaluation.name'
const nameKeys: Chain = [NAME]
const scoreKeys: Chain = ['gen_ai.evaluation.score.value', 'gen_ai.evaluation.score']
const labelKeys: Chain = ['gen_ai.evaluation.score.label', 'gen_ai.evaluation.label']
const passedKeys: Chain = ['gen_ai.evaluation.passed']
const commentKeys: Chain = ['gen_ai.evaluation.explanation', 'gen_ai.evaluation.comment']
const idKeys: Chain = ['microsoft.gen_ai.human_evaluation.id', 'microsoft.human_evaluation.id', 'gen_ai.evaluation.id']
/** What an event with a list says beside it is not said of each entry. */
const ofOneResult: ReadonlySet<string> = new Set(['error.type', ...idKeys])
const userKeys: Chain = [...otelKeys.userId, 'enduser.pseudo.id']

/** Whether an event of that name holds results. */
export function isEvaluation(event: string): boolean {
  return event.startsWith(PREFIX) || event === 'gen_ai.evaluations'
}

const MAX_RESULTS = 100

/** The results in an event. */
export function evaluationsIn(event: string, attributes: Fields, body: PlainValue | undefined): readonly Said[] {
  const inBody = fieldsIn(body)
  const fields = either(attributes, inBody)
  const list = fields('gen_ai.evaluations') ?? inBody('evaluations')
  if (isList(list)) {
    const common: Fields = (key) => (ofOneResult.has(key) ? undefined : attributes(key))
    return list.slice(0, MAX_RESULTS).flatMap((item) => saidIn(RESULT, either(fieldsIn(item), common)) ?? [])
  }
  const said = saidIn(event, event === USER_FEEDBACK ? either(fields, inUserFeedback(inBody, body)) : fields)
  return said === null ? [] : [said]
}

function isList(value: PlainValue | undefined): value is readonly PlainValue[] {
  return Array.isArray(value)
}

/** What users wrote stands in the body, in short names or alone. */
function inUserFeedback(inBody: Fields, body: PlainValue | undefined): Fields {
  const isComment = typeof body === 'string' && !body.startsWith(PREFIX) && inBody === noFields
  return (key) => {
    if (key === 'gen_ai.evaluation.explanation') return isComment ? body : inBody('comment')
    return key === 'gen_ai.evaluation.score' ? inBody('score') : undefined
  }
}

/** Null where the evaluator failed: then there is no result. */
function saidIn(event: string, fields: Fields): Said | null {
  if (textIn(fields, ['error.type'], 128) !== null) return null
  const internal = internalOf(fields)
  const name = textIn(fields, nameKeys, FEEDBACK_LIMITS.name) ?? nameOf(event)
  const truth = booleanIn(fields, scoreKeys)
  const passed = booleanIn(fields, passedKeys) ?? truth
  const verdict = passed === null ? null : passed ? 'pass' : 'fail'
  const score = numberIn(fields, scoreKeys) ?? (truth === null ? null : Number(truth))
  const isOfUser = event === USER_FEEDBACK
  return {
    name,
    score,
    scale: score === null ? null : isOfUser ? thumbs : scaleIn(internal),
    label: textIn(fields, labelKeys, FEEDBACK_LIMITS.label) ?? verdict,
    comment: textIn(fields, commentKeys, FEEDBACK_LIMITS.text),
    userId: idIn(fields, userKeys, FEEDBACK_LIMITS.key),
    judge: isOfUser ? 'user' : judgeIn(fields, internal, name),
    ownId: ownIdOf(idIn(fields, idKeys, 1_024)),
    judgeKey: evaluatorIn(fields),
  }
}

/** Before there was one event with a name in it, the name of the event was that of the question. */
function nameOf(event: string): string {
  const question =
    event === RESULT || !event.startsWith(PREFIX) ? '' : cut(event.slice(PREFIX.length), FEEDBACK_LIMITS.name).trim()
  return question === '' ? 'evaluation' : question
}

const thumbs: ScoreScale = { min: -1, max: 1, higherIsBetter: true }

function scaleIn(internal: Fields): ScoreScale | null {
  const min = numberIn(internal, ['gen_ai.evaluation.min_value'])
  const max = numberIn(internal, ['gen_ai.evaluation.max_value'])
  if (min === null || max === null || min >= max) return null
  return { min, max, higherIsBetter: textIn(internal, ['gen_ai.evaluation.desirable_direction'], 32) !== 'decrease' }
}

/** Microsoft's additions: one JSON text, also flattened by some, or beside the rest. */
export function internalOf(fields: Fields): Fields {
  const flat: Fields = (key) => fields(`internal_properties.${key}`) ?? fields(key)
  return either(fieldsIn(fields('internal_properties')), flat)
}
