/** A store that answers from memory, records worth showing, and a real server around the app. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { blankStep } from '../../src/model/blank-step.ts'
import type { RunRecord, RunStep } from '../../src/model/run.ts'
import { unknownUsage } from '../../src/model/usage.ts'
import type { ConversationRecord, RunFilter, Store } from '../../src/records/store.ts'
import { createWebApp } from '../../src/web/app.ts'
import type { WebOptions } from '../../src/web/app.ts'

export const NOW_MS: number = Date.UTC(2026, 0, 31, 12)
export const TRACE = '0af7651916cd43dd8448eb211c80319c'

const step: RunStep = {
  ...blankStep,
  spanId: 'b7ad6b7169203331',
  parentId: null,
  isEntry: true,
  parentIsLocal: false,
  kind: 'llm',
  name: 'chat gpt-4o',
  startUs: 1_769_860_800_000_000,
  endUs: 1_769_860_801_234_500,
  service: 'shop',
  environment: 'prod',
  release: '1.4.2',
  operation: 'chat',
  agent: null,
  node: null,
  outerNode: null,
  conversationId: 'c1',
  userId: 'u1',
  provider: 'openai',
  requestModel: 'gpt-4o',
  responseModel: 'gpt-4o-2024-08-06',
  responseId: 'r1',
  usage: { input: 100, output: 40, cacheRead: 60, cacheWrite: null, reasoning: 0 },
  timeToFirstTokenUs: null,
  finishReasons: ['stop'],
  tool: null,
  parse: null,
  scope: '',
  hasContent: false,
  error: null,
  agentLabel: 'support',
  stepLabel: 'plan',
  isCounted: true,
  unpriced: null,
  costNanoUsd: 650_000,
}

export const run: RunRecord = {
  traceId: TRACE,
  conversationId: 'c1',
  userId: 'u1',
  title: 'Where is my parcel?',
  tags: ['beta'],
  service: 'shop',
  environment: 'prod',
  agent: 'support',
  release: '1.4.2',
  startedAtUs: 1_769_860_800_000_000,
  durationUs: 1_234_500,
  outcome: 'failed',
  failures: [
    {
      kind: 'tool_error',
      impact: 'fatal',
      step: 'act',
      stepName: 'execute_tool search',
      spanId: '02',
      detail: 'search failed',
      model: '',
    },
  ],
  usage: step.usage,
  costNanoUsd: 650_000,
  unpricedCalls: 0,
  llmCalls: 1,
  toolCalls: 1,
  settledAtMs: 1_769_860_805_000,
  sampleRate: 1,
  steps: [
    step,
    {
      ...step,
      spanId: '02',
      parentId: step.spanId,
      kind: 'tool',
      name: 'execute_tool search',
      stepLabel: 'act',
      provider: null,
      requestModel: null,
      responseModel: null,
      usage: unknownUsage,
      finishReasons: [],
      tool: { name: 'search', callId: null, argumentsFingerprint: 'x', looseArguments: null, resultFingerprint: null },
      error: { type: 'Timeout', message: 'no answer', httpStatus: null, cause: null, kind: 'tool_error' },
      isCounted: false,
      costNanoUsd: null,
    },
  ],
}

export const conversation: ConversationRecord = {
  conversationId: 'c 1/ä',
  service: 'shop',
  environment: '',
  agent: 'support',
  firstAtUs: run.startedAtUs,
  lastAtUs: run.startedAtUs + 5_000_000,
  settledAtMs: 1_700_000_003_000,
  runs: 2,
  failedRuns: 1,
  llmCalls: 3,
  toolCalls: 1,
  inputTokens: 100,
  outputTokens: 40,
  costNanoUsd: 1_300_000,
  unpricedCalls: 0,
}

const nothing = (): Promise<never> => Promise.reject(new Error('not asked for in this test'))

const emptyStores: Pick<Store, 'notes' | 'deletions' | 'audit'> = {
  notes: {
    find: () => Promise.resolve(null),
    list: () => Promise.resolve({ notes: [], next: null }),
    count: () => Promise.resolve(0),
    idsOfUser: () => Promise.resolve([]),
    change: () => Promise.resolve(),
    dueFeedback: () => Promise.resolve([]),
    settleFeedback: () => Promise.resolve(),
  },
  deletions: {
    salt: nothing,
    tombstones: nothing,
    saveTombstones: nothing,
    pruneTombstones: nothing,
    keep: nothing,
    find: nothing,
    unfinished: nothing,
    erasable: nothing,
    feedbackIds: nothing,
    remembered: nothing,
    erase: nothing,
    erased: nothing,
    wiped: nothing,
    wipe: nothing,
  },
  audit: { append: () => Promise.resolve(), list: () => Promise.resolve({ events: [], next: null }) },
}

/** Answers what it is given; every method not overridden knows nothing. */
export function storeWith(methods: Partial<Store> = {}): Store {
  return {
    restore: () => Promise.resolve(null),
    save: () => Promise.resolve(),
    findSettled: () => Promise.resolve(new Map()),
    knownConversations: () => Promise.resolve(new Set()),
    findTargets: () => Promise.resolve(new Map()),
    findFeedback: () => Promise.resolve(new Map()),
    conversationStates: () => Promise.resolve([]),
    listFeedback: () => Promise.resolve({ feedback: [], next: null }),
    countFeedback: () => Promise.resolve({ all: 0, positive: 0, neutral: 0, negative: 0, unmatched: 0 }),
    feedbackOfRuns: () => Promise.resolve(new Map()),
    feedbackOfConversation: () => Promise.resolve([]),
    ...emptyStores,
    transcripts: {
      find: () => Promise.resolve(null),
      state: () => Promise.resolve('none'),
      request: () => Promise.resolve(),
      next: () => Promise.resolve([]),
      entriesOf: () => Promise.resolve(new Map()),
      reasonsOf: () => Promise.resolve(new Map()),
      save: () => Promise.resolve(),
      failed: () => Promise.resolve(),
    },
    listRuns: () => Promise.resolve({ runs: [], next: null }),
    latestRuns: () => Promise.resolve([]),
    findRun: () => Promise.resolve(null),
    findConversation: () => Promise.resolve(null),
    affectedUsers: () => Promise.resolve([]),
    prune: () => Promise.resolve(),
    close: () => Promise.resolve(),
    ...methods,
  }
}

/** A store that notes the filters it is asked with. */
export function listeningStore(): { store: Store; filters: RunFilter[] } {
  const filters: RunFilter[] = []
  const listRuns: Store['listRuns'] = (filter) => {
    filters.push(filter)
    return Promise.resolve({ runs: [run], next: 'further' })
  }
  return { store: storeWith({ listRuns }), filters }
}

export const webOptions: WebOptions = {
  store: storeWith(),
  desk: { take: () => Promise.resolve([]) },
  apiToken: null,
  readiness: () => null,
  metrics: (accept) => Promise.resolve({ contentType: 'text/plain; version=0.0.4; charset=utf-8', body: `# ${accept}\n` }),
  version: '0.1.0',
  runbook: '# Runbook\n\n## FlywheelProcessorDown\n\nLook at `/readyz`.\n',
  publicUrl: 'http://127.0.0.1:4318',
  nowMs: () => NOW_MS,
}

export type Get = (path: string, init?: RequestInit) => Promise<Response>

/** Starts the app on a free port for the running test and returns a fetch against it. */
export async function started(options: Partial<WebOptions> = {}): Promise<Get> {
  const server = createServer(createWebApp({ ...webOptions, ...options }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

/** Status and body of an answer that must be a problem. */
export async function problemOf(response: Response): Promise<unknown> {
  if (response.headers.get('content-type') !== 'application/problem+json')
    throw new Error(`not a problem: ${await response.text()}`)
  return response.json()
}
