/** Mistakes in what joins feedback to its run, counts it once, and keeps or deletes what was said. */
import type { Fault } from './fault.ts'

const inFold = ['test/fold/feedback.test.ts']

export const feedbackFaults: readonly Fault[] = [
  {
    mechanism: 'feedback: a repetition is none',
    file: 'src/feedback/ledger.ts',
    code: "before.digest === digest && !before.isWithdrawn) return { id, outcome: 'repeated' }",
    broken: "before.digest === digest && before.isWithdrawn) return { id, outcome: 'repeated' }",
    tests: inFold,
  },
  {
    mechanism: 'feedback: a thumb that is turned while it is held counts once',
    file: 'src/feedback/ledger.ts',
    code: 'run === null || nowMs < state.changedAtMs + holdMs',
    broken: 'run === null || nowMs < state.changedAtMs',
    tests: inFold,
  },
  {
    mechanism: 'feedback: a change after it was counted is a correction',
    file: 'src/feedback/ledger.ts',
    code: "if (counted !== null) facts.push({ type: 'corrected', state: done, direction: `${counted}_to_${rating ?? 'none'}` })",
    broken: '',
    tests: inFold,
  },
  {
    mechanism: 'feedback: what comes before its run waits for it',
    file: 'src/fold/settle.ts',
    code: '  tellFeedback(item, context)\n',
    broken: '',
    tests: inFold,
  },
  {
    mechanism: 'feedback: a conversation means its latest run at that time',
    file: 'src/feedback/ledger.ts',
    code: 'return queriesOf(state).every(({ value, beforeMs }) => !isOpen(value, beforeMs))',
    broken: 'return queriesOf(state).every(({ value, beforeMs }) => !isOpen(value, beforeMs) || true)',
    tests: inFold,
  },
  {
    mechanism: 'feedback: a run that is waited for gets a row',
    file: 'src/fold/settle.ts',
    code: 'return feedback.awaits(traceId, steps.values(), conversationId)',
    broken: 'return feedback.awaits(traceId, steps.values(), conversationId) && false',
    tests: inFold,
  },
  {
    mechanism: 'feedback: what is pending outlives a restart',
    file: 'src/fold/fold.ts',
    code: 'fold.#feedback.restore(state.pendingFeedback)',
    broken: '',
    tests: inFold,
  },
  {
    mechanism: 'feedback: what a model thinks is no word of a user',
    file: 'src/fold/feedback.ts',
    code: "return judge === 'model' || judge === 'code'",
    broken: "return judge === 'code'",
    tests: inFold,
  },
  {
    mechanism: 'queue: what was committed out of order is not passed over in silence',
    file: 'src/entry-queue.ts',
    code: 'if (seq <= this.#lastSeq) throw',
    broken: 'if (seq < 0) throw',
    tests: ['test/app/entry-queue.test.ts'],
  },
  {
    mechanism: 'conversations: what is remembered outlives a restart',
    file: 'src/fold/conversations.ts',
    code: 'for (const state of await this.#archive.conversationStates(unknown)) known.set(conversationKeyText(state.key), state)',
    broken: 'await this.#archive.conversationStates(unknown)',
    tests: ['test/fold/conversations.test.ts'],
  },
  {
    mechanism: 'conversations: who comes back has not given up',
    file: 'src/fold/conversations.ts',
    code: 'if (state.givesUpAtMs === null) this.#pending.delete(text)',
    broken: 'if (state.givesUpAtMs === null) return',
    tests: ['test/fold/conversations.test.ts'],
  },
]
