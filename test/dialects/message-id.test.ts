import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, span } from '../helpers/steps.ts'

const openInference = { 'openinference.span.kind': 'CHAIN' }

test.each<[emitter: string, attributes: AttributeValues, messageId: string | null]>([
  ['our SDK', { 'flywheel.message.id': 'm-1', 'gen_ai.operation.name': 'chat' }, 'm-1'],
  ['our SDK, on a span of another library', { 'flywheel.message.id': 'm-1', 'ai.operationId': 'ai.generateText' }, 'm-1'],
  ['Azure’s agents', { 'gen_ai.operation.name': 'create_message', 'gen_ai.message.id': 'msg_kE7X' }, 'msg_kE7X'],
  ['Langfuse, on a trace', { 'langfuse.trace.metadata.message_id': 'm-1' }, 'm-1'],
  ['Langfuse for Python', { 'langfuse.observation.type': 'span', 'langfuse.observation.metadata.messageId': '"m-1"' }, 'm-1'],
  ['Traceloop', { 'traceloop.span.kind': 'task', 'traceloop.association.properties.message_id': 'm-1' }, 'm-1'],
  ['the AI SDK', { 'ai.operationId': 'ai.streamText', 'ai.telemetry.metadata.messageId': 'm-1' }, 'm-1'],
  ['the AI SDK in its 7th version', { 'gen_ai.operation.name': 'chat', 'ai.settings.context.messageId': 'm-1' }, 'm-1'],
  ['LangSmith', { 'langsmith.span.kind': 'chain', 'langsmith.metadata.message_id': 'm-1' }, 'm-1'],
  ['Mastra', { 'mastra.span.type': 'agent_run', 'mastra.metadata.messageId': 'm-1' }, 'm-1'],
  ['OpenInference', { ...openInference, metadata: '{"message_id":"m-1","thread_id":"t-1"}' }, 'm-1'],
  ['OpenInference, as a number', { ...openInference, metadata: '{"messageId":42}' }, '42'],
  ['MLflow', { 'mlflow.spanType': '"CHAIN"', metadata: '{"message_id":"m-1"}' }, 'm-1'],
  ['a number', { 'flywheel.message.id': 9_007_199_254_740_993n }, '9007199254740993'],
  ['a value of the wrong type, and a right one', { 'flywheel.message.id': true, 'langsmith.metadata.messageId': 'm-1' }, 'm-1'],
  ['nothing', { 'flywheel.message.id': ' ' }, null],
  ['an id that is hidden', { 'flywheel.message.id': '[REDACTED]' }, null],
  ['a queue', { 'messaging.message.id': 'm-1', 'message.id': 'm-1' }, null],
  ['metadata that is none', { ...openInference, metadata: '{"message_id":' }, null],
])('%s', (_emitter, attributes, messageId) => {
  expect(readStep(span({ attributes })).messageId).toBe(messageId)
})
