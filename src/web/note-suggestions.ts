/** Finds the runs that quotes of a note could be about. Asked when a note is shown: two pages of runs at most, and no daemon. */
import type { LinkSuggestion, Note, NoteQuote } from '../model/note.ts'
import { isSameTarget } from '../model/note.ts'
import type { RunSummary } from '../model/run.ts'
import { type Candidate, createSuggester, SUGGESTION_WINDOW } from '../notes/suggest.ts'
import type { Store } from '../records/store.ts'

export interface SuggestionSource {
  readonly store: Pick<Store, 'listRuns'>
}

const MAX_RUNS = 200
/** Quotes of one note that are looked at. */
const MAX_QUOTES = 200
const HOUR_MS = 3_600_000

/** Suggestions by quote id, for the first 200 of these quotes that nobody has linked yet. What was rejected does not come again. */
export async function suggestionsFor(
  { store }: SuggestionSource,
  note: Note,
  quotes: readonly NoteQuote[],
): Promise<ReadonlyMap<string, readonly LinkSuggestion[]>> {
  const open = quotes.filter(({ links }) => links.every(({ state }) => state === 'rejected')).slice(0, MAX_QUOTES)
  if (open.length === 0) return new Map()
  const runs = await runsNear(store, note)
  if (runs.length === 0) return new Map()
  const suggest = createSuggester(runs.map(candidateOf))
  const { userId, atMs } = note
  return new Map(
    open.map(({ id, text, links }) => {
      const found = suggest({ text: `${note.title}\n${text}`, userId, atMs })
      return [id, found.filter((one) => !links.some((link) => isSameTarget(link, one)))]
    }),
  )
}

/** Runs of the note's user; where no user is known, those just before it and the failed ones before it. */
async function runsNear(store: Pick<Store, 'listRuns'>, note: Note): Promise<readonly RunSummary[]> {
  const { userId, atMs, createdAtMs } = note
  const at = atMs ?? createdAtMs
  const window = { sinceMs: at - SUGGESTION_WINDOW.beforeMs, untilMs: at + SUGGESTION_WINDOW.afterMs, limit: MAX_RUNS }
  if (userId !== null) return (await store.listRuns({ ...window, userId })).runs
  const [last, failed] = await Promise.all([
    store.listRuns({ ...window, untilMs: at + HOUR_MS }),
    store.listRuns({ ...window, outcome: 'failed' }),
  ])
  return [...new Map([...last.runs, ...failed.runs].map((run) => [run.traceId, run])).values()]
}

function candidateOf(run: RunSummary): Candidate {
  return {
    traceId: run.traceId,
    conversationId: run.conversationId,
    userId: run.userId,
    startedAtMs: run.startedAtUs / 1_000,
    hasFailed: run.outcome === 'failed',
    texts: [
      run.agent,
      run.service,
      ...run.tags,
      ...run.failures.flatMap(({ kind, stepName, detail }) => [kind, stepName, detail]),
      ...(run.title === null ? [] : [run.title]),
    ],
  }
}
