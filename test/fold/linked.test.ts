/** Runs that link to one another are one conversation, with one name, whichever of them is settled first. */
import { expect, test } from 'vitest'
import { linkedConversations } from '../../src/fold/linked.ts'
import { deriveRun, type Derived } from '../../src/signals/derive.ts'
import { agentRun, llmCall, treeOf } from '../helpers/steps.ts'

interface Linked {
  readonly traceId: string
  readonly derived: Derived | null
}

function run(traceId: string, linkedTraceId: string | null, conversationId: string | null = null): Linked {
  const tree = treeOf(agentRun('support', [llmCall()], { linkedTraceId, conversationId }), { traceId })
  return { traceId, derived: deriveRun(tree, () => ({ unpriced: 'unknown_model' }), 0) }
}

const found = (runs: readonly Linked[], earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(linkedConversations(runs, (traceId) => earlier[traceId] ?? null))

test.each<
  [
    what: string,
    runs: readonly Linked[],
    earlier: Readonly<Record<string, string>>,
    conversations: Readonly<Record<string, string>>,
  ]
>([
  ['a run that links to nothing has none', [run('a', null)], {}, {}],
  ['a run that names its own keeps it', [run('b', 'a', 'mine')], { a: 'theirs' }, {}],
  ['the first trace names a conversation that nobody named', [run('b', 'a')], {}, { b: 'a' }],
  ['a run that was settled before', [run('b', 'a')], { a: 'named' }, { b: 'named' }],
  ['a run that is settled with it', [run('a', null, 'named'), run('b', 'a')], {}, { b: 'named' }],
  ['a chain', [run('a', null), run('b', 'a'), run('c', 'b')], {}, { b: 'a', c: 'a' }],
  ['a chain that began before', [run('c', 'b'), run('d', 'c')], { b: 'a' }, { c: 'a', d: 'a' }],
  ['a chain with a name in the middle', [run('a', null), run('b', 'a', 'named'), run('c', 'b')], {}, { c: 'named' }],
  ['a link to a trace without a run', [{ traceId: 'a', derived: null }, run('b', 'a')], {}, { b: 'a' }],
  ['a run that links to itself', [run('a', 'a')], {}, { a: 'a' }],
])('%s', (_what, runs, earlier, conversations) => {
  expect(found(runs, earlier)).toEqual(conversations)
  expect(found(runs.toReversed(), earlier)).toEqual(conversations)
})

test('a ring ends, and its runs are in conversations of it', () => {
  const ring = [run('a', 'c'), run('b', 'a'), run('c', 'b')]
  expect(Object.values(found(ring)).every((name) => ['a', 'b', 'c'].includes(name))).toBe(true)
  expect(Object.keys(found(ring))).toEqual(['a', 'b', 'c'])
})
