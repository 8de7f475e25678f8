/**
 * LangChain4j in Quarkus (seen on the wire: 1.10): the conventions in older words. It notes what went wrong as an exception and sets no status; only
 * what escaped is noted.
 */
import type { Span } from '../otlp/span.ts'
import type { Dialect, Reading } from './dialect.ts'
import { errorOf, recordedError } from './error.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { finishReasons, firstString, toName } from './read.ts'

const SERVICE = 'langchain4j.aiservices.'

export const quarkus: Dialect = {
  name: 'quarkus',
  keys: otelKeys,
  matches: ({ scope, name }) =>
    scope.name === 'io.quarkus.opentelemetry' && (name.startsWith('langchain4j.') || name.startsWith('completion ')),
  read: (span): Reading => {
    const error = errorOf(span, finishReasons(span.attributes, otelKeys.finishReasons)) ?? recordedError(span)
    if (span.name.startsWith(SERVICE)) return { kind: 'agent', operation: 'invoke_agent', agent: serviceOf(span), error }
    const meaning = readOperation(span)
    return meaning.kind === 'llm' ? { ...meaning, error, statedCostUsd: costOf(span) } : { ...meaning, error }
  },
}

/** `langchain4j.aiservices.Support.chat`: what a person named is the interface. */
function serviceOf({ name }: Span): string | null {
  return toName(name.slice(SERVICE.length).split('.')[0])
}

/** `0.00002595USD` */
function costOf({ attributes }: Span): number | null {
  const usd = /^(\d{1,9}(?:\.\d{1,20})?)USD$/.exec(firstString(attributes, ['gen_ai.client.estimated_cost']) ?? '')?.[1]
  return usd === undefined ? null : Number(usd)
}
