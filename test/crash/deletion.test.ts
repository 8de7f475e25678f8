/** Deletions under kills: each is done once, whole, and counts nothing twice. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { AuditPageJson } from '../../src/web/audit.ts'
import { Person } from '../helpers/canary-person.ts'
import { traceOf, wordsOf } from '../helpers/canary-search.ts'
import { type Deletion, Installation } from '../helpers/installation.ts'
import { spansRequest } from '../helpers/otlp-request.ts'
import { Client } from './client.ts'
import { type Scrape, total } from './scrape.ts'

const KILLS = 20
/** A deletion takes some seconds: it waits for two checkpoints, and writes the files anew. */
const LONGEST_LIFE_MS = 5_000
/** As many of them are deleted as it takes. */
const names = ['ann', 'cleo', 'dora', 'emil', 'fred', 'gwen', 'hal', 'ida', 'jon', 'kim', 'lea', 'max', 'nora', 'olaf', 'pia']
const startMs = Date.now() - 600_000

test(`${KILLS} SIGKILLs while people are deleted: all of each is gone, the rest stays, and totals are those of an undisturbed processor`, async () => {
  const [killed, undisturbed] = [await prepared(), await prepared()]
  const client = new Client(killed.processor.url, generator(3))
  let isOver = false
  const sending = sendNowAndThen(client, () => isOver)
  const deletions: Deletion[] = []
  const random = generator(7)
  let kills = 0
  for (const name of names) {
    if (kills === KILLS) break
    const deletion = await killed.request(subjectOf(personOf(name)))
    deletions.push(deletion)
    while (kills < KILLS && !(await isDone(killed, deletion))) {
      await sleep(random() * LONGEST_LIFE_MS)
      await killed.processor.end('SIGKILL')
      kills++
      await killed.processor.start()
    }
    await killed.done(deletion)
    await undisturbed.delete(subjectOf(personOf(name)))
  }
  console.log(`${kills} kills within ${deletions.length} deletions`)
  const deleted = names.slice(0, deletions.length)
  expect(kills).toBe(KILLS)
  isOver = true
  await sending

  for (const installation of [killed, undisturbed]) {
    const left = [...names.slice(deletions.length), 'bob']
    await installation.send(...left.map((name) => personOf(name).endOf()))
    await installation.quiet()
  }
  const totals = await killed.totals()
  expect(counted(totals)).toEqual(counted(await undisturbed.totals()))
  const { runs, calls, toolCalls } = client.truth
  const ofClient = ['runs', 'llm_calls', 'tool_calls'].map((what) =>
    total(totals, `flywheel_${what}_total`, 'service_name="crash-test"'),
  )
  expect(ofClient).toEqual([runs, calls, toolCalls])
  const surfaces = await killed.surfaces({
    traceId: [...deleted, 'bob'].flatMap(traceIds),
    conversationId: [],
    noteId: [],
    deletionId: [],
  })
  expect(Object.fromEntries(deleted.map((name) => [name, traceOf(name, surfaces)]))).toEqual(
    Object.fromEntries(deleted.map((name) => [name, {}])),
  )
  const ofBob = [...new Set(Object.values(surfaces).flatMap((text) => wordsOf('bob', text)))].toSorted()
  expect(ofBob).toEqual(wordsPlanted('bob'))
  const { events } = await killed.get<AuditPageJson>('/api/audit')
  expect(events.map(({ id, who, object }) => ({ id, who, object })).toReversed()).toEqual(
    deletions.map(({ id, subject }) => ({ id, who: 'rita', object: subject })),
  )
  expect(killed.processor.stderr).toBe('')
})

/** Some runs at a time: each deletion reads the whole log. */
async function sendNowAndThen(client: Client, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    let left = 5
    await client.run(() => left-- === 0)
    await sleep(100)
  }
}

/** With everything that everybody said, some runs open, and feedback that is held for good. */
async function prepared(): Promise<Installation> {
  const installation = await Installation.open({ FLYWHEEL_FEEDBACK_HOLD_MS: '600000', FLYWHEEL_IDLE_MS: '3600000' })
  for (const name of [...names, 'bob']) {
    const person = personOf(name)
    await installation.plant(person)
    await installation.send(spansRequest(person.followUp()), person.openRun())
  }
  await sleep(3_000)
  return installation
}

function personOf(name: string): Person {
  return new Person(name, { isKnown: name !== 'cleo', startMs })
}

function wordsPlanted(name: string): readonly string[] {
  const person = personOf(name)
  person.wholeRun()
  person.failedRun()
  person.logs()
  person.feedback()
  person.note()
  person.followUp()
  person.openRun()
  person.endOf()
  for (const field of ['keyed', 'key', 'scoreid', 'scorename', 'score', 'scorecomment']) person.word(field)
  return person.planted
}

function traceIds(name: string): readonly string[] {
  return ['whole', 'failed', 'followup', 'open'].map((run) => personOf(name).traceId(run))
}

function subjectOf(person: Person): object {
  return person.isKnown ? { userId: person.userId } : { conversationId: person.conversationId }
}

async function isDone(installation: Installation, { id }: Deletion): Promise<boolean> {
  return (await installation.get<Deletion>(`/api/deletions/${id}`)).state === 'wiped'
}

/** Of senders that go on meanwhile. */
const others = /crash-test|^flywheel_(received|duplicate|late)_spans_total/

/** What does not depend on when something came. */
function counted(totals: Scrape): Readonly<Record<string, number>> {
  return Object.fromEntries(
    [...totals]
      .filter(([name]) => !/^flywheel_(received_requests|ingest_lag)/.test(name) && !others.test(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Numbers in [0, 1) that are the same in every run of the test. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
