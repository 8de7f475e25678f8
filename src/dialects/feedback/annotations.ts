/**
 * OpenInference's annotations and evaluations: numbered attributes on the span that is judged, or on a span of its own that links to it. Its two
 * vocabularies mean the same. See spec/annotations.md of the OpenInference repository (August 2026); no capture has one yet.
 */
import { FEEDBACK_LIMITS } from '../../model/feedback.ts'
import type { Attributes } from '../../otlp/span.ts'
import { type Fields, fieldsOf, idIn, numberIn, textIn } from './fields.ts'
import { judgeOf } from './judge.ts'
import type { Said } from './said.ts'

export type AnnotationScope = 'span' | 'trace' | 'session'

const forms: readonly (readonly [scope: AnnotationScope, list: string, item: string])[] = [
  ['span', 'annotations', 'annotation'],
  ['span', 'evaluations', 'evaluation'],
  ['trace', 'trace.annotations', 'annotation'],
  ['trace', 'trace.evaluations', 'evaluation'],
  ['session', 'session.annotations', 'annotation'],
  ['session', 'session.evaluations', 'evaluation'],
]

/** Lists begin with 0, and every entry has a name. */
const firstNames: readonly string[] = forms.map(([, list, item]) => `${list}.0.${item}.name`)

/** Cheap: it is asked for every span. */
export function isAnnotated(attributes: Attributes): boolean {
  return firstNames.some((key) => attributes.has(key))
}

const MAX_ENTRIES = 100

/** All of a span, by what they are about. */
export function annotationsOf(attributes: Attributes): readonly (readonly [scope: AnnotationScope, said: Said])[] {
  const fields = fieldsOf(attributes)
  return forms.flatMap(([scope, list, item]) => {
    const found: (readonly [AnnotationScope, Said])[] = []
    for (let index = 0; index < MAX_ENTRIES && attributes.has(`${list}.${index}.${item}.name`); index += 1) {
      const said = saidIn((key) => fields(`${list}.${index}.${item}.${key}`), fields)
      if (said !== null) found.push([scope, said])
    }
    return found
  })
}

/** Null without a name: emitters leave out what their limits have cut, and then nobody knows what was asked. */
function saidIn(fields: Fields, ofSpan: Fields): Said | null {
  const name = textIn(fields, ['name'], FEEDBACK_LIMITS.name)
  if (name === null) return null
  return {
    name,
    score: numberIn(fields, ['score']),
    // Range and direction are the evaluator's own business, says the specification.
    scale: null,
    label: textIn(fields, ['label'], FEEDBACK_LIMITS.label),
    comment: textIn(fields, ['explanation'], FEEDBACK_LIMITS.text),
    userId: idIn(ofSpan, ['user.id'], FEEDBACK_LIMITS.key),
    judge: judgeOf(textIn(fields, ['annotator_kind'], 128), name),
    ownId: null,
    judgeKey: idIn(fields, ['identifier'], 1_024),
  }
}
