/**
 * Runs that follow one another in traces of their own and say so by span links are one conversation, also where no emitter names it. It has the name of
 * the conversation that is linked to, else the id of the first trace that was.
 */
import type { Derived } from '../signals/derive.ts'

/** A run that is being settled. */
interface Linking {
  readonly traceId: string
  readonly derived: Derived | null
}

/** Conversations of the given runs that have none of their own, by trace id. `conversationOf` knows the runs that were settled before. */
export function linkedConversations(
  runs: readonly Linking[],
  conversationOf: (traceId: string) => string | null,
): ReadonlyMap<string, string> {
  const byTrace = new Map(runs.map((run) => [run.traceId, run]))
  const found = new Map<string, string>()
  for (const { traceId, derived } of runs) {
    if (derived === null || derived.record.conversationId !== null || derived.linkedTraceId === null) continue
    found.set(traceId, followed(traceId, derived.linkedTraceId, byTrace, conversationOf))
  }
  return found
}

/** Along the links to the first run of the chain; a ring ends where it began. */
function followed(
  traceId: string,
  linked: string,
  byTrace: ReadonlyMap<string, Linking>,
  conversationOf: (traceId: string) => string | null,
): string {
  const passed = new Set([traceId])
  let current = linked
  for (;;) {
    const derived = byTrace.get(current)?.derived ?? null
    const named = derived?.record.conversationId ?? conversationOf(current)
    if (named !== null) return named
    const next = derived?.linkedTraceId ?? null
    if (next === null || passed.has(next)) return current
    passed.add(current)
    current = next
  }
}
