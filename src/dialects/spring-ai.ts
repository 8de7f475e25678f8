/**
 * Spring AI's spans around its model calls, which are plain conventions (seen on the wire: 1.1.2 with Spring Boot 3.5, 2.0.1 with 4.0): the chat client,
 * its advisors, tools and vector stores have a kind of their own, and only 2.0 gives tools an operation, too.
 */
import type { StepError } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import type { Dialect, KeyTable, Reading } from './dialect.ts'
import { errorOf, unexplainedError } from './error.ts'
import { tellsOfFailure } from './messages/failed-result.ts'
import { otelKeys, readOperation } from './otel-genai.ts'
import { cut, firstText } from './read.ts'

const keys: KeyTable = {
  ...otelKeys,
  conversationId: ['spring.ai.chat.client.conversation.id', ...otelKeys.conversationId],
  toolName: ['spring.ai.tool.definition.name', ...otelKeys.toolName],
  toolCallId: ['spring.ai.tool.call.id', ...otelKeys.toolCallId],
  toolArguments: ['spring.ai.tool.call.arguments', ...otelKeys.toolArguments],
  toolResult: ['spring.ai.tool.call.result', ...otelKeys.toolResult],
  content: [...otelKeys.content, 'db.vector.query.content'],
  stepInput: ['db.vector.query.content', ...otelKeys.stepInput],
  stepOutput: ['db.vector.query.response.documents', ...otelKeys.stepOutput],
}

export const springAi: Dialect = {
  name: 'spring-ai',
  keys,
  matches: (span) => span.attributes.has('spring.ai.kind'),
  read: (span): Reading => {
    const kind = span.attributes.string('spring.ai.kind')
    if (kind === 'tool_call') return { kind: 'tool', operation: 'execute_tool', error: toolErrorOf(span) }
    // Advisors lie around every call, so that their names would say nothing of it.
    if (kind === 'chat_client' || kind === 'advisor') return { kind: 'workflow', operation: 'invoke_workflow' }
    const isSearch = kind === 'vector_store' && span.attributes.string('db.operation.name') === 'query'
    return isSearch ? { kind: 'retrieval', operation: 'retrieval' } : readOperation(span)
  },
}

/** A tool that threw mostly ends well: the model is told what the exception says, and is sent no messages that would show it. */
function toolErrorOf(span: Span): StepError | null {
  const error = errorOf(span, [])
  const result = firstText(span.attributes, ['spring.ai.tool.call.result'])
  if (error !== null || result === null || !tellsOfFailure(result)) return error
  return { ...unexplainedError, message: cut(result, 300) }
}
