/** Spans of evaluations: they judge the work of an agent and are no part of it. */
import type { Attributes } from '../otlp/span.ts'

/** By OpenInference's kind (EVALUATOR) or an operation (`evaluation`, `evaluate`), for which the conventions have no word yet. */
export function isEvaluator(attributes: Attributes): boolean {
  const kind = attributes.string('openinference.span.kind') ?? attributes.string('gen_ai.operation.name') ?? ''
  return /^evaluat/i.test(kind)
}
