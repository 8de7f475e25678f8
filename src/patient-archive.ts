/**
 * The store as the fold asks it: a question that fails is asked again until it is answered. A fold that gave up in the middle of an entry would
 * have to be thrown away and read from the log again, for a fault that has nothing to do with the entry.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Archive } from './fold/history.ts'

const RETRY_MS = 1_000

export function patientArchive(archive: Archive, report: (message: string, error?: unknown) => void): Archive {
  const ask = async <T>(question: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await question()
      } catch (error) {
        report('the records cannot be read; counting waits', error)
        await sleep(RETRY_MS)
      }
    }
  }
  return {
    findSettled: (traceIds) => ask(() => archive.findSettled(traceIds)),
    knownConversations: (keys, sinceMs) => ask(() => archive.knownConversations(keys, sinceMs)),
    findTargets: (queries) => ask(() => archive.findTargets(queries)),
    conversationStates: (keys) => ask(() => archive.conversationStates(keys)),
    findFeedback: (ids) => ask(() => archive.findFeedback(ids)),
  }
}
