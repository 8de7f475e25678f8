/** Deletion as whoever asks for it can check it: words planted in every field are found nowhere afterwards, and everything of others still is. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import type { AuditPageJson } from '../../src/web/audit.ts'
import { Person } from '../helpers/canary-person.ts'
import { type Found, traceOf, wordsOf } from '../helpers/canary-search.ts'
import { type Deletion, Installation, tokens } from '../helpers/installation.ts'
import { inOtherWords, spansRequest } from '../helpers/otlp-request.ts'
import type { Scrape } from '../crash/scrape.ts'

/** Ann is known by her id, Cleo only by her conversation; Bob is somebody else, and stays. */
const ann = (): Person => new Person('ann')
const bob = (): Person => new Person('bob')
const cleo = (): Person => new Person('cleo', { isKnown: false })

const runs = ['whole', 'failed', 'followup'] as const

test('after a deletion nothing of the deleted is found anywhere, also after it was sent again, and others stay whole', async () => {
  const people = [ann(), bob(), cleo()] as const
  const [a, b, c] = people
  const installation = await Installation.open()
  for (const person of people) await installation.plant(person)
  const shared = spansRequest(
    people.flatMap((person) => person.followUp()),
    { format: 'json', encoding: 'gzip' },
  )
  await installation.send(shared)
  for (const person of people) await installation.keep(person.traceId('whole'))
  const before = await installation.quiet()
  const ids = await idsOf(installation, people)
  const seen = await installation.surfaces(ids)
  // Else nothing that follows would say anything.
  for (const person of people) expect(shownOf(person, seen)).toEqual(person.planted)
  // What she said of the answer before stands among the feedback, without anybody having given it.
  expect(traceOf('ann', seen)).toMatchObject({ '/api/feedback': expect.arrayContaining(['canary-ann-objectionX']) })

  const byUser = await installation.delete({ userId: a.userId })
  const byConversation = await installation.delete({ conversationId: c.conversationId })
  const deletionId = [byUser.id, byConversation.id]
  const expectGone = async (): Promise<void> => {
    const after = await installation.surfaces({ ...ids, deletionId })
    expect(traceOf('ann', after)).toEqual({})
    expect(traceOf('cleo', after)).toEqual({})
    expect(shownOf(b, after)).toEqual(b.planted)
    expect(ownPages(traceOf('bob', after))).toEqual(ownPages(traceOf('bob', seen)))
  }
  await expectGone()
  expect(changes(before, await installation.totals())).toEqual({})
  expect(await audit(installation)).toEqual([told(byConversation, 'delete_conversation'), told(byUser, 'delete_user')])

  // Everything again: the same bytes, the same in other bytes, all of it in one request beside what Bob said.
  const requests = [a, c].flatMap((person) => [...person.wholeRun(), ...person.failedRun(), ...person.logs()])
  await installation.send(shared, ...requests)
  await installation.send(...[shared, ...requests].map(inOtherWords))
  const spans = [shared, ...requests].flatMap(({ spans: some }) => some)
  await installation.send(spansRequest([...b.wholeRun().flatMap(({ spans: some }) => some), ...spans]))
  for (const person of [a, c]) await installation.say(person)
  await installation.quiet()
  const moved = changes(before, await installation.totals())
  expect(
    Object.keys(moved).filter((name) => !/^flywheel_(rejected_items|received_spans|duplicate_spans)_total/.test(name)),
  ).toEqual([])
  expect(moved['flywheel_received_spans_total']).toBe(moved['flywheel_duplicate_spans_total'])
  await expectGone()

  // A start reads it all again.
  await installation.processor.end('SIGKILL')
  await installation.processor.start()
  await expectGone()
  expect(await audit(installation)).toHaveLength(2)

  // Who comes back is welcome.
  const later = Date.now() + 1
  await installation.send(...a.wholeRun('again', later), ...c.wholeRun('again', later))
  await installation.quiet()
  const again = await installation.get<{ readonly conversationId: string }>(`/api/runs/${a.traceId('again')}`)
  expect([again.conversationId, wordsOf('ann', JSON.stringify(again)).includes(a.word('user'))]).toEqual([a.conversationId, true])
  expect(traceOf('cleo', { run: JSON.stringify(await installation.get(`/api/runs/${c.traceId('again')}`)) })).not.toEqual({})
})

test('reviewers delete, viewers and strangers do not, and nobody changes what the audit log says', async () => {
  const installation = await Installation.open()
  const ask = async (method: string, path: string, token: string | null): Promise<number> => {
    const headers = { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) }
    const body = method === 'POST' ? JSON.stringify({ userId: 'ann' }) : null
    return (await fetch(installation.processor.url + path, { method, headers, body })).status
  }
  expect(await ask('POST', '/api/deletions', null)).toBe(401)
  expect(await ask('POST', '/api/deletions', tokens.vera)).toBe(403)
  expect(await audit(installation)).toEqual([])
  const job = await installation.delete({ userId: 'ann' })
  expect([await ask('GET', `/api/deletions/${job.id}`, tokens.vera), await ask('GET', '/api/audit', tokens.vera)]).toEqual([
    200, 200,
  ])
  const written = await audit(installation)
  expect(written).toEqual([told(job, 'delete_user')])
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
    expect([method, await ask(method, '/api/audit', tokens.rita)]).toEqual([method, 405])
  // Whoever has the file itself does not change it by mistake either.
  const db = new DatabaseSync(join(installation.dataDir, 'state.db'))
  expect(() => db.exec("UPDATE audit SET who = 'nobody'")).toThrow('the audit log only grows')
  expect(() => db.exec('DELETE FROM audit')).toThrow('the audit log only grows')
  db.close()
  expect(await audit(installation)).toEqual(written)
})

test('where nobody has to log in anybody deletes, and the audit log says so', async () => {
  const installation = await Installation.open({}, true)
  const a = ann()
  await installation.send(...a.failedRun())
  await installation.quiet()
  const job = await installation.delete({ userId: a.userId })
  expect(job.counts).toMatchObject({
    runs: 1,
    conversations: 1,
    transcripts: 1,
    feedback: 0,
    notes: 0,
    logEntries: 1,
    logItems: 2,
  })
  expect(
    traceOf(
      'ann',
      await installation.surfaces({ traceId: [a.traceId('failed')], conversationId: [], noteId: [], deletionId: [job.id] }),
    ),
  ).toEqual({})
  expect(await audit(installation)).toMatchObject([{ id: job.id, who: 'open instance' }])
})

/** What is shown or stored of somebody, wherever. */
function shownOf(person: Person, surfaces: Readonly<Record<string, string>>): readonly string[] {
  return [...new Set(Object.values(surfaces).flatMap((text) => wordsOf(person.name, text)))].toSorted()
}

/** Lists of what came last change with every deletion: what was last may be gone. */
function ownPages(found: Found): Found {
  return Object.fromEntries(
    Object.entries(found).filter(([surface]) => /^\/(api|runs|conversations|feedback|notes)\b/.test(surface)),
  )
}

/** What it says of deletions. */
async function audit(installation: Installation): Promise<AuditPageJson['events']> {
  const { events } = await installation.get<AuditPageJson>('/api/audit')
  return events.filter(({ action }) => action.startsWith('delete_'))
}

/** What the audit log says of a deletion. */
function told({ id, subject, counts }: Deletion, action: 'delete_user' | 'delete_conversation'): object {
  return { id, at: expect.any(String), who: 'rita', action, object: subject, counts }
}

interface Listed {
  readonly notes: readonly { readonly id: string }[]
}

async function idsOf(installation: Installation, people: readonly Person[]): Promise<Parameters<Installation['surfaces']>[0]> {
  const { notes } = await installation.get<Listed>('/api/notes')
  return {
    traceId: people.flatMap((person) => runs.map((run) => person.traceId(run))),
    conversationId: people.map(({ conversationId }) => conversationId),
    noteId: notes.map(({ id }) => id),
    deletionId: [],
  }
}

/** Counters that moved, by how much. */
function changes(before: Scrape, after: Scrape): Readonly<Record<string, number>> {
  const names = [...new Set([...before.keys(), ...after.keys()])]
  return Object.fromEntries(
    names
      .map((name) => [name, (after.get(name) ?? 0) - (before.get(name) ?? 0)] as const)
      .filter(([name, change]) => change !== 0 && !name.startsWith('flywheel_received_requests_total')),
  )
}
