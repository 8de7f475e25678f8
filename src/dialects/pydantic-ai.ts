/**
 * Pydantic AI's own instrumentation (version 5; older ones from the reference): plain conventions, with the sum of an agent's calls under names of its
 * own, and spans that were called `agent run` and `running tool` before they had operations. Seen on the wire: 2.68.
 */
import type { Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { firstId, firstString } from './read.ts'

const keys: KeyTable = {
  ...otelKeys,
  requestModel: [...otelKeys.requestModel, 'model_name'],
  // Version 1 had all messages of a call in one list of events.
  content: [...otelKeys.content, 'events'],
  stepInput: ['pydantic_ai.all_messages', 'all_messages_events', ...otelKeys.stepInput],
  stepOutput: ['final_result', ...otelKeys.stepOutput],
}

export const pydanticAi: Dialect = {
  name: 'pydantic-ai',
  keys,
  matches: (span) => span.scope.name === 'pydantic-ai',
  read: (span) => ({ ...meaningOf(span), ...conversationOf(span) }),
}

function meaningOf(span: Span): Pick<Reading, 'kind' | 'operation'> {
  if (span.attributes.has('gen_ai.operation.name')) return readOperation(span)
  if (span.name === 'agent run' || span.name.endsWith(' run')) return { kind: 'agent', operation: 'invoke_agent' }
  // It holds the runs of all tools that one answer asked for.
  if (span.name.startsWith('running ') && span.name.endsWith('tools')) return { kind: 'workflow', operation: 'invoke_workflow' }
  return readOperation(span)
}

/** The time and the counter of an id that is made of both: two of one moment differ behind it. */
const MOMENT = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/

/**
 * Where the application names no conversation, Pydantic AI makes up an id together with the run's, which no other run will ever have unless the
 * application passes on the messages. It is made after the run's; an application names its conversation before. One that came with messages joins runs,
 * unless the application has a name for them after all.
 */
function conversationOf({ attributes }: Span): Pick<Reading, 'conversationId' | 'isConversationMadeUp'> {
  const moment = MOMENT.exec(firstId(attributes, ['gen_ai.conversation.id']) ?? '')?.[0]
  if (moment === undefined) return {}
  const run = MOMENT.exec(firstString(attributes, ['gen_ai.agent.call.id']) ?? '')?.[0] ?? null
  return run !== null && (run === moment || timeOf(run) < timeOf(moment))
    ? { conversationId: null }
    : { isConversationMadeUp: true }
}

/** The milliseconds of such an id, in a form that compares. */
function timeOf(id: string): string {
  return id.slice(0, 13)
}
