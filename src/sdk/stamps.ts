/** How the fields of `withContext` travel: as attributes under a key of OpenTelemetry's context. */
import { type Attributes, type Context, createContextKey } from '@opentelemetry/api'
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_AGENT_VERSION,
  ATTR_GEN_AI_CONVERSATION_ID,
  ATTR_GEN_AI_PROMPT_NAME,
  ATTR_USER_ID,
} from '@opentelemetry/semantic-conventions/incubating'
import { ATTR_FLYWHEEL_MESSAGE_ID, ATTR_GEN_AI_PROMPT_VERSION } from './attributes.ts'
import type { ContextFields } from './context-fields.ts'

const MAX_FIELD_CHARACTERS = 256
// A key by name, so that two copies of this package in one process understand each other.
const stampsKey = createContextKey('agent-flywheel stamps')
const none: Stamps = {}

type Stamps = Readonly<Record<string, string>>

const attributeOf: readonly (readonly [keyof ContextFields, string])[] = [
  ['conversationId', ATTR_GEN_AI_CONVERSATION_ID],
  ['userId', ATTR_USER_ID],
  ['messageId', ATTR_FLYWHEEL_MESSAGE_ID],
  ['agent', ATTR_GEN_AI_AGENT_NAME],
  ['release', ATTR_GEN_AI_AGENT_VERSION],
  ['promptName', ATTR_GEN_AI_PROMPT_NAME],
  ['promptVersion', ATTR_GEN_AI_PROMPT_VERSION],
]

/** The context with these fields stamped on top of what it stamps already. */
export function stampedContext(outer: Context, fields: ContextFields): Context {
  const added: Record<string, string> = {}
  for (const [field, attribute] of attributeOf) {
    const text = fieldText(fields[field])
    if (text !== null) added[attribute] = text
  }
  return Object.keys(added).length === 0 ? outer : outer.setValue(stampsKey, { ...stampsOf(outer), ...added })
}

/** What spans that start in this context are stamped with. */
function stampsOf(scope: Context): Stamps {
  const stamps = scope.getValue(stampsKey)
  return isStamps(stamps) ? stamps : none
}

/** One stamped value. */
export function stampOf(scope: Context, attribute: string): string | null {
  return stampsOf(scope)[attribute] ?? null
}

/** Stamps that the span does not say itself: an instrumentation that names another agent knows better. */
export function missingStamps(scope: Context, present: Attributes): Attributes | null {
  let missing: Record<string, string> | null = null
  for (const [attribute, text] of Object.entries(stampsOf(scope))) {
    if (present[attribute] !== undefined) continue
    missing ??= {}
    missing[attribute] = text
  }
  return missing
}

function isStamps(value: unknown): value is Stamps {
  return typeof value === 'object' && value !== null
}

/** Ids are often numbers in the application. */
function fieldText(value: unknown): string | null {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_FIELD_CHARACTERS) : null
}
