/**
 * The application's own id of a message in its chat, by which feedback finds the run that answered it. There is no convention: applications put it among
 * the metadata of whatever instrumentation they have, on the span where they know it.
 */
import type { Attributes, PlainValue } from '../otlp/span.ts'
import type { Chain } from './dialect.ts'
import { firstId, path, toName } from './read.ts'

/** What our SDK sends. */
const MESSAGE_ID = 'flywheel.message.id'

/** Both spellings of a word that people choose themselves. */
const among = (prefix: string): Chain => [`${prefix}.message_id`, `${prefix}.messageId`]

/** Not `message.id` and `messaging.message.id`: those are of queues and of streams. */
const messageIdKeys: Chain = [
  MESSAGE_ID,
  // Azure's agents, whose messages have ids that the application shows.
  'gen_ai.message.id',
  ...among('langfuse.trace.metadata'),
  ...among('langfuse.observation.metadata'),
  ...among('traceloop.association.properties'),
  ...among('ai.telemetry.metadata'),
  ...among('ai.settings.context'),
  ...among('langsmith.metadata'),
  'mastra.metadata.messageId',
]

const namesInMetadata: Chain = ['message_id', 'messageId']

/** Null where the span names no message. `metadata`: where an emitter sends all of it as one JSON text (OpenInference, MLflow). */
export function messageIdOf(attributes: Attributes, metadata?: PlainValue): string | null {
  for (const key of messageIdKeys) {
    if (!attributes.has(key)) continue
    // Langfuse for Python writes metadata as JSON texts.
    const id = firstId(attributes, [key])?.replace(/^"(.*)"$/, '$1')
    if (id !== undefined && id !== '') return id
  }
  return namesInMetadata.map((name) => toId(path(metadata, name))).find((id) => id !== null) ?? null
}

function toId(value: PlainValue | undefined): string | null {
  return toName(typeof value === 'number' ? String(value) : value)
}
