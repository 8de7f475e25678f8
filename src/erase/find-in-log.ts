/** What only the log knows of somebody who is to be deleted: of runs that were sampled away, and of spans that came before the one that says whose they are. */
import type { BodyFormat, LogEntry } from '../model/entry.ts'
import { type ConversationName, conversationNameText, type Tombstones } from '../model/tombstone.ts'
import { readSpans } from '../otlp/decode.ts'
import { entriesOf, type LogReading, opened } from './erase-log.ts'
import { type BodyReading, erasedTraces, type OtlpBody } from './without-erased.ts'

export interface FindOptions extends LogReading {
  /** @throws when the content is none. */
  readonly read: (kind: OtlpBody['kind'], format: BodyFormat, content: Uint8Array) => BodyReading
  /** Entries that name none of these need not be read. */
  readonly ids: readonly string[]
}

export interface InLog {
  readonly traceIds: ReadonlySet<string>
  /** What these traces name, where they name the person too. */
  readonly conversations: readonly ConversationName[]
}

/** The traces of the users and conversations behind the tombstones, without those that have one. */
export async function findInLog(options: FindOptions, tombstones: Tombstones): Promise<InLog> {
  const traceIds = new Set<string>()
  const conversations = new Map<string, ConversationName>()
  for await (const { reading, atMs } of readingsOf(options)) {
    const traces = erasedTraces(reading, atMs, tombstones)
    for (const traceId of traces) if (!tombstones.hasTrace(traceId)) traceIds.add(traceId)
    for (const { traceId, step } of reading.steps) {
      const { conversationId, service, environment } = step
      if (conversationId === null || !(traces.has(traceId) || tombstones.hasTrace(traceId))) continue
      const name = { conversationId, service, environment }
      conversations.set(conversationNameText(name), name)
    }
  }
  return { traceIds, conversations: [...conversations.values()] }
}

/** Which of these conversations nobody but the user speaks in, as far as the log knows. */
export async function ownInLog(
  options: FindOptions,
  names: readonly ConversationName[],
  userId: string,
): Promise<readonly ConversationName[]> {
  const tracesOf = new Map(names.map((name) => [conversationNameText(name), new Set<string>()]))
  const others = new Set<string>()
  for await (const { reading } of readingsOf(options)) {
    for (const { traceId, step } of reading.steps) {
      const { conversationId, service, environment } = step
      if (conversationId !== null) tracesOf.get(conversationNameText({ conversationId, service, environment }))?.add(traceId)
      if (step.userId !== null && step.userId !== userId) others.add(traceId)
    }
  }
  return names.filter((name) => ![...(tracesOf.get(conversationNameText(name)) ?? [])].some((traceId) => others.has(traceId)))
}

/** Runs by their traces, and the steps that they have. */
export interface KnownSteps {
  readonly traceIds: ReadonlySet<string>
  readonly spanIds: ReadonlySet<string>
}

/** Other traces that steps of these runs came in: calls in traces of their own are the run's. */
export function strayTraces(
  entries: readonly LogEntry[],
  { traceIds, spanIds }: KnownSteps,
  inflate: LogReading['inflate'],
): ReadonlySet<string> {
  const found = new Set<string>()
  for (const entry of entries) {
    const body = entry.kind === 'spans' ? openedOrNull(entry, inflate) : null
    if (body === null) continue
    orNothing(() =>
      readSpans(body.content, body.format, ({ traceId, spanId }) => {
        if (spanIds.has(spanId) && !traceIds.has(traceId)) found.add(traceId)
      }),
    )
  }
  return found
}

async function* readingsOf(options: FindOptions): AsyncGenerator<{ readonly reading: BodyReading; readonly atMs: number }> {
  const mayName = finderOf(options.ids)
  for await (const entry of entriesOf(options)) {
    const body = openedOrNull(entry, options.inflate)
    if (body === null || !mayName(body.content)) continue
    const reading = orNothing(() => options.read(body.kind, body.format, body.content))
    if (reading !== null) yield { reading, atMs: body.atMs }
  }
}

function openedOrNull(entry: LogEntry, inflate: LogReading['inflate']): OtlpBody | null {
  return orNothing(() => opened(entry, inflate))
}

/** What cannot be read was told by nobody. */
function orNothing<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}

/** Ids that are written the same way wherever they stand: not as a number, and without what JSON escapes. */
const plainId = /^(?=.*[A-Za-z])[\w.:@|+-]+$/

function finderOf(ids: readonly string[]): (content: Uint8Array) => boolean {
  if (!ids.every((id) => plainId.test(id))) return () => true
  return ({ buffer, byteOffset, byteLength }) => {
    const bytes = Buffer.from(buffer, byteOffset, byteLength)
    return ids.some((id) => bytes.includes(id))
  }
}
