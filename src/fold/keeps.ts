/** Which transcripts are kept without anybody asking: of runs that failed, up to a rate, and of an even share of the others. */
import type { KeepRequest } from '../model/checkpoint.ts'
import { cyrb53 } from '../model/fingerprint.ts'
import type { RunRecord } from '../model/run.ts'
import type { FoldSettings } from './settings.ts'

/** A run of this tick that has a row. */
export interface StoredRun {
  readonly record: RunRecord
  /** True when it had settled before: its transcript changes only where one is kept. */
  readonly isLate: boolean
}

/** Another seed than that of the rows, so that the two choices do not depend on each other. */
const SEED = 1
const HASH_RANGE = 2 ** 53

export function chooseKeeps(
  runs: readonly StoredRun[],
  { perSecond, sampleShare }: FoldSettings['transcripts'],
  askedAtMs: number,
): readonly KeepRequest[] {
  const late = runs.filter(({ isLate }) => isLate).map(({ record }) => record)
  const first = runs.filter(({ isLate }) => !isLate).map(({ record }) => record)
  const failed = first
    .filter(({ outcome }) => outcome === 'failed')
    .toSorted((a, b) => placeOf(a) - placeOf(b))
    .slice(0, Math.floor(perSecond))
  const sampled = first.filter((run) => run.outcome !== 'failed' && placeOf(run) < sampleShare * HASH_RANGE)
  return [
    ...failed.map(({ traceId }) => ({ traceId, reason: 'failed' as const, askedAtMs })),
    ...sampled.map(({ traceId }) => ({ traceId, reason: 'sampled' as const, askedAtMs })),
    ...late.map(({ traceId }) => ({ traceId, reason: 'again' as const, askedAtMs })),
  ]
}

function placeOf({ traceId }: RunRecord): number {
  return cyrb53(traceId, SEED)
}
