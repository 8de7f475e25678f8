import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { RunTree, TreeNode } from '../../src/model/run-tree.ts'
import type { Step, StepNote } from '../../src/model/step.ts'
import {
  agentRun,
  failed,
  llmCall,
  note,
  orphan,
  plainSpan,
  runStartUs,
  step,
  stepId,
  stepsOf,
  toolCall,
  treeOf,
  treeOfSteps,
  workflow,
  type Plan,
} from '../helpers/steps.ts'

/** A tree without its circles, for comparing: name, depth, labels and children. */
function outline(nodes: readonly TreeNode[]): readonly object[] {
  return nodes.map(({ step: { name, spanId }, depth, agentLabel, stepLabel, children }) => ({
    name,
    spanId,
    depth,
    agentLabel,
    stepLabel,
    children: outline(children),
  }))
}

function shape({ nodes, roots, ...rest }: RunTree): object {
  return { ...rest, nodes: nodes.map(({ step: { spanId } }) => spanId), roots: outline(roots) }
}

test('steps become a tree in the order in which they started', () => {
  const run = treeOf(agentRun('support', [llmCall(), toolCall('search', '1', '2', {}, [plainSpan('GET')])]))
  const [chat, search, get] = [
    { name: 'chat', spanId: stepId(2), depth: 1, agentLabel: 'support', stepLabel: 'chat', children: [] },
    { name: 'search', spanId: stepId(3), depth: 1, agentLabel: 'support', stepLabel: 'execute_tool' },
    { name: 'GET', spanId: stepId(4), depth: 2, agentLabel: 'support', stepLabel: 'other', children: [] },
  ]
  expect(outline(run.roots)).toEqual([
    {
      name: 'support',
      spanId: stepId(1),
      depth: 0,
      agentLabel: 'support',
      stepLabel: 'invoke_agent',
      children: [chat, { ...search, children: [get] }],
    },
  ])
})

const anyStep = fc.record({
  parent: fc.integer({ min: 0, max: 12 }),
  start: fc.integer({ min: 0, max: 3 }),
  kind: fc.constantFrom<Step['kind']>('agent', 'llm', 'other'),
  agent: fc.constantFrom(null, 'a', 'b'),
  node: fc.constantFrom(null, 'n', 'conversation.c1'),
  conversationId: fc.constantFrom(null, 'c1', 'c2'),
  isEntry: fc.boolean(),
})

/** Parents of all sorts: known, missing, themselves, one another. */
const anySteps = fc.array(anyStep, { maxLength: 10 }).map((parts) =>
  parts.map(({ parent, start, ...over }, at) =>
    step({
      ...over,
      name: `s${at}`,
      spanId: stepId(at + 1),
      parentId: parent === 0 ? null : stepId(parent),
      startUs: runStartUs + start,
    }),
  ),
)

test('the tree depends on what came, never on the order in which it came', () => {
  const anyNotes = fc.array(
    fc.record({ spanId: fc.integer({ min: 1, max: 4 }), atUs: fc.integer({ min: 0, max: 2 }), hasContent: fc.boolean() }),
    { maxLength: 6 },
  )
  const shuffled = fc.tuple(anySteps, anyNotes).chain(([steps, parts]) => {
    const notes = parts.map(({ spanId, atUs, hasContent }, key) =>
      note({ key: `${key}`, spanId: stepId(spanId), atUs, hasContent, error: failed(`e${key}`), finishReasons: ['stop'] }),
    )
    const permutation = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
      fc.shuffledSubarray([...items], { minLength: items.length })
    return fc.tuple(fc.constant({ steps, notes }), fc.record({ steps: permutation(steps), notes: permutation(notes) }))
  })
  fc.assert(
    fc.property(shuffled, ([inOrder, mixed]) => {
      const [a, b] = [inOrder, mixed].map(({ steps, notes }) => treeOfSteps(steps, { notes })) as [RunTree, RunTree]
      expect(shape(b)).toEqual(shape(a))
      expect(b.nodes.map((node) => node.step)).toEqual(a.nodes.map((node) => node.step))
    }),
    { numRuns: 500 },
  )
})

test('every step is in the tree once, whatever it names as its parent', () => {
  const countBelow = (nodes: readonly TreeNode[]): number => nodes.reduce((sum, node) => sum + 1 + countBelow(node.children), 0)
  fc.assert(
    fc.property(anySteps, (steps) => {
      const tree = treeOfSteps(steps)
      expect(countBelow(tree.roots)).toBe(steps.length)
      for (const node of tree.nodes) expect(node.depth).toBe(node.parent === null ? 0 : node.parent.depth + 1)
    }),
  )
})

test('of steps that name one another as parents the first becomes the root', () => {
  const ring = [1, 2, 3].map((at) =>
    step({ spanId: stepId(at), parentId: stepId((at % 3) + 1), name: `s${at}`, startUs: runStartUs - at }),
  )
  const names = (nodes: readonly TreeNode[]): readonly unknown[] => nodes.map((node) => [node.step.name, names(node.children)])
  expect(names(treeOfSteps(ring).roots)).toEqual([['s3', [['s2', [['s1', []]]]]]])
})

const labels = (plan: Plan | readonly Plan[], over = {}): readonly string[] =>
  treeOf(plan, over).nodes.map((node) => `${node.agentLabel} / ${node.stepLabel}`)

test.each<[what: string, plan: Plan, expected: readonly string[]]>([
  ['the service stands in for an agent without a name', workflow('w', [llmCall()]), ['shop / w', 'shop / w']],
  [
    'the nearest agent and the nearest place',
    agentRun('a', [workflow('w', [agentRun('b', [llmCall()])])]),
    ['a / invoke_agent', 'a / w', 'b / w', 'b / w'],
  ],
  ['a place of its own', workflow('w', [llmCall({ node: 'n' })]), ['shop / w', 'shop / n']],
  ['a prompt name only where no place is named', workflow('w', [llmCall({ outerNode: 'prompt' })]), ['shop / w', 'shop / w']],
  ['a prompt name before the operation', llmCall({ outerNode: 'prompt' }), ['shop / prompt']],
  [
    'a name that holds the conversation is no place',
    workflow('conversation.c-1', [llmCall({ conversationId: 'c-1' })]),
    ['shop / invoke_workflow', 'shop / chat'],
  ],
  [
    'a short conversation id within a word is no reason',
    workflow('stage1', [llmCall({ conversationId: '1' })]),
    ['shop / stage1', 'shop / stage1'],
  ],
  [
    'a name made of a random id is no place',
    workflow('0123456789abcdef', [llmCall()]),
    ['shop / invoke_workflow', 'shop / chat'],
  ],
  [
    'of a name with a random id the name is a place',
    workflow('import-0123456789abcdef', [llmCall()]),
    ['shop / import', 'shop / import'],
  ],
  [
    'what somebody asked is no place',
    workflow('Where is order 4711 of jane@example.com?', [llmCall()]),
    ['shop / invoke_workflow', 'shop / chat'],
  ],
  [
    'a service inside another has its own name',
    plainSpan('GET', [plainSpan('POST', [llmCall({ service: 'llm-proxy' })])], { service: 'web' }),
    ['web / other', 'shop / other', 'llm-proxy / chat'],
  ],
])('labels: %s', (_what, plan, expected) => {
  expect(labels(plan)).toEqual(expected)
})

test('late spans whose ancestors are gone inherit the run’s agent', () => {
  expect(labels([llmCall(orphan)], { inheritedAgent: 'support' })).toEqual(['support / chat'])
})

test('a run is named by its outermost agent and GenAI step, not by the web server in front of them', () => {
  const run = treeOf(
    plainSpan('POST /chat', [agentRun('support', [agentRun('helper', [llmCall({ conversationId: 'conv-1', userId: 'u-1' })])])], {
      conversationId: 'browser-session',
      userId: 'u-0',
      service: 'web',
      release: '2.0',
    }),
  )
  const { service, release, agent, conversationId, userId } = run
  expect({ service, release, agent, conversationId, userId }).toEqual({
    service: 'shop',
    release: '1.0.0',
    agent: 'support',
    conversationId: 'conv-1',
    userId: 'u-1',
  })
})

test('without GenAI steps that know better a plain span names the conversation', () => {
  expect(treeOf(plainSpan('POST', [llmCall()], { conversationId: 'session-1' })).conversationId).toBe('session-1')
})

test('what a log record says is added where the span itself says nothing', () => {
  const [first, last] = [failed('first'), failed('last')]
  const notes = [
    note({ key: 'b', atUs: 2, error: last, finishReasons: ['length'] }),
    note({ key: 'a', atUs: 1, error: first, finishReasons: ['stop'] }),
  ]
  const own = failed('own')
  const read = (over: Partial<Step>): readonly unknown[] =>
    treeOfSteps([step(over)], { notes }).nodes.map(({ step: { error, finishReasons } }) => [error, finishReasons])
  expect(read({})).toEqual([[last, ['stop', 'length']]])
  expect(read({ error: own, finishReasons: ['other'] })).toEqual([[own, ['other']]])
  expect(read({ spanId: stepId(7) })).toEqual([[null, []]])
})

test('content came with a step when its span or one of its log records held some; spans without meaning have none', () => {
  const notes = [note({ key: 'a' }), note({ key: 'b', hasContent: true })]
  const read = (over: Partial<Step>, came: readonly StepNote[]): boolean | undefined =>
    treeOfSteps([step(over)], { notes: came }).nodes[0]?.step.hasContent
  expect([
    read({ kind: 'llm' }, notes),
    read({ kind: 'llm' }, notes.slice(0, 1)),
    read({ kind: 'llm', hasContent: true }, []),
    read({ kind: 'llm', hasContent: true }, notes.slice(0, 1)),
    read({ kind: 'other' }, notes),
  ]).toEqual([true, false, true, true, false])
})

test('an empty run is an empty tree', () => {
  expect(stepsOf([])).toEqual([])
  expect(shape(treeOfSteps([]))).toMatchObject({ nodes: [], roots: [], service: '', agent: '', conversationId: null })
})
