/** A checkpoint in which everything carries the number of the checkpoint, so that a mixture of two is seen. */
import type { Checkpoint } from '../../src/model/checkpoint.ts'
import { checkpoint, delta, run, series, settledRun } from './builders.ts'

export const numberedIds: readonly string[] = Array.from({ length: 150 }, (_, i) => `id-${String(i).padStart(3, '0')}`)

export function numberedCheckpoint(seq: number): Checkpoint {
  return checkpoint(seq, {
    series: numberedIds.map((id) => series(id, [], { values: [seq] })),
    labels: numberedIds.map((value) => ({ label: 'l', value, usedAtMs: seq })),
    settled: numberedIds.map((id) => settledRun(id, { settleNumber: seq, isStored: true })),
    runs: numberedIds.map((id) => run(id, { llmCalls: seq })),
    conversations: numberedIds.map((id) => delta(id)),
  })
}
