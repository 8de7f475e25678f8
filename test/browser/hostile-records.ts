/** Records that hold a hostile text wherever a page shows a text of somebody else. */
import type { FeedbackRecord } from '../../src/model/feedback.ts'
import type { NoteSummary } from '../../src/model/note.ts'
import type { RunRecord, RunStep } from '../../src/model/run.ts'
import type { Store } from '../../src/records/store.ts'
import type { ReviewDesk } from '../../src/web/pages/review-desk.ts'
import { AT_MS, feedback, type PlannedStep, reviewed, says, type Reviewed, spanIdOf } from '../helpers/review.ts'
import { conversation, storeWith } from '../web/fixtures.ts'
import { traceIdOf } from './browser.ts'

/** Texts on one page; a run has five steps for each. */
const PER_RUN = 25
/** The conversation with all feedback. */
const ALL = 'all'

export interface HostileRecords {
  readonly store: Store
  readonly review: ReviewDesk
  /** What to open, with the texts that have to be readable there. */
  readonly paths: readonly (readonly [path: string, texts: readonly string[]])[]
}

export function hostileRecords(texts: readonly string[]): HostileRecords {
  const groups = Array.from({ length: Math.ceil(texts.length / PER_RUN) }, (_, index) =>
    texts.slice(index * PER_RUN, (index + 1) * PER_RUN),
  )
  const runs = groups.map((group, index) => hostileRun(traceIdOf(index + 1), group))
  const byId = new Map(runs.map((entry) => [entry.run.traceId, entry]))
  const said = new Map(
    runs.map(({ run }, index) => [run.traceId, (groups[index] ?? []).map((text) => opinion(text, run.traceId))]),
  )
  // In the list each text has a row of its own.
  const listed = texts.map((text, index) => ({ ...runs[0]!.run, ...ofRun(text), traceId: traceIdOf(10_000 + index) }))
  const opinions = [...said.values()].flat()
  const base = storeWith()
  const store: Store = {
    ...base,
    findRun: (id) => Promise.resolve(byId.get(id)?.run ?? null),
    listRuns: ({ userId, conversationId }) =>
      Promise.resolve({ runs: userId === undefined && conversationId === undefined ? listed : [], next: null }),
    findConversation: (id) => Promise.resolve({ ...conversation, service: id, agent: id, environment: id, conversationId: id }),
    feedbackOfRuns: () => Promise.resolve(said),
    feedbackOfConversation: (id) => Promise.resolve(id === ALL ? opinions.map((item) => ({ ...item, runId: null })) : []),
    listFeedback: ({ name }) => Promise.resolve({ feedback: name === undefined ? opinions.flatMap(inboxItems) : [], next: null }),
    countFeedback: () => Promise.resolve({ all: 9, positive: 3, neutral: 0, negative: 5, unmatched: 1 }),
    transcripts: {
      ...base.transcripts,
      find: (id) => Promise.resolve(byId.get(id)?.transcript ?? null),
      state: () => Promise.resolve('kept'),
    },
  }
  const review: ReviewDesk = {
    notesOfRun: (id) => Promise.resolve((said.get(id) ?? []).map(({ name }) => note(name))),
  }
  return {
    store,
    review,
    paths: [
      ...runs.map(({ run }, index) => [`/runs/${run.traceId}?step=${spanIdOf(1)}`, groups[index] ?? []] as const),
      ['/runs', texts],
      ['/feedback', texts],
      [`/conversations/${ALL}`, texts],
      ...texts
        .filter((_, index) => index % 40 === 0)
        .map((text) => [`/conversations/${encodeURIComponent(text)}`, [text]] as const),
      ...texts.filter((_, index) => index % 20 === 0).map((text) => [`/runs?user=${encodeURIComponent(text)}`, []] as const),
      ...texts.filter((_, index) => index % 20 === 0).map((text) => [`/feedback?name=${encodeURIComponent(text)}`, []] as const),
      ...texts.filter((_, index) => index % 20 === 0).map((text) => [`/runs?outcome=${encodeURIComponent(text)}`, []] as const),
    ],
  }
}

/** Fields of the run itself. */
function ofRun(text: string): Partial<RunRecord> {
  return {
    conversationId: text,
    userId: text,
    title: text,
    tags: [text],
    service: text,
    environment: text,
    agent: text,
    release: text,
  }
}

function hostileRun(traceId: string, texts: readonly string[]): Reviewed {
  const [first = ''] = texts
  const steps: PlannedStep[] = [{ kind: 'agent', name: first, startMs: 0, ms: 900, more: ofStep(first) }]
  for (const [index, text] of texts.entries()) {
    const more = ofStep(text)
    const failure = { kind: 'step_error', impact: index % 2 === 0 ? 'fatal' : 'recovered', detail: text } as const
    const at = { startMs: index, ms: 5, more }
    steps.push(
      { ...at, kind: 'llm', name: text, said: spoken(text), failure },
      { ...at, kind: 'tool', name: text, said: spokenByTool(text) },
      { ...at, kind: 'other', name: text, more: { ...more, error: null } },
      { ...at, kind: 'parse', name: text, more: { ...more, parse: { format: 'json', outcome: 'failed' } } },
    )
  }
  const { run, transcript } = reviewed({ traceId, steps, more: ofRun(first) })
  return { run: { ...run, failures: run.failures.map((failure) => ({ ...failure, step: first })) }, transcript }
}

function ofStep(text: string): Partial<RunStep> {
  return {
    agentLabel: text,
    stepLabel: text,
    provider: text,
    requestModel: text,
    responseModel: `${text} `,
    responseId: text,
    operation: text,
    scope: text,
    tool: { name: text, callId: text, argumentsFingerprint: text, looseArguments: null, resultFingerprint: text },
    answer: { form: 'text', format: 'json', isReadable: false, schemaProblem: text, toolCalls: [] },
    error: { type: text, message: text, httpStatus: 500, cause: text, kind: null },
  }
}

function spoken(text: string): NonNullable<PlannedStep['said']> {
  return {
    input: [
      says('system', `${text} ${'and so on '.repeat(20)}`),
      says('user', text, { type: 'media', what: text }),
      says('tool', { type: 'tool_result', id: text, name: text, text, isError: true }),
      says('other', `${text}\n`.repeat(30)),
    ],
    output: [
      says(
        'assistant',
        { type: 'thought', text },
        text,
        { type: 'refusal', text },
        { type: 'tool_call', id: text, name: text, arguments: text },
        { type: 'tool_call', id: text, name: text, arguments: JSON.stringify({ [text]: [text, { text }] }) },
      ),
    ],
  }
}

function spokenByTool(text: string): NonNullable<PlannedStep['said']> {
  return {
    input: [says('assistant', { type: 'tool_call', id: text, name: text, arguments: text })],
    output: [
      says('tool', { type: 'tool_result', id: text, name: text, text: JSON.stringify([text, text, text]), isError: false }),
    ],
  }
}

function opinion(text: string, traceId: string): FeedbackRecord {
  return feedback({
    id: text,
    target: { traceId, spanId: spanIdOf(1), conversationId: text, responseId: text, messageId: text },
    name: text,
    label: text,
    comment: text,
    correction: text,
    userId: text,
    runId: traceId,
  })
}

/** Joined, and without a run. */
function inboxItems(item: FeedbackRecord): readonly FeedbackRecord[] {
  return [item, { ...item, id: `${item.id} `, runId: null }]
}

function note(text: string): NoteSummary {
  return {
    id: text,
    kind: 'other',
    title: text,
    text,
    author: { name: text, role: text, weight: 1 },
    userId: text,
    atMs: AT_MS,
    about: { text, task: text, tags: [text] },
    rating: null,
    source: { system: text, externalId: text, file: text, url: text },
    createdAtMs: AT_MS,
    createdBy: text,
    changedAtMs: AT_MS,
    excerpt: `${text} `,
    quoteCount: 1,
    linkedCount: 1,
  }
}
