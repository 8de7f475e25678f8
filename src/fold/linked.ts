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

/**
 * Conversations of the given traces that name none and follow others, by trace id: along the links to a trace whose conversation is known, or to the
 * first of the chain. `conversationOf` knows the traces that were settled before.
 */
export function linkedConversations(
  traces: readonly Linking[],
  conversationOf: (traceId: string) => string | null,
): ReadonlyMap<string, string> {
  const byId = new Map(traces.map((trace) => [trace.traceId, trace]))
  const found = new Map<string, string>()
  for (const { traceId } of traces) {
    const passed: string[] = []
    const isPassed = new Set<string>()
    let current = traceId
    let conversation: string | null = null
    while (!isPassed.has(current)) {
      const trace = byId.get(current)
      conversation = trace?.conversationId ?? found.get(current) ?? (current === traceId ? null : conversationOf(current))
      if (conversation !== null || trace?.linkedTraceId == null) break
      passed.push(current)
      isPassed.add(current)
      current = trace.linkedTraceId
    }
    // A ring has no beginning: it has the least of its ids, wherever it was entered.
    const ring = passed.slice(passed.indexOf(current)).toSorted()[0]
    const first = isPassed.has(current) ? (ring ?? current) : current
    for (const id of passed) found.set(id, conversation ?? first)
  }
  return found
}
