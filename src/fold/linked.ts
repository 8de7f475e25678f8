/**
 * Traces that say by span links what they follow are one conversation, also where no emitter names it: it has the name that one of them has, else the
 * id of the first. Traces without an agent pass it on: between the agents of AutoGen lie traces of messages.
 */

/** A trace that is being settled. */
export interface Linking {
  readonly traceId: string
  /** Its own; null = it names none. */
  readonly conversationId: string | null
  /** What it follows; null = nothing. */
  readonly linkedTraceId: string | null
}

/** Conversations of the given traces that name none and follow others, by trace id. `conversationOf` knows the traces that were settled before. */
export function linkedConversations(
  traces: readonly Linking[],
  conversationOf: (traceId: string) => string | null,
): ReadonlyMap<string, string> {
  const byId = new Map(traces.map((trace) => [trace.traceId, trace]))
  const found = new Map<string, string>()
  for (const { traceId, conversationId, linkedTraceId } of traces) {
    if (conversationId !== null || linkedTraceId === null) continue
    found.set(traceId, followed(traceId, linkedTraceId, byId, conversationOf))
  }
  return found
}

/** Along the links to the first trace of the chain; a ring ends where it began. */
function followed(
  traceId: string,
  linked: string,
  byId: ReadonlyMap<string, Linking>,
  conversationOf: (traceId: string) => string | null,
): string {
  const passed = new Set([traceId])
  let current = linked
  for (;;) {
    const trace = byId.get(current)
    const named = trace?.conversationId ?? conversationOf(current)
    if (named !== null) return named
    const next = trace?.linkedTraceId ?? null
    if (next === null || passed.has(next)) return current
    passed.add(current)
    current = next
  }
}
