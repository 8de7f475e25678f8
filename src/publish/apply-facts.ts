/** Turns the facts of a settled run into additions to the series: the one place that decides which fact moves which metric. */
import type { CallFact, Fact, FailureFact, ParseFact, RunFact, ToolFact, WasteFact } from '../model/fact.ts'
import { type CommonLabels, runOutcomes } from '../model/run.ts'
import { disjointUsage } from '../model/usage.ts'
import { catalogue } from './catalogue.ts'
import { UNKNOWN_TOOL } from './label-value.ts'
import type { FoldTime, SeriesTable } from './series-table.ts'

/** Counts one fact. Counting it only once is the caller's duty: see the fact's key. */
export function applyFact(series: SeriesTable, fact: Fact, traceId: string, time: FoldTime): void {
  switch (fact.type) {
    case 'call':
      return applyCall(series, fact, traceId, time)
    case 'tool':
      return applyTool(series, fact, traceId, time)
    case 'parse':
      return applyParse(series, fact, time)
    case 'failure':
      return applyFailure(series, fact, time)
    case 'run':
      return applyRun(series, fact, traceId, time)
    case 'waste':
      return applyWaste(series, fact, time)
    case 'conversation':
      return series.add(catalogue.conversations, agentLabels(fact), 1, time)
  }
}

const tokenTypes = ['input', 'cache_read', 'cache_write', 'output', 'reasoning'] as const

function applyCall(series: SeriesTable, fact: CallFact, traceId: string, time: FoldTime): void {
  if (fact.countsAsCall) applyModelCall(series, fact, traceId, time)
  const { step, provider, model } = fact
  const labels = { ...agentLabels(fact), step, provider, model }
  const tokens = disjointUsage(fact.usage)
  for (const type of tokenTypes) {
    const count = tokens[type]
    if (count !== null) series.add(catalogue.tokens, { ...labels, type }, count, time)
  }
  if (fact.costNanoUsd !== null) series.add(catalogue.cost, labels, fact.costNanoUsd, time)
  if (fact.statedCost !== null)
    series.add(catalogue.statedCostChecks, { service_name: fact.service, provider, model, result: fact.statedCost }, 1, time)
  if (fact.unpriced !== null) {
    series.add(catalogue.unpricedCalls, { service_name: fact.service, provider, model, reason: fact.unpriced }, 1, time)
  }
}

function applyModelCall(series: SeriesTable, fact: CallFact, traceId: string, time: FoldTime): void {
  const { step, provider, model, outcome } = fact
  const place = { service_name: fact.service, environment: fact.environment }
  const agent = agentLabels(fact)
  series.add(catalogue.llmCalls, { ...agent, step, provider, model, outcome }, 1, time)
  if (outcome === 'error') {
    // A call may be marked failed without anything that says why.
    series.add(catalogue.llmErrors, { ...place, provider, model, kind: fact.errorKind ?? 'step_error' }, 1, time)
  }
  series.observe(catalogue.llmCallDuration, { ...agent, step, model }, fact.durationUs, time, traceId)
  if (fact.timeToFirstTokenUs !== null) {
    series.observe(catalogue.timeToFirstToken, { ...place, model }, fact.timeToFirstTokenUs, time, traceId)
  }
}

function applyTool(series: SeriesTable, fact: ToolFact, traceId: string, time: FoldTime): void {
  const { service, environment, outcome } = fact
  const tool = fact.tool === '' ? UNKNOWN_TOOL : fact.tool
  series.add(catalogue.toolCalls, { ...agentLabels(fact), tool, outcome }, 1, time)
  if (fact.durationUs === null) return
  series.observe(catalogue.toolDuration, { service_name: service, environment, tool }, fact.durationUs, time, traceId)
}

function applyParse(series: SeriesTable, fact: ParseFact, time: FoldTime): void {
  const { step, model, format, outcome } = fact
  series.add(catalogue.parse, { ...agentLabels(fact), step, model, format, outcome }, 1, time)
}

function applyFailure(series: SeriesTable, fact: FailureFact, time: FoldTime): void {
  const { service, environment, step, model, kind, impact, release } = fact
  series.add(catalogue.failures, { ...agentLabels(fact), step, model, kind, impact }, 1, time)
  series.add(catalogue.releaseFailures, { service_name: service, environment, release, kind }, 1, time)
}

function applyRun(series: SeriesTable, fact: RunFact, traceId: string, time: FoldTime): void {
  const { service, environment, release, outcome } = fact
  const agent = agentLabels(fact)
  const releaseLabels = { service_name: service, environment, release }
  for (const each of runOutcomes) {
    // Both outcomes are born with the first run: a ratio is 0 rather than unknown, and a first failed run does not wait for the zero rule.
    const count = each === outcome ? 1 : 0
    series.add(catalogue.runs, { ...agent, outcome: each }, count, time)
    series.add(catalogue.releaseRuns, { ...releaseLabels, outcome: each }, count, time)
  }
  series.setOnce(catalogue.releaseFirstRun, releaseLabels, time.nowMs * 1_000, time)
  series.observe(catalogue.runDuration, agent, fact.durationUs, time, traceId)
  series.observe(catalogue.runLlmCalls, agent, fact.llmCalls, time, null)
  // A run without a model call has no price to speak of: its 0 USD would only pull the average down.
  if (fact.costNanoUsd !== null && fact.llmCalls > 0) series.observe(catalogue.runCost, agent, fact.costNanoUsd, time, null)
}

function applyWaste(series: SeriesTable, fact: WasteFact, time: FoldTime): void {
  const labels = { ...agentLabels(fact), reason: fact.reason }
  series.add(catalogue.wastedCost, labels, fact.costNanoUsd, time)
  series.add(catalogue.wastedTokens, labels, fact.tokens, time)
}

function agentLabels(fact: CommonLabels): { service_name: string; environment: string; agent: string } {
  return { service_name: fact.service, environment: fact.environment, agent: fact.agent }
}
