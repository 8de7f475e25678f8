/**
 * Microsoft Agent Framework: the conventions, and its workflows in spans of their own. Seen on the wire: Python 1.23 with OpenAI's both APIs and a
 * workflow. .NET, by its source's name: not yet.
 */
import type { Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { firstString } from './read.ts'

const keys: KeyTable = { ...otelKeys, conversationId: ['session.id', 'gen_ai.conversation.id'] }

export const agentFramework: Dialect = {
  name: 'agent-framework',
  keys,
  matches: (span) => span.scope.name.startsWith('agent_framework') || span.scope.name.includes('Microsoft.Agents.AI'),
  read: (span): Reading => {
    const { attributes, name } = span
    if (name === 'workflow.run') return { kind: 'workflow', operation: 'invoke_workflow', node: workflowName(span) }
    if (name.startsWith('executor.process')) {
      return { kind: 'workflow', operation: 'execute_node', node: firstString(attributes, ['executor.id'], 128) }
    }
    return readOperation(span)
  },
}

/** A workflow that nobody named is called after its builder. */
function workflowName(span: Span): string | null {
  const name = firstString(span.attributes, ['workflow.name'], 128)
  return name === null || /^WorkflowBuilder-[0-9a-f-]{36}$/.test(name) ? null : name
}
