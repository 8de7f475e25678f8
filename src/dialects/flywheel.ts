/**
 * What our SDK sends where there is no convention: attempts of the application to parse a model's answer. Everything else it sends follows the
 * conventions and is read by otel-genai. The attributes are documented in docs/sdk.md, so that others can send them, too.
 */
import { type ParseAttempt, parseFormats, type ParseOutcome, parseOutcomes } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import type { Dialect } from './dialect.ts'
import { errorOf } from './error.ts'
import { otelKeys } from './otel-genai.ts'
import { firstString } from './read.ts'

const FORMAT = 'flywheel.parse.format'
const OUTCOME = 'flywheel.parse.outcome'

export const flywheel: Dialect = {
  name: 'flywheel',
  keys: { ...otelKeys, content: [] },
  matches: (span) => span.attributes.has(OUTCOME),
  read: (span) => ({ kind: 'parse', operation: 'parse', parse: attemptOf(span) }),
}

function attemptOf(span: Span): ParseAttempt {
  const spelling = (firstString(span.attributes, [FORMAT]) ?? '').toLowerCase().replaceAll('-', '_')
  return { format: parseFormats.find((format) => format === spelling) ?? 'other', outcome: outcomeOf(span) }
}

/** An error goes before what the attribute says: nothing was parsed. Without one an outcome that nobody knows was no failure. */
function outcomeOf(span: Span): ParseOutcome {
  if (errorOf(span, []) !== null) return 'failed'
  const spelling = firstString(span.attributes, [OUTCOME])
  return parseOutcomes.find((outcome) => outcome === spelling) ?? 'ok'
}
