/** Runs that link to one another are one conversation, with one name, whichever of them is settled first. */
import { expect, test } from 'vitest'
import { Fold } from '../../src/fold/fold.ts'
import { type Linking, linkedConversations } from '../../src/fold/linked.ts'
import { applyAll, arrivalsAsEntries, testSettings, TestStore } from '../helpers/fold.ts'
import { step, stepId } from '../helpers/steps.ts'

const trace = (traceId: string, linkedTraceId: string | null, conversationId: string | null = null): Linking => ({
  traceId,
  linkedTraceId,
  conversationId,
})

const found = (runs: readonly Linking[], earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(linkedConversations(runs, (traceId) => earlier[traceId] ?? null))

test.each<
  [
    what: string,
    runs: readonly Linking[],
    earlier: Readonly<Record<string, string>>,
    conversations: Readonly<Record<string, string>>,
  ]
>([
  ['a trace that links to nothing has none', [trace('a', null)], {}, {}],
  ['a trace that names its own keeps it', [trace('b', 'a', 'mine')], { a: 'theirs' }, {}],
  ['the first trace names a conversation that nobody named', [trace('b', 'a')], {}, { b: 'a' }],
  ['a trace that was settled before', [trace('b', 'a')], { a: 'named' }, { b: 'named' }],
  ['a trace that is settled with it', [trace('a', null, 'named'), trace('b', 'a')], {}, { b: 'named' }],
  ['a chain', [trace('a', null), trace('b', 'a'), trace('c', 'b')], {}, { b: 'a', c: 'a' }],
  ['a chain that began before', [trace('c', 'b'), trace('d', 'c')], { b: 'a' }, { c: 'a', d: 'a' }],
  ['a chain with a name in the middle', [trace('a', null), trace('b', 'a', 'named'), trace('c', 'b')], {}, { c: 'named' }],
  ['a trace that links to itself', [trace('a', 'a')], {}, { a: 'a' }],
])('%s', (_what, runs, earlier, conversations) => {
  expect(found(runs, earlier)).toEqual(conversations)
  expect(found(runs.toReversed(), earlier)).toEqual(conversations)
})

test('a ring ends, and all that lead to it are one conversation', () => {
  const ring = [trace('b', 'c'), trace('a', 'b'), trace('c', 'a'), trace('d', 'c')]
  expect(found(ring)).toEqual({ a: 'a', b: 'a', c: 'a', d: 'a' })
  expect(found(ring.toReversed())).toEqual({ a: 'a', b: 'a', c: 'a', d: 'a' })
})

test('a chain of many is followed once', () => {
  const count = 100_000
  const chain = Array.from({ length: count }, (_, at) => trace(`t${at}`, at === 0 ? null : `t${at - 1}`))
  expect(new Set(Object.values(found(chain.toReversed())))).toEqual(new Set(['t0']))
})

const ids = { writer: 'a'.repeat(32), message: 'b'.repeat(32), critic: 'c'.repeat(32) }
const writer = step({ spanId: stepId(1), kind: 'llm', name: 'chat' })
const message = step({ spanId: stepId(2), kind: 'other', name: 'publish', linkedTraceId: ids.writer })
const critic = step({ spanId: stepId(3), kind: 'llm', name: 'chat', linkedTraceId: ids.message })

/** The conversations of the stored runs, and how many conversations were counted. */
async function joined(gapMs: number, restartAfter: number): Promise<readonly unknown[]> {
  const entries = arrivalsAsEntries([
    [0, ids.writer, writer],
    [gapMs, ids.message, message],
    [2 * gapMs, ids.critic, critic],
  ])
  const store = new TestStore()
  const before = await applyAll(new Fold(testSettings, store), entries.slice(0, restartAfter))
  store.save(before.takeCheckpoint())
  const fold = Fold.restore(store.restore()!, store)
  await applyAll(fold, entries.slice(fold.mark.seq))
  store.save(fold.takeCheckpoint())
  return [...store.runs.values()].map(({ traceId, conversationId }) => [traceId, conversationId])
}

test.each([
  ['at one tick', 0, 0],
  ['one after the other', 20_000, 0],
  ['with a restart after the first', 20_000, 12],
  ['with a restart after the message', 20_000, 32],
])('agents joined by messages in traces of their own are one conversation, settled %s', async (_, gapMs, restartAfter) => {
  expect(await joined(gapMs, restartAfter)).toEqual([
    [ids.writer, null],
    [ids.critic, ids.writer],
  ])
})
