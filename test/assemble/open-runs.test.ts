import { describe, expect, test } from 'vitest'
import { type Arrival, OpenRuns, type Past, type SettleLimits } from '../../src/assemble/open-runs.ts'
import { SeenSet } from '../../src/assemble/seen.ts'
import type { LogMark } from '../../src/model/checkpoint.ts'
import type { Step } from '../../src/model/step.ts'
import { note, orphan, step, stepId, toolCall } from '../helpers/steps.ts'

const limits: SettleLimits = {
  settleMs: 3_000,
  idleMs: 600_000,
  maxOpenMs: 3_600_000,
  maxStepsPerRun: 100,
  maxSteps: 1_000,
  maxPinnedBytes: 1_000_000,
}
const noPast = (): null => null

function mark(uptimeMs: number, bytes = 0): Arrival {
  return { seq: uptimeMs, atMs: uptimeMs, uptimeMs, bytes, entry: uptimeMs + 1 }
}

/** The place from which reading would have to begin. */
function before({ seq, atMs, uptimeMs, bytes }: Arrival): LogMark {
  return { seq, atMs, uptimeMs, bytes }
}

const root = step({ spanId: stepId(1) })
const child = step({ spanId: stepId(2), parentId: stepId(1) })

/** Open runs with the given steps of run `a`, each added at its time. */
function opened(...steps: readonly (readonly [atMs: number, step: Step])[]): OpenRuns {
  const runs = new OpenRuns()
  for (const [atMs, item] of steps) runs.addStep('a', item, mark(atMs), noPast)
  return runs
}

/** Trace ids of the runs that are due, with how a missing entry is to be judged. */
function due(runs: OpenRuns, now: LogMark, over: Partial<SettleLimits> = {}): readonly string[] {
  return runs.takeDue(now, { ...limits, ...over }).map(({ run, missingEntry }) => `${run.traceId} ${missingEntry}`)
}

function past(seen: (set: SeenSet) => void = () => undefined): () => Past {
  const set = new SeenSet()
  seen(set)
  const run = {
    traceId: 'a',
    settledAtMs: 0,
    settleNumber: 1,
    outcome: 'ok' as const,
    service: 's',
    environment: '',
    agent: 'a',
    conversationId: null,
    startedAtUs: 0,
    entries: [],
    isStored: false,
    seen: set.pack(),
  }
  return () => ({ run, steps: null })
}

describe('a run is settled', () => {
  test('once its entry has ended, every parent is there and nothing came for a while', () => {
    const runs = opened([0, child], [1_000, root])
    expect(due(runs, mark(3_999))).toEqual([])
    expect(due(runs, mark(4_000))).toEqual(['a none'])
    expect(runs.size).toBe(0)
  })

  test('not by a quiet 40 s inside a model call', () => {
    const runs = opened([0, child])
    for (let now = 1_000; now <= 40_000; now += 1_000) expect(due(runs, mark(now))).toEqual([])
    runs.addStep('a', root, mark(40_000), noPast)
    expect(due(runs, mark(43_000))).toEqual(['a none'])
  })

  test('not while a parent in the middle is missing, though its entry came', () => {
    const runs = opened([0, step({ spanId: stepId(3), parentId: stepId(2) })], [0, root])
    expect(due(runs, mark(599_999))).toEqual([])
    runs.addStep('a', child, mark(599_999), noPast)
    expect(due(runs, mark(602_999))).toEqual(['a none'])
  })

  test('without the parent of an entry, which is in another process', () => {
    const remote = opened([0, step({ spanId: stepId(1), parentId: stepId(9), isEntry: true, parentIsLocal: false })])
    expect(due(remote, mark(3_000))).toEqual(['a none'])
  })

  test('not by a tool server, which answers long before the agent that called it has ended', () => {
    const server = step({ spanId: stepId(2), parentId: stepId(1), isEntry: true, parentIsLocal: false, kind: 'other' })
    const tool = step({ ...toolCall('find').over, spanId: stepId(3), parentId: stepId(2), isEntry: false })
    const runs = opened([0, tool], [0, server])
    expect(due(runs, mark(30_000))).toEqual([])
    runs.addStep('a', root, mark(30_000), noPast)
    expect(due(runs, mark(33_000))).toEqual(['a none'])
    // An agent that is called from elsewhere is a run of its own.
    const agent = step({ spanId: stepId(2), parentId: stepId(9), isEntry: true, parentIsLocal: false, kind: 'agent' })
    expect(due(opened([0, tool], [0, agent]), mark(3_000))).toEqual(['a none'])
  })

  test('as silent when it is idle and its entry never came', () => {
    expect(due(opened([0, child]), mark(600_000))).toEqual(['a silent'])
  })

  test('as ended when it is idle and only a parent in the middle never came', () => {
    expect(due(opened([0, root], [0, step({ spanId: stepId(3), parentId: stepId(2) })]), mark(600_000))).toEqual(['a none'])
  })

  test('as silent when the only entry is that of a tool server whose caller came', () => {
    const caller = step({ ...orphan, spanId: stepId(2) })
    const server = step({ spanId: stepId(3), parentId: stepId(2), isEntry: true, parentIsLocal: false })
    expect(due(opened([0, server], [0, caller]), mark(600_000))).toEqual(['a silent'])
    expect(due(opened([0, caller], [0, server]), mark(600_000))).toEqual(['a silent'])
  })

  test('as still open when it is too old, though spans keep coming', () => {
    const runs = opened([0, child], [3_599_999, step({ spanId: stepId(3), parentId: stepId(1) })])
    expect(due(runs, mark(3_600_000))).toEqual(['a still_open'])
  })

  test('when it is too large, notes included', () => {
    const runs = opened([0, child], [0, step({ spanId: stepId(3), parentId: stepId(1) })])
    expect(due(runs, mark(1), { maxStepsPerRun: 3 })).toEqual([])
    runs.addNote('a', note({ spanId: stepId(3) }), mark(1), noPast)
    expect(due(runs, mark(1), { maxStepsPerRun: 3 })).toEqual(['a still_open'])
  })
})

describe('the oldest runs are settled early', () => {
  const three = (bytes = 0): OpenRuns => {
    const runs = new OpenRuns()
    for (const [at, traceId] of ['c', 'b', 'a'].entries()) runs.addStep(traceId, child, mark(at, at * bytes), noPast)
    return runs
  }

  test('when all together hold too much', () => {
    const runs = three()
    expect(due(runs, mark(10), { maxSteps: 1 })).toEqual(['b still_open', 'c still_open'])
    expect([...runs.all()].map((run) => run.traceId)).toEqual(['a'])
  })

  test('when all together hold too much, notes included', () => {
    const runs = three()
    runs.addNote('a', note({ spanId: stepId(7) }), mark(3), noPast)
    expect(due(runs, mark(10), { maxSteps: 3 })).toEqual(['c still_open'])
    expect(due(runs, mark(10), { maxSteps: 3 })).toEqual([])
  })

  test('when they pin too much of the log', () => {
    const runs = three(500)
    expect(due(runs, mark(10, 1_200), { maxPinnedBytes: 700 })).toEqual(['c still_open'])
    expect(runs.lowWater()).toEqual(before(mark(1, 500)))
  })

  test('and leave nothing behind that would count later', () => {
    const runs = three()
    due(runs, mark(10), { maxSteps: 0 })
    runs.addStep('d', child, mark(11), noPast)
    expect(due(runs, mark(12), { maxSteps: 1 })).toEqual([])
    expect(runs.size).toBe(1)
  })

  test('in an order that does not depend on history', () => {
    expect(due(three(), mark(600_010))).toEqual(['a silent', 'b silent', 'c silent'])
  })
})

describe('a span', () => {
  test('is new once, then a duplicate that keeps nothing awake', () => {
    const runs = opened([0, root])
    expect(runs.addStep('a', { ...root, name: 'copy' }, mark(2_000), noPast)).toBe('duplicate')
    expect(due(runs, mark(3_000))).toEqual(['a none'])
  })

  test('of a settled run is late when it is new to it, a duplicate when it is not', () => {
    const runs = new OpenRuns()
    const seen = past((set) => set.markSeen(stepId(1)))
    expect(runs.addStep('a', root, mark(0), seen)).toBe('duplicate')
    expect(runs.has('a')).toBe(false)
    expect(runs.addStep('a', child, mark(0), seen)).toBe('late')
    expect(runs.addStep('a', root, mark(0), noPast)).toBe('duplicate')
    expect(due(runs, mark(3_000))).toEqual(['a none'])
  })

  test('that is a copy of one of a settled run opens nothing, and a body of 20,000 of them is read through quickly', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => stepId(at + 1))
    const settled = past((set) => {
      for (const id of ids) set.markSeen(id)
    })()
    const runs = new OpenRuns()
    // Unpacking the memory for each of them would not end within the runner's time limit.
    for (const spanId of ids) expect(runs.addStep('a', step({ spanId }), mark(0), () => settled)).toBe('duplicate')
    expect(runs.size).toBe(0)
    expect(runs.addStep('a', step({ spanId: stepId(20_001) }), mark(0), () => settled)).toBe('late')
  })

  test('that is late waits for a parent that nobody has seen', () => {
    const runs = new OpenRuns()
    runs.addStep('a', child, mark(0), past())
    expect(due(runs, mark(3_000))).toEqual([])
    expect(due(runs, mark(600_000))).toEqual(['a none'])
  })

  test('asks for the past of its run only when the run is not open', () => {
    const runs = opened([0, root])
    const never = (): never => {
      throw new Error('asked')
    }
    expect(runs.addStep('a', child, mark(0), never)).toBe('new')
  })
})

describe('a note', () => {
  const notesOf = (runs: OpenRuns): readonly string[] => [...runs.all()].flatMap((run) => [...run.notes.keys()])

  test('may come before its span, and opens the run', () => {
    const runs = new OpenRuns()
    runs.addNote('a', note(), mark(5), noPast)
    runs.addStep('a', root, mark(6), noPast)
    expect([notesOf(runs), runs.lowWater()]).toEqual([['note'], before(mark(5))])
  })

  test('keeps its run awake, a copy of it does not', () => {
    const runs = opened([0, root])
    runs.addNote('a', note(), mark(2_000), noPast)
    runs.addNote('a', note(), mark(4_000), noPast)
    expect(due(runs, mark(4_999))).toEqual([])
    expect(due(runs, mark(5_000))).toEqual(['a none'])
  })

  test('for a settled run changes nothing', () => {
    const runs = new OpenRuns()
    runs.addNote('a', note(), mark(0), past())
    expect(runs.size).toBe(0)
    runs.addStep(
      'a',
      child,
      mark(0),
      past((set) => set.markSeen(stepId(1))),
    )
    runs.addNote('a', note({ spanId: stepId(1) }), mark(0), noPast)
    runs.addNote('a', note({ key: 'late', spanId: stepId(2) }), mark(0), noPast)
    expect(notesOf(runs)).toEqual(['late'])
  })
})

test('nothing open pins no log', () => {
  expect(new OpenRuns().lowWater()).toBeNull()
})
