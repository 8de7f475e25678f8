/** Who judged, and by which name a judge is known: conventions have no word for it, so every emitter has its own. */
import type { Judge } from '../../model/feedback.ts'
import type { Chain } from '../dialect.ts'
import { cut } from '../read.ts'
import { type Fields, fieldsIn, textIn } from './fields.ts'

/** Words for kinds of judges: OpenInference's, Microsoft's for humans and for actors, MLflow's. */
const judgeOfWord: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['end_user', 'user'],
  ['builder', 'reviewer'],
  ['llm', 'model'],
  ['llm_judge', 'model'],
  ['ai', 'model'],
  ['ai_judge', 'model'],
  ['model', 'model'],
  ['code', 'code'],
  ['deterministic', 'code'],
])

const kindKeys: Chain = [
  'microsoft.gen_ai.human_evaluation.source',
  'microsoft.human_evaluation.source',
  'microsoft.gen_ai.evaluation.actor.type',
  'gen_ai.evaluation.actor.type',
  // What gateways keep of OpenInference beside the conventions.
  'annotator_kind',
  'annotation.annotator_kind',
  'evaluation.annotator_kind',
]

/** Pydantic's evaluators, as JSON of their class and arguments; the older names are of 2025. */
const evaluatorKeys: Chain = [
  'gen_ai.evaluation.evaluator.source',
  'gen_ai.evaluation.evaluator_source',
  'logfire.evaluation.evaluator_source',
]

const MAX_EVALUATOR = 4_096
const MAX_WORD = 128

/** A kind of judge as it is spelled. That a person judged is not who: our own team annotates, too, unless the question itself is for users. */
export function judgeOf(word: string | null, name: string): Judge {
  const known = (word ?? '').toLowerCase()
  if (known === 'human') return isForUsers(name) ? 'user' : 'unknown'
  return judgeOfWord.get(known) ?? 'unknown'
}

/** `user_rating`, `User feedback`, `userFeedback`. */
function isForUsers(name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
  return words.includes('user') || words.includes('users') || words.includes('enduser')
}

/** The judge of an event of the conventions. `internal`: what Microsoft sends as one JSON text. */
export function judgeIn(fields: Fields, internal: Fields, name: string): Judge {
  for (const key of kindKeys) {
    const judge = judgeOf(textIn(fields, [key], MAX_WORD) ?? textIn(internal, [key], MAX_WORD), name)
    if (judge !== 'unknown') return judge
  }
  const evaluator = evaluatorIn(fields)
  if (evaluator === null) return 'unknown'
  // An evaluator is a program, whatever it asks; that it asks a model, only its name tells.
  const title = textIn(fieldsIn(evaluator), ['name'], MAX_WORD) ?? cut(evaluator, MAX_WORD)
  return /llm|judge/i.test(title) ? 'model' : 'code'
}

/** What the evaluator is, as text for telling two of them apart. */
export function evaluatorIn(fields: Fields): string | null {
  return textIn(fields, evaluatorKeys, MAX_EVALUATOR)
}
