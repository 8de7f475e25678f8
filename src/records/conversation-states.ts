/** What is remembered of conversations: columns of their rows, which a checkpoint has written just before. */
import type { Kysely, Selectable, Transaction } from 'kysely'
import { type ConversationKey, conversationKeyText, type ConversationState } from '../model/checkpoint.ts'
import type { ConversationMemory } from '../model/implicit.ts'
import { idChunks } from './chunks.ts'
import type { ConversationsTable, Tables } from './schema.ts'

type StateRow = Pick<
  Selectable<ConversationsTable>,
  'conversation_id' | 'service' | 'environment' | 'user_id' | 'memory' | 'gives_up_at_ms'
>

const columns = ['conversation_id', 'service', 'environment', 'user_id', 'memory', 'gives_up_at_ms'] as const

export async function saveConversationStates(trx: Transaction<Tables>, states: readonly ConversationState[]): Promise<void> {
  for (const { key, userId, memory, givesUpAtMs } of states) {
    await trx
      .updateTable('conversations')
      .set({ user_id: userId, memory: memory === null ? null : JSON.stringify(memory), gives_up_at_ms: givesUpAtMs })
      .where('conversation_id', '=', key.conversationId)
      .where('service', '=', key.service)
      .where('environment', '=', key.environment)
      .execute()
  }
}

export async function pendingConversations(db: Kysely<Tables>): Promise<readonly ConversationState[]> {
  const rows = await db
    .selectFrom('conversations')
    .select(columns)
    .where('gives_up_at_ms', 'is not', null)
    .orderBy('gives_up_at_ms')
    .orderBy('conversation_id')
    .execute()
  return rows.map(toState)
}

export async function conversationStates(
  db: Kysely<Tables>,
  keys: readonly ConversationKey[],
): Promise<readonly ConversationState[]> {
  const asked = new Set(keys.map(conversationKeyText))
  const ids = [...new Set(keys.map(({ conversationId }) => conversationId))]
  const found: ConversationState[] = []
  for (const some of idChunks(ids)) {
    const rows = await db
      .selectFrom('conversations')
      .select(columns)
      .where('conversation_id', 'in', some)
      .where('memory', 'is not', null)
      .execute()
    found.push(...rows.map(toState))
  }
  return found.filter(({ key }) => asked.has(conversationKeyText(key)))
}

function toState(row: StateRow): ConversationState {
  const memory: ConversationMemory | null = row.memory === null ? null : JSON.parse(row.memory)
  return {
    key: { service: row.service, environment: row.environment, conversationId: row.conversation_id },
    userId: row.user_id,
    memory,
    givesUpAtMs: row.gives_up_at_ms,
  }
}
