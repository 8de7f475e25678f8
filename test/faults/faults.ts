/** All mistakes to plant: those of counting, and here those that would lose what was accepted or make a number depend on luck. */
import { countingFaults } from './counting.ts'
import { feedbackFaults } from './feedback.ts'
import type { Fault } from './fault.ts'

export const faults: readonly Fault[] = [
  ...countingFaults,
  ...feedbackFaults,
  {
    mechanism: 'redaction: stored runs are redacted',
    file: 'src/fold/settle.ts',
    code: 'redactor.run(item.isErased ? erasedRun(kept) : kept)',
    broken: '(item.isErased ? erasedRun(kept) : kept)',
    tests: ['test/fold/redaction.test.ts'],
  },
  {
    mechanism: 'redaction: patterns of the user reach the fold',
    file: 'src/fold/fold.ts',
    code: 'createRedactor({ mode: content, patterns: redaction })',
    broken: 'createRedactor({ mode: content, patterns: redaction.slice(redaction.length) })',
    tests: ['test/fold/redaction.test.ts'],
  },
  {
    mechanism: 'redaction: JSON stays JSON',
    file: 'src/redact/redactor.ts',
    code: 'redactJson(text, redactPlain) ?? redactPlain(text)',
    broken: 'redactPlain(text)',
    tests: ['test/redact/json.test.ts', 'test/redact/redactor.test.ts'],
  },
  {
    mechanism: 'digest: a copy of a body is recognised',
    file: 'src/log/database.ts',
    code: 'const digest = entry.deduplicate ? digestOf(entry) : null',
    broken: 'const digest = null as Uint8Array | null',
    tests: ['test/log/append.test.ts'],
  },
  {
    mechanism: 'seen-set: a span of a settled run is recognised',
    file: 'src/assemble/seen.ts',
    code: 'return this.#has(spanId, SEEN)',
    broken: 'return this.#has(spanId, 0xff)',
    tests: ['test/fold/captures.test.ts'],
  },
  {
    mechanism: 'low-water mark: a start reads from the oldest open run on',
    file: 'src/fold/fold.ts',
    code: 'lowWater: this.#open.lowWater() ?? this.#mark',
    broken: 'lowWater: this.#mark',
    tests: ['test/fold/replay.test.ts'],
  },
  {
    mechanism: 'rebuild: only the incarnation of a run that was open is rebuilt',
    file: 'src/fold/rebuild.ts',
    code: '(this.#marks.get(traceId)?.firstSeq ?? Infinity) <= entry',
    broken: 'entry > 0 && this.#marks.has(traceId)',
    tests: ['test/fold/replay.test.ts'],
  },
  {
    mechanism: 'tick commit: what a tick does waits for its commit',
    file: 'src/pipeline.ts',
    code: "await this.#append('tick', counts.length === 0 ? new Uint8Array() : Buffer.from(JSON.stringify(counts)))",
    broken:
      "this.#queue.add({ place: { seq: this.#fold.mark.seq + 1, atMs: Date.now(), kind: 'tick', bytes: 0 }, content: { type: 'tick', door: counts }, applied: undefined }); this.#wake()",
    tests: ['test/app/pipeline.test.ts'],
  },
  {
    mechanism: 'integer sums: totals do not depend on grouping',
    file: 'src/signals/cost/price.ts',
    code: 'Math.round(usd * factor * 1e9)',
    broken: 'usd * factor * 1e9',
    tests: ['test/signals/cost/price.test.ts'],
  },
  {
    mechanism: 'zero rule: a new series is shown at 0 first',
    file: 'src/publish/series-table.ts',
    code: 'series.heldValues = [...series.values]',
    broken: 'series.heldValues = null',
    tests: ['test/publish/zero-rule.test.ts'],
  },
  {
    mechanism: 'group commit: nothing is acknowledged that a kill could lose',
    file: 'src/log/database.ts',
    code: "this.#db.exec('COMMIT')",
    broken: "if (Math.random() < 0.5) this.#db.exec('COMMIT')",
    tests: ['test/log/append.test.ts', 'test/log/failure.test.ts'],
  },
  {
    mechanism: 'downtime: time does not pass for open runs while the process is down',
    file: 'src/fold/mark.ts',
    code: "entry.kind === 'start' || before.seq === 0 ? 0 :",
    broken: 'before.seq === 0 ? 0 :',
    tests: ['test/fold/replay.test.ts'],
  },
]
