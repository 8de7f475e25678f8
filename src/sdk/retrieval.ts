/** A span around looking something up for the model: a vector search, a search engine, a database. */
import { type Attributes, type Span, SpanKind } from '@opentelemetry/api'
import {
  ATTR_GEN_AI_DATA_SOURCE_ID,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_RETRIEVAL_QUERY_TEXT,
  GEN_AI_OPERATION_NAME_VALUE_RETRIEVAL,
} from '@opentelemetry/semantic-conventions/incubating'
import { ATTR_FLYWHEEL_RETRIEVAL_DOCUMENT_COUNT } from './attributes.ts'
import { setContent } from './content.ts'
import { inSpan, misused, nameOf } from './in-span.ts'

export interface Retrieval {
  /** Where is looked: an index, a collection, a site. One of few. */
  readonly source: string
  /** What is looked for. Sent only where content is captured. */
  readonly query?: unknown
}

/**
 * One look-up: a `retrieval` span around `fn`. Where the result is an array, its length is recorded: a search that finds nothing is a
 * frequent reason for a bad answer. Result and exception pass through.
 *
 * @example
 * const articles = await retrieval({ source: 'help-center', query }, () => index.search(query))
 */
export function retrieval<T>(lookup: Retrieval, fn: (span: Span) => T): T {
  if (typeof fn !== 'function') return misused('retrieval({ source }, fn)', fn)
  const { source, query } = read(lookup)
  const attributes: Attributes = {
    [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_RETRIEVAL,
    [ATTR_GEN_AI_DATA_SOURCE_ID]: source,
  }
  return inSpan(
    {
      name: `retrieval ${source}`,
      kind: SpanKind.CLIENT,
      attributes,
      onStart: (span) => setContent(span, ATTR_GEN_AI_RETRIEVAL_QUERY_TEXT, null, query),
      onDone: (span, result) => {
        if (Array.isArray(result)) span.setAttribute(ATTR_FLYWHEEL_RETRIEVAL_DOCUMENT_COUNT, result.length)
      },
    },
    fn,
  )
}

function read(lookup: Retrieval): Retrieval {
  try {
    return { source: nameOf(lookup.source, 'source'), query: lookup.query }
  } catch {
    return { source: 'source' }
  }
}
