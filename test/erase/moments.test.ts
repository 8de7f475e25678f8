/** Deletions at bad moments: of what is open, waits, is held, comes in meanwhile, or is being read by somebody else. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { draftOf } from '../../src/notes/draft.ts'
import { noteBodySchema } from '../../src/notes/body.ts'
import { UnavailableError } from '../../src/model/unavailable-error.ts'
import { Person } from '../helpers/canary-person.ts'
import { given } from '../helpers/feedback.ts'
import { testSettings } from '../helpers/fold.ts'
import { type SpanLine, spansRequest } from '../helpers/otlp-request.ts'
import { Rooms } from './rooms.ts'

const ann = (): Person => new Person('ann')
const HELD = { ratings: [], holdMs: 600_000 }

/** Something that another waits for until it is let go. */
function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { open: resolve, passed: promise }
}

test.concurrent('a run that is open is counted as it is, and what comes of it later is refused', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context)
  await rooms.send(a.openRun())
  await rooms.rest(1)
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect(rooms.traceOf('ann')).toEqual({})
  expect(rooms.counted()).toMatchObject({ 'flywheel_runs_total shop prod shop ok': 1 })
  await rooms.send(a.endOf())
  await sleep(1_500)
  expect([rooms.traceOf('ann'), rooms.pipeline.fold.openRuns.size]).toEqual([{}, 0])
})

test.concurrent('a conversation that is only known by open runs goes with the person, unless somebody else speaks in it', async (context) => {
  const [a, b] = [ann(), new Person('bob')]
  const rooms = await Rooms.open(context)
  await rooms.send(a.openRun('first'), a.openRun('second', { isNamed: false }))
  // Bob is named in the same conversation; what nobody is named in may be his.
  const shared = 'conversation-of-both'
  const line = (person: Person, run: string, isNamed: boolean): SpanLine => ({
    traceId: person.traceId(run),
    spanId: person.spanId(run, 'agent'),
    parentSpanId: person.spanId(run, 'root'),
    name: 'invoke_agent shop',
    startMs: Date.now() - 2_000,
    endMs: Date.now() - 1_000,
    attributes: {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.conversation.id': shared,
      'app.note': person.word('shared'),
      ...(isNamed && { 'user.id': person.userId }),
    },
  })
  await rooms.send(spansRequest([line(a, 'shared', true), line(b, 'named', true), line(b, 'unnamed', false)]))
  await rooms.rest(5)
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect(rooms.traceOf('ann')).toEqual({})
  expect(rooms.pipeline.fold.openRuns.size).toBe(2)
  expect(rooms.traceOf('bob')).toEqual({ 'spans 5': ['canary-bob-sharedX', 'canary-bob-userX'], 'log.db': expect.anything() })
})

test.concurrent('what comes in while a deletion is on its way to the log goes as well, and so does what settles then', async (context) => {
  const a = ann()
  const log = gate()
  let isHeld = false
  const rooms = await Rooms.open(context, {
    append: (append) => async (entry) => {
      if (entry.kind === 'delete' && !isHeld) {
        isHeld = true
        await log.passed
      }
      return append(entry)
    },
  })
  await rooms.send(...a.wholeRun())
  const deletion = await rooms.deletions.request({ kind: 'user', userId: a.userId }, 'rita')
  await vi.waitUntil(() => isHeld)
  await rooms.send(...a.failedRun(), a.openRun())
  await rooms.rest(1)
  log.open()
  await rooms.done(deletion)
  expect(rooms.traceOf('ann')).toEqual({})
  expect(rooms.counted()).toMatchObject({
    'flywheel_runs_total shop prod shop ok': 2,
    'flywheel_runs_total shop prod shop failed': 1,
  })
})

test.concurrent('what comes in before counting has got as far as the deletion goes as well', async (context) => {
  const a = ann()
  const counting = gate()
  let isHeld = false
  const rooms = await Rooms.open(context, {
    findSettled: (findSettled) => async (traceIds) => {
      if (isHeld) await counting.passed
      return findSettled(traceIds)
    },
  })
  isHeld = true
  await rooms.send(...a.wholeRun())
  const deletion = await rooms.deletions.request({ kind: 'user', userId: a.userId }, 'rita')
  await sleep(300)
  await rooms.send(...a.failedRun(), a.openRun())
  counting.open()
  await rooms.done(deletion)
  expect(rooms.traceOf('ann')).toEqual({})
})

test.concurrent('the clock of an emitter that is ahead keeps nothing', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context)
  const ahead = Date.now() + 3_600_000
  await rooms.send(...a.wholeRun('whole', ahead), a.openRun('open', { atMs: ahead }))
  await rooms.rest(1)
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect(rooms.traceOf('ann')).toEqual({})
})

test.concurrent('feedback that is held, or waits for a run that is open, is gone and is never counted, also after a start', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context, { settings: { feedback: HELD } })
  await rooms.send(...a.wholeRun(), a.openRun())
  await rooms.rest(1)
  await rooms.give(
    given({ traceId: a.traceId('whole') }, { id: a.word('held'), comment: a.word('heldtext') }),
    given(
      { messageId: a.word('openmessage') },
      { id: a.word('waiting'), label: a.word('waitinglabel'), comment: a.word('waitingtext') },
    ),
    given({ conversationId: a.conversationId }, { id: a.word('ofconversation'), comment: a.word('conversationtext') }),
  )
  await sleep(1_200)
  await rooms.rest(1)
  await rooms.delete({ kind: 'user', userId: a.userId })
  const counted = rooms.counted()
  expect([rooms.traceOf('ann'), rooms.pipeline.fold.needsTick(Date.now())]).toEqual([{}, false])
  // Neither comes back when it is sent again.
  await rooms.give(given({ messageId: a.word('openmessage') }, { id: a.word('waiting'), comment: a.word('waitingtext') }))
  await rooms.rest()
  expect(rooms.traceOf('ann')).toEqual({})
  await rooms.close()
  const again = await Rooms.open(context, { dir: rooms.dir, settings: { feedback: { ratings: [], holdMs: 0 } } })
  await sleep(2_500)
  expect(again.counted()).toEqual(counted)
  expect(Object.keys(counted).filter((name) => name.startsWith('flywheel_feedback_total'))).toEqual([])
})

test.concurrent('feedback that comes in the same moment is gone, and is refused when it is sent again', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context, { settings: { feedback: HELD } })
  const said = given({ traceId: a.traceId('whole') }, { id: a.word('id'), userId: a.userId, comment: a.word('comment') })
  await rooms.send(...a.wholeRun())
  await rooms.rest()
  await rooms.give(said)
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect(rooms.traceOf('ann')).toEqual({})
  await rooms.give(said)
  await sleep(1_200)
  await rooms.rest()
  expect(rooms.traceOf('ann')).toEqual({})
})

test.concurrent('a transcript that was being read when its run was deleted is not kept', async (context) => {
  const a = ann()
  const [reading, erased] = [gate(), gate()]
  let reads = 0
  const rooms = await Rooms.open(context, {
    readEntries: (readEntries) => async (seqs) => {
      const entries = await readEntries(seqs)
      reads++
      reading.open()
      // The deletion reads too, later.
      if (reads === 1) await erased.passed
      return entries
    },
  })
  await rooms.send(...a.failedRun())
  await rooms.rest()
  rooms.keeper.start()
  await reading.passed
  await rooms.delete({ kind: 'user', userId: a.userId })
  erased.open()
  await rooms.keeper.close()
  expect([rooms.traceOf('ann'), await rooms.store.transcripts.state(a.traceId('failed'))]).toEqual([{}, 'none'])
})

test.concurrent('what was sampled away is found by the log, and its conversation with it', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context, { settings: { runRowsPerSecond: 0 } })
  await rooms.send(...a.wholeRun(), spansRequest(a.followUp()))
  await rooms.rest()
  expect((await rooms.store.listRuns({ limit: 1 })).runs).toEqual([])
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect(rooms.traceOf('ann')).toEqual({})
})

test.concurrent('the call of a client in a trace of its own goes with the run that took it in, settled or open', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context)
  for (const run of ['settled', 'open']) await rooms.send(...a.runWithStray(run))
  await sleep(2_000)
  await rooms.send(a.endOf('settled'))
  await rooms.rest(1)
  expect(rooms.counted()).toMatchObject({ 'flywheel_runs_total shop prod shop ok': 1 })
  // Of this one the call is still open itself.
  await rooms.send(...a.runWithStray('fresh', Date.now() - 5_000))
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect(rooms.traceOf('ann')).toEqual({})
  expect(rooms.counted()).toMatchObject({ 'flywheel_runs_total shop prod shop ok': 3 })
})

test.concurrent('feedback of a note that the ledger could not take goes with the note', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context)
  await rooms.send(...a.wholeRun())
  await rooms.rest()
  vi.spyOn(rooms.pipeline, 'take').mockRejectedValue(new UnavailableError('not now', 1))
  const [draft] = [draftOf(noteBodySchema.parse(a.note()))]
  await rooms.notes.take([draft], { by: null })
  expect(await rooms.store.notes.dueFeedback(10)).toHaveLength(1)
  await rooms.delete({ kind: 'user', userId: a.userId })
  expect([rooms.traceOf('ann'), await rooms.store.notes.dueFeedback(10)]).toEqual([
    {},
    [expect.objectContaining({ event: { type: 'withdrawn', id: expect.any(String) } })],
  ])
})

test.concurrent('what is remembered of a conversation outlives the deletion of others, also after an earlier one of its own', async (context) => {
  const [a, b] = [ann(), new Person('bob')]
  const rooms = await Rooms.open(context, { settings: { feedback: { ratings: [], holdMs: 0 } } })
  await rooms.send(...a.wholeRun())
  await rooms.rest()
  await rooms.delete({ kind: 'user', userId: a.userId })
  await sleep(5)
  await rooms.send(...a.wholeRun('again', Date.now()))
  await rooms.rest()
  await rooms.delete({ kind: 'user', userId: b.userId })
  await rooms.send(...a.failedRun('objects', Date.now() + 10_000))
  await rooms.rest()
  await sleep(1_200)
  const [said] = (await rooms.store.listFeedback({ limit: 10 })).feedback
  expect(said).toMatchObject({ source: 'implicit', runId: a.traceId('again'), userId: a.userId })
})

test.concurrent.for([
  ['is open', 600_000],
  ['has settled', 800],
] as const)(
  'spans that were on their way go too, with those of their trace that name nobody, where their run %s',
  async ([_when, idleMs], context) => {
    const a = ann()
    const rooms = await Rooms.open(context, {
      settings: { settle: { ...testSettings.settle, settleMs: 500, idleMs }, transcripts: { perSecond: 20, sampleShare: 1 } },
    })
    await rooms.delete({ kind: 'user', userId: a.userId })
    const [calls, tool, root] = a.wholeRun('late')
    await rooms.send(calls!)
    await rooms.rest(idleMs > 1_000 ? 1 : 0)
    rooms.keeper.start()
    await sleep(1_500)
    await rooms.send(root!)
    await rooms.idle()
    await rooms.send(tool!)
    await rooms.rest()
    await sleep(1_200)
    expect([rooms.traceOf('ann'), rooms.counted()['flywheel_received_spans_total']]).toEqual([{}, 1])
    const { events } = await rooms.store.audit.list({ limit: 10 })
    expect(events.map(({ action, who, object }) => [action, who, object])).toEqual([
      ['delete_late', 'late telemetry', 'late'],
      ['delete_user', 'rita', expect.any(String)],
    ])
  },
)

test.concurrent('of spans that were on their way one deletion takes as many as come meanwhile, and a start goes on with it', async (context) => {
  const a = ann()
  const rooms = await Rooms.open(context)
  await rooms.delete({ kind: 'user', userId: a.userId })
  for (let run = 0; run < 20; run++) await rooms.send(...a.wholeRun(`late${run}`))
  expect(await rooms.store.deletions.unfinished()).toMatchObject([{ deletion: { kind: 'late', traceIds: { length: 20 } } }])
  await rooms.close()
  const again = await Rooms.open(context, { dir: rooms.dir })
  await again.idle()
  expect([again.traceOf('ann'), (await again.store.audit.list({ limit: 10 })).events.length]).toEqual([{}, 2])
})

test.concurrent.for([
  ['first', 'have rows', 500],
  ['second', 'have rows', 500],
  ['first', 'were sampled away', 0],
  ['second', 'were sampled away', 0],
] as const)(
  'runs that only links join go together where the %s names the person, also where they %s',
  async ([named, , runRowsPerSecond], context) => {
    const a = ann()
    const rooms = await Rooms.open(context, { settings: { runRowsPerSecond } })
    const place = (run: 'first' | 'second'): Pick<SpanLine, 'traceId' | 'spanId' | 'attributes'> => ({
      traceId: a.traceId(run),
      spanId: a.spanId(run, 'root'),
      attributes: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.agent.name': 'shop',
        'app.note': a.word(run),
        ...(run === named && { 'user.id': a.userId }),
      },
    })
    const times = { startMs: Date.now() - 2_000, endMs: Date.now() - 1_000, parentSpanId: '', name: 'invoke_agent shop' }
    const links = [{ ...place('first'), attributes: {} }]
    await rooms.send(spansRequest([{ ...times, ...place('first') }]), spansRequest([{ ...times, ...place('second'), links }]))
    await rooms.rest()
    await rooms.delete({ kind: 'user', userId: a.userId })
    expect(rooms.traceOf('ann')).toEqual({})
  },
)
