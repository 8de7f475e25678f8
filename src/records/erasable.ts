/** What a deletion is about in the records: the runs of a person or a conversation, as long as they are nobody else's. */
import type { Kysely } from 'kysely'

import { conversationNameText, type ConversationName, type Deletion } from '../model/tombstone.ts'
import { idChunks } from './chunks.ts'
import type { Tables } from './schema.ts'

export interface Erasable {
  readonly traceIds: readonly string[]
  /** Null = the deletion is about a conversation. */
  readonly userId: string | null
  /** All of them, also those whose runs have no rows. */
  readonly conversations: readonly ConversationName[]
  /** The log's clock at the deletion: what came later is another matter. */
  readonly deletedAtMs: number
}

/** What the log knows of a person whose runs have no rows, or were open. */
export type Seen = Pick<Erasable, 'traceIds' | 'conversations'>

const nothingSeen: Seen = { traceIds: [], conversations: [] }

/**
 * Runs that were over or had settled when the deletion was asked for. A person's conversations go with them unless somebody else spoke in them: follow-ups
 * often name the conversation and no user. `seen`: what else is known to be theirs.
 */
export async function findErasable(
  db: Kysely<Tables>,
  deletion: Deletion,
  deletedAtMs: number,
  seen: Seen = nothingSeen,
): Promise<Erasable> {
  if (deletion.kind === 'conversation') {
    const { conversationId, service, environment } = deletion
    const conversations = [{ conversationId, service, environment }]
    return { traceIds: await tracesOf(db, conversations, deletedAtMs), userId: null, conversations, deletedAtMs }
  }
  const { userId } = deletion
  const rows = await db.selectFrom('runs').select(runColumns).where('user_id', '=', userId).execute()
  const runs = rows.filter((run) => isBefore(run, deletedAtMs))
  const conversations = await ownConversations(db, userId, [
    ...runs.flatMap((run) => nameOf(run) ?? []),
    ...(await rememberedConversations(db, userId, deletedAtMs)),
    ...seen.conversations,
    ...(await settledConversations(db, seen.traceIds)),
    ...(await linkedConversations(db, [...runs.map((run) => run.trace_id), ...seen.traceIds])),
  ])
  const traceIds = new Set([...runs.map((run) => run.trace_id), ...(await tracesOf(db, conversations, deletedAtMs))])
  return { traceIds: [...traceIds], userId, conversations, deletedAtMs }
}

const runColumns = [
  'trace_id',
  'conversation_id',
  'service',
  'environment',
  'user_id',
  'started_at_us',
  'duration_us',
  'settled_at_ms',
] as const

interface Times {
  readonly started_at_us: number
  readonly duration_us: number
  readonly settled_at_ms: number
}

/** By the log's clock or by the emitter's own, which may be ahead of it. */
function isBefore(
  { started_at_us: startedAtUs, duration_us: durationUs, settled_at_ms: settledAtMs }: Times,
  atMs: number,
): boolean {
  return settledAtMs <= atMs || startedAtUs + durationUs <= atMs * 1_000
}

interface Named {
  readonly conversation_id: string | null
  readonly service: string
  readonly environment: string
}

function nameOf({ conversation_id: conversationId, service, environment }: Named): ConversationName | null {
  return conversationId === null ? null : { conversationId, service, environment }
}

/** Conversations whose last word was theirs: also of runs that were sampled away. */
async function rememberedConversations(
  db: Kysely<Tables>,
  userId: string,
  deletedAtMs: number,
): Promise<readonly ConversationName[]> {
  const rows = await db
    .selectFrom('conversations')
    .select(['conversation_id', 'service', 'environment'])
    .where('user_id', '=', userId)
    .where('first_at_us', '<=', deletedAtMs * 1_000)
    .execute()
  return rows.map(({ conversation_id: conversationId, service, environment }) => ({ conversationId, service, environment }))
}

/** What traces without a row were counted under. */
async function settledConversations(db: Kysely<Tables>, traceIds: readonly string[]): Promise<readonly ConversationName[]> {
  const found: ConversationName[] = []
  for (const ids of idChunks(traceIds)) {
    const rows = await db
      .selectFrom('settled')
      .select(['conversation_id', 'service', 'environment'])
      .where('trace_id', 'in', ids)
      .execute()
    found.push(...rows.flatMap((row) => nameOf(row) ?? []))
  }
  return found
}

/** Conversations that only links hold together have the id of their first trace, which itself names none. */
async function linkedConversations(db: Kysely<Tables>, traceIds: readonly string[]): Promise<readonly ConversationName[]> {
  const found: ConversationName[] = []
  for (const ids of idChunks(traceIds)) {
    const rows = await db
      .selectFrom('conversations')
      .select(['conversation_id', 'service', 'environment'])
      .where('conversation_id', 'in', ids)
      .execute()
    found.push(...rows.flatMap((row) => nameOf(row) ?? []))
  }
  return found
}

/** Those of the conversations in which nobody else has a run. */
async function ownConversations(
  db: Kysely<Tables>,
  userId: string,
  candidates: readonly ConversationName[],
): Promise<readonly ConversationName[]> {
  const names = new Map(candidates.flatMap(textAndName))
  for (const ids of idChunks([...names.values()].map(({ conversationId }) => conversationId))) {
    const others = await db
      .selectFrom('runs')
      .select(['conversation_id', 'service', 'environment'])
      .distinct()
      .where('conversation_id', 'in', ids)
      .where('user_id', '<>', userId)
      .execute()
    for (const [text] of others.flatMap((run) => textAndName(nameOf(run)))) names.delete(text)
  }
  return [...names.values()]
}

function textAndName(name: ConversationName | null): readonly (readonly [string, ConversationName])[] {
  return name === null ? [] : [[conversationNameText(name), name]]
}

/** Every trace of these conversations that is known: runs with a row, runs without one, and the first trace of one that only links have joined. */
async function tracesOf(
  db: Kysely<Tables>,
  conversations: readonly ConversationName[],
  deletedAtMs: number,
): Promise<readonly string[]> {
  const byId = Map.groupBy(conversations, ({ conversationId }) => conversationId)
  const isMeant = (id: string | null, { service, environment }: Omit<Named, 'conversation_id'>): boolean =>
    (byId.get(id ?? '') ?? []).some(
      (name) => (name.service ?? service) === service && (name.environment ?? environment) === environment,
    )
  const found = new Set<string>()
  for (const ids of idChunks([...byId.keys()])) {
    const runs = await db.selectFrom('runs').select(runColumns).where('conversation_id', 'in', ids).execute()
    const firsts = await db
      .selectFrom('runs')
      .select(runColumns)
      .where('trace_id', 'in', ids)
      .where('conversation_id', 'is', null)
      .execute()
    for (const run of [...runs, ...firsts])
      if (isMeant(run.conversation_id ?? run.trace_id, run) && isBefore(run, deletedAtMs)) found.add(run.trace_id)
    const settled = await db
      .selectFrom('settled')
      .select(['trace_id', 'conversation_id', 'service', 'environment'])
      .where((eb) =>
        eb.or([eb('conversation_id', 'in', ids), eb.and([eb('trace_id', 'in', ids), eb('conversation_id', 'is', null)])]),
      )
      .where('settled_at_ms', '<=', deletedAtMs)
      .execute()
    for (const run of settled) if (isMeant(run.conversation_id ?? run.trace_id, run)) found.add(run.trace_id)
  }
  return [...found]
}
