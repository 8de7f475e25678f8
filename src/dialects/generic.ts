/** Spans of everything else (HTTP servers, databases): no GenAI meaning, but they hold the tree together and may name the user and the session. */
import type { Dialect } from './dialect.ts'
import { otelKeys } from './otel-genai.ts'

export const generic: Dialect = {
  name: 'generic',
  keys: otelKeys,
  matches: () => true,
  read: () => ({ kind: 'other', operation: '' }),
}
