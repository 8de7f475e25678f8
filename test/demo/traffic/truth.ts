/** What the metrics must say after a list of planned runs: counted from the plan alone, with nothing of the processor's code. */
import { isFailed, type PlannedRun, type PlannedSpan, spansOf } from '../../../demo/traffic/plan.ts'

/** Series as Prometheus spells them -> value. */
export type Series = ReadonlyMap<string, number>

/** Where a span stands, as far as the spans that were sent tell. */
interface Place {
  readonly agent: string | null
  readonly step: string | null
}

const nowhere: Place = { agent: null, step: null }

export function truthOf(runs: readonly PlannedRun[]): Series {
  const truth = new Truth()
  for (const run of runs) truth.addRun(run)
  return truth.series
}

class Truth {
  readonly series = new Map<string, number>()
  readonly #conversations = new Set<string>()

  addRun(run: PlannedRun): void {
    const service = { service_name: run.service, environment: 'demo' }
    const outcome = isFailed(run) ? 'failed' : 'ok'
    // Nobody learns the agent's name from a run whose agent span never came.
    const agent = isEnded(run.root) ? run.agent : run.service
    this.#add('flywheel_runs_total', { ...service, agent, outcome })
    this.#add('flywheel_release_runs_total', { ...service, release: run.release, outcome })
    this.#add('flywheel_run_duration_seconds_sum', { ...service, agent }, durationMs(run.root) / 1_000)
    for (const { kind, impact } of run.failures) {
      this.#add('flywheel_failures_total', { ...service, kind, impact })
      this.#add('flywheel_release_failures_total', { ...service, release: run.release, kind })
    }
    for (const { judge, rating } of run.opinions) {
      if (judge === 'user') this.#add('flywheel_feedback_total', { ...service, agent, source: 'otlp', rating })
      else this.#add('flywheel_evaluations_total', { ...service, agent, judge, rating })
    }
    if (!this.#conversations.has(run.conversationId)) this.#add('flywheel_conversations_total', service)
    this.#conversations.add(run.conversationId)
    this.#addSpan(run, run.root, nowhere)
    this.#addWaste(run)
  }

  /** Answers that came of going in circles, and all answers of a run that failed. */
  #addWaste(run: PlannedRun): void {
    const loop = [...spansOf(run.root)].filter(({ work }) => work.type === 'tool' && work.arguments.includes('"L-'))
    const [first, last] = [loop[0], loop.at(-1)]
    for (const { work, startMs, isSent } of spansOf(run.root)) {
      if (work.type !== 'chat' || work.answer === null || !isSent) continue
      const isLoop = first !== undefined && last !== undefined && startMs >= first.endMs && startMs <= last.startMs
      if (!isLoop && !isFailed(run)) continue
      const { input, output } = work.answer.tokens
      // The answer that was cut is the one that nothing could read.
      const isUnread = work.answer.finish === 'length'
      const reason = isLoop ? 'loop' : isUnread ? 'parse_failure' : 'failed_run'
      const labels = { service_name: run.service, environment: 'demo', reason }
      this.#add('flywheel_wasted_tokens_total', labels, input + output)
    }
  }

  #addSpan(run: PlannedRun, span: PlannedSpan, above: Place): void {
    const here = placeOf(span, above)
    const labels = { service_name: run.service, environment: 'demo', agent: here.agent ?? run.service }
    if (span.isSent) this.#addWork(run, span, here, labels)
    for (const child of span.children) this.#addSpan(run, child, here)
  }

  #addWork(run: PlannedRun, span: PlannedSpan, here: Place, labels: Readonly<Record<string, string>>): void {
    const { work } = span
    const { agent: _agent, ...service } = labels
    const seconds = (span.endMs - span.startMs) / 1_000
    switch (work.type) {
      case 'chat': {
        const { provider, requested, answered } = work.model
        const call = {
          step: here.step ?? work.promptName ?? 'chat',
          provider,
          model: work.answer === null ? requested : answered,
        }
        const outcome = work.answer === null ? 'error' : 'ok'
        this.#add('flywheel_llm_calls_total', { ...labels, ...call, outcome })
        this.#add('flywheel_llm_call_duration_seconds_sum', { ...labels, step: call.step, model: call.model }, seconds)
        if (work.answer === null) {
          const kind = run.failures[0]?.kind ?? ''
          this.#add('flywheel_llm_errors_total', { ...service, provider, model: requested, kind })
          this.#addUnpriced(run, provider, requested, 'failed_call')
          return
        }
        if (provider === 'vllm') this.#addUnpriced(run, provider, answered, 'unknown_model')
        const { input, output, cacheRead, cacheWrite, reasoning } = work.answer.tokens
        this.#addTokens({ ...labels, ...call }, 'input', input - cacheRead - cacheWrite)
        this.#addTokens({ ...labels, ...call }, 'cache_read', cacheRead)
        this.#addTokens({ ...labels, ...call }, 'cache_write', cacheWrite)
        this.#addTokens({ ...labels, ...call }, 'output', output - reasoning)
        this.#addTokens({ ...labels, ...call }, 'reasoning', reasoning)
        const { firstTokenMs } = work.answer
        if (firstTokenMs !== null) this.#add('flywheel_time_to_first_token_seconds_count', { ...service, model: answered })
        return
      }
      case 'tool': {
        this.#add('flywheel_tool_calls_total', { ...labels, tool: work.name, outcome: span.error === null ? 'ok' : 'error' })
        this.#add('flywheel_tool_duration_seconds_sum', { ...service, tool: work.name }, seconds)
        return
      }
      case 'embedding': {
        const { provider, answered } = work.model
        this.#addTokens({ ...labels, step: here.step ?? 'embeddings', provider, model: answered }, 'input', work.inputTokens)
        return
      }
      case 'request':
      case 'agent':
      case 'workflow':
      case 'retrieval':
        return
    }
  }

  #addTokens(labels: Readonly<Record<string, string>>, type: string, count: number): void {
    this.#add('flywheel_tokens_total', { ...labels, type }, count)
  }

  #addUnpriced(run: PlannedRun, provider: string, model: string, reason: string): void {
    this.#add('flywheel_unpriced_calls_total', { service_name: run.service, provider, model, reason })
  }

  #add(name: string, labels: Readonly<Record<string, string>>, count = 1): void {
    if (count === 0) return
    const key = seriesKey(name, labels)
    this.series.set(key, (this.series.get(key) ?? 0) + count)
  }
}

function placeOf({ work, isSent }: PlannedSpan, above: Place): Place {
  if (!isSent) return nowhere
  if (work.type === 'agent') return { ...above, agent: work.name }
  return work.type === 'workflow' ? { ...above, step: work.name } : above
}

function isEnded(root: PlannedSpan): boolean {
  return root.isSent
}

/** From the first start to the last end of what was sent. */
function durationMs(root: PlannedSpan): number {
  let [start, end] = [Number.POSITIVE_INFINITY, 0]
  const visit = (span: PlannedSpan): void => {
    if (span.isSent) [start, end] = [Math.min(start, span.startMs), Math.max(end, span.endMs)]
    for (const child of span.children) visit(child)
  }
  visit(root)
  return end - start
}

export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${name}{${pairs.map(([label, value]) => `${label}="${value}"`).join(',')}}`
}
