/** Which release serves a request: new ones are rolled out over time, at first often, so that a short look shows some, then ever more seldom. */
import type { Random } from '../random.ts'

const MINUTE_MS = 60_000
const LONGEST_GAP_MS = 24 * 60 * MINUTE_MS
/** A rollout takes this long; meanwhile both releases serve. */
const ROLLOUT_MS = 3 * MINUTE_MS

/** The version that answers a request `elapsedMs` after the traffic began. `schedule` must be the same stream for all requests of a service. */
export function releaseAt(elapsedMs: number, schedule: Random, request: Random): string {
  const minor = schedule.whole(1, 6)
  let gapMs = schedule.between(3, 10) * MINUTE_MS
  // The traffic begins in the middle of a rollout: two releases are there to compare from the start.
  let rolloutAtMs = -ROLLOUT_MS / 2
  let rollouts = 1
  while (rolloutAtMs + gapMs <= elapsedMs) {
    rolloutAtMs += gapMs
    gapMs = Math.min(LONGEST_GAP_MS, gapMs * schedule.between(1.6, 2.4))
    rollouts++
  }
  const isOnNew = request.chance((elapsedMs - rolloutAtMs) / ROLLOUT_MS)
  return version(minor, isOnNew ? rollouts : rollouts - 1)
}

function version(minor: number, rollouts: number): string {
  return `2.${minor + Math.floor(rollouts / 4)}.${rollouts % 4}`
}
