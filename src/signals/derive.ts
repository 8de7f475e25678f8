/** A settled run -> its facts and its record. Pure: the same tree and prices give the same facts, in the same order. */
import type {
  CallFact,
  Fact,
  FailureFact,
  ParseFact,
  RunFact,
  ToolFact,
  ToolOutcome,
  UnpricedReason,
  WasteFact,
  WasteReason,
} from '../model/fact.ts'
import { recognisable } from '../model/names.ts'
import type { CommonLabels, RunFailure, RunOutcome, RunRecord, RunStep } from '../model/run.ts'
import type { RunTree, TreeNode } from '../model/run-tree.ts'
import { MAX_DURATION_US, hasGenAiMeaning, modelOf, stepDurationUs } from '../model/step.ts'
import { addUsage, unknownUsage, type Usage } from '../model/usage.ts'
import { countedCalls } from './calls.ts'
import type { Price, PriceCall } from './cost/price.ts'
import { compareStated } from './cost/stated.ts'
import { errorKindOf } from './failures/index.ts'
import { type JudgedFailure, type Judgement, judge } from './outcome.ts'
import { answerFinder, parsedAnswers, unreadCalls } from './parsing.ts'
import { turnsOfRun } from './implicit/turns.ts'
import { toldFailures, type ToldFailure, toolNameOf } from './told.ts'
import { outcomeOfKind, toolOutcome } from './tool-outcome.ts'
import { toolRuns } from './tools.ts'

export interface Derived {
  /** Facts of everything in the tree. The fold leaves out what an earlier settle of the run has counted. */
  readonly facts: readonly Fact[]
  readonly record: RunRecord
  /** Spans that count as model or embedding calls, for the memory of the run. */
  readonly calls: readonly TreeNode[]
}

/** Null for a trace without any GenAI step: it is no run. */
export function deriveRun(tree: RunTree, priceCall: PriceCall, settledAtMs: number): Derived | null {
  if (!tree.nodes.some((node) => hasGenAiMeaning(node.step))) return null
  const calls = countedCalls(tree, 'llm')
  const embeddings = countedCalls(tree, 'embedding')
  const tools = toolRuns(tree)
  const answerOf = answerFinder(calls)
  const answers = parsedAnswers(tree, answerOf)
  const told = toldFailures(tree, calls, tools)
  const read = new Set(answers.values())
  const judgement = judge(tree, calls, { of: answerOf, areRead: (call) => read.has(call) }, told)
  const prices = new Map([...calls, ...embeddings].map((node) => [node, priceOf(node, priceCall)]))
  const outcome: RunOutcome = judgement.failed ? 'failed' : 'ok'
  const totals = totalsOf([...calls, ...embeddings], prices)
  const durationUs = runDurationUs(tree)
  const run: RunFact = {
    type: 'run',
    ...commonOf(tree),
    release: tree.release,
    outcome,
    durationUs,
    llmCalls: calls.length,
    costNanoUsd: isPricedWhole([...prices.values()]) ? totals.costNanoUsd : null,
  }
  return {
    facts: [
      ...calls.map((node) => callFact(node, prices, true)),
      ...embeddings.map((node) => callFact(node, prices, false)),
      ...toolFacts(tools, told),
      ...[...answers].map(([attempt, call]) => parseFact(attempt, call)),
      ...judgement.failures.map((item) => failureFact(item, tree)),
      ...wasteFacts(calls, prices, judgement, unreadCalls(answers, judgement.unparsed)),
      run,
    ],
    record: {
      traceId: tree.traceId,
      ...commonOf(tree),
      conversationId: tree.conversationId,
      userId: tree.userId,
      title: turnsOfRun(tree.nodes.map(({ step }) => step))[0]?.turn.quote ?? null,
      tags: tree.tags,
      release: tree.release,
      startedAtUs: startedAtUs(tree),
      durationUs,
      outcome,
      failures: judgement.failures.map(runFailure),
      ...totals,
      llmCalls: calls.length,
      toolCalls: tools.length + told.filter((item) => item.run === null).length,
      settledAtMs,
      sampleRate: 1,
      steps: tree.nodes.map((node) => runStep(node, prices)),
    },
    calls: [...calls, ...embeddings],
  }
}

function commonOf(tree: RunTree): CommonLabels {
  return { service: tree.service, environment: tree.environment, agent: tree.agent }
}

function stepCommon(node: TreeNode): CommonLabels {
  return { service: node.step.service, environment: node.step.environment, agent: node.agentLabel }
}

/** A failed call that reports no usage was most likely not billed; it does not make the price of a run unknown, anything else does. */
function isPricedWhole(prices: readonly Price[]): boolean {
  return prices.every((price) => 'costNanoUsd' in price || price.unpriced === 'failed_call')
}

function priceOf(node: TreeNode, priceCall: PriceCall): Price {
  const { kind, provider, responseModel, requestModel, usage, startUs, error, serviceTier, cacheWrite1hTokens } = node.step
  return priceCall({
    provider,
    responseModel,
    requestModel,
    usage,
    startUs,
    failed: error !== null,
    serviceTier,
    cacheWrite1hTokens,
    isEmbedding: kind === 'embedding',
  })
}

function costOf(price: Price | undefined): number | null {
  return price !== undefined && 'costNanoUsd' in price ? price.costNanoUsd : null
}

function unpricedOf(price: Price | undefined): UnpricedReason | null {
  return price !== undefined && 'unpriced' in price ? price.unpriced : null
}

function callFact(node: TreeNode, prices: ReadonlyMap<TreeNode, Price>, countsAsCall: boolean): CallFact {
  const { step } = node
  return {
    type: 'call',
    spanId: step.spanId,
    countsAsCall,
    ...stepCommon(node),
    step: node.stepLabel,
    provider: step.provider ?? '',
    model: modelOf(step),
    outcome: step.error === null ? 'ok' : 'error',
    errorKind: errorKindOf(step),
    durationUs: stepDurationUs(step),
    timeToFirstTokenUs: step.timeToFirstTokenUs,
    usage: step.usage,
    costNanoUsd: costOf(prices.get(node)),
    unpriced: unpricedOf(prices.get(node)),
    statedCost: compareStated(step.statedCostNanoUsd, costOf(prices.get(node))),
  }
}

/** Runs of tools, and calls that never became one: a tool that could not be called has no span with most emitters. */
function toolFacts(tools: readonly TreeNode[], told: readonly ToldFailure[]): readonly ToolFact[] {
  const toldOf = new Map(told.flatMap(({ run, report }) => (run === null ? [] : [[run, report.kind] as const])))
  const runs = tools.map((node) => {
    const kind = toldOf.get(node)
    return toolFact(node, node.step.tool?.name ?? '', kind === undefined ? toolOutcome(node) : outcomeOfKind(kind), true)
  })
  const others = told.filter(({ run }) => run === null)
  return [...runs, ...others.map((item) => toolFact(item.told, toolNameOf(item), outcomeOfKind(item.report.kind), false))]
}

function toolFact(node: TreeNode, tool: string, outcome: ToolOutcome, isRun: boolean): ToolFact {
  const { step } = node
  return {
    type: 'tool',
    spanId: step.spanId,
    ...stepCommon(node),
    // What a model asked for that does not exist is no tool: models invent names without end.
    tool: outcome === 'unknown_tool' ? '' : (recognisable(tool, null) ?? ''),
    outcome,
    durationUs: isRun ? stepDurationUs(step) : null,
  }
}

function parseFact(attempt: TreeNode, call: TreeNode | null): ParseFact {
  const { spanId, parse } = attempt.step
  return {
    type: 'parse',
    spanId,
    ...stepCommon(attempt),
    step: (call ?? attempt).stepLabel,
    model: call === null ? '' : modelOf(call.step),
    format: parse?.format ?? 'other',
    outcome: parse?.outcome ?? 'ok',
  }
}

function failureFact(item: JudgedFailure, tree: RunTree): FailureFact {
  const { node } = item
  return {
    type: 'failure',
    spanId: item.spanId,
    ...stepCommon(node),
    step: node.stepLabel,
    model: item.model,
    kind: item.kind,
    impact: item.impact,
    release: tree.release,
  }
}

function runFailure(item: JudgedFailure): RunFailure {
  const { node } = item
  return {
    kind: item.kind,
    impact: item.impact,
    spanId: item.spanId,
    detail: item.detail,
    step: node.stepLabel,
    stepName: node.step.name,
    model: item.model,
  }
}

/** One fact a call that was wasted, with the first reason that applies. Calls that cost nothing known waste nothing known. */
function wasteFacts(
  calls: readonly TreeNode[],
  prices: ReadonlyMap<TreeNode, Price>,
  judgement: Judgement,
  unread: ReadonlySet<TreeNode>,
): readonly WasteFact[] {
  const retried = retriedCalls(calls)
  return calls.flatMap((node) => {
    const reason = wasteReason(node, { retried, unread }, judgement)
    const tokens = (node.step.usage.input ?? 0) + (node.step.usage.output ?? 0)
    const costNanoUsd = costOf(prices.get(node)) ?? 0
    if (reason === null || (tokens === 0 && costNanoUsd === 0)) return []
    return [
      {
        type: 'waste',
        ...stepCommon(node),
        reason,
        tokens,
        costNanoUsd,
      },
    ]
  })
}

function wasteReason(
  node: TreeNode,
  { retried, unread }: { readonly retried: ReadonlySet<TreeNode>; readonly unread: ReadonlySet<TreeNode> },
  judgement: Judgement,
): WasteReason | null {
  if (judgement.looped.has(node)) return 'loop'
  if (unread.has(node)) return 'parse_failure'
  if (retried.has(node)) return 'retry'
  return judgement.failed ? 'failed_run' : null
}

/** Failed calls that were followed by one to the same model from the same place. */
function retriedCalls(calls: readonly TreeNode[]): ReadonlySet<TreeNode> {
  const retried = new Set<TreeNode>()
  const laterModels = new Map<TreeNode | null, Set<string>>()
  for (const node of calls.toReversed()) {
    const models = laterModels.get(node.parent) ?? new Set()
    laterModels.set(node.parent, models)
    if (node.step.error !== null && models.has(requestedModel(node))) retried.add(node)
    models.add(requestedModel(node))
  }
  return retried
}

/** What was asked for: a failed call has no model that answered. */
function requestedModel({ step }: TreeNode): string {
  return step.requestModel ?? step.responseModel ?? ''
}

function totalsOf(
  calls: readonly TreeNode[],
  prices: ReadonlyMap<TreeNode, Price>,
): { readonly usage: Usage; readonly costNanoUsd: number | null; readonly unpricedCalls: number } {
  let usage = unknownUsage
  let costNanoUsd: number | null = null
  let unpricedCalls = 0
  for (const node of calls) {
    usage = addUsage(usage, node.step.usage)
    const cost = costOf(prices.get(node))
    if (cost === null) unpricedCalls++
    else costNanoUsd = (costNanoUsd ?? 0) + cost
  }
  return { usage, costNanoUsd, unpricedCalls }
}

/** Steps without any time stand at 0. */
function startedAtUs(tree: RunTree): number {
  return tree.nodes.find(({ step }) => step.startUs > 0)?.step.startUs ?? 0
}

/**
 * From the first start to the last end, so that a run of several roots is one length. Where that is a month and more the clocks of two machines do not
 * agree, and it is that of the longest step.
 */
function runDurationUs(tree: RunTree): number {
  let end = 0
  let longest = 0
  for (const { step } of tree.nodes) {
    end = Math.max(end, step.endUs)
    longest = Math.max(longest, stepDurationUs(step))
  }
  const duration = Math.max(0, end - startedAtUs(tree))
  return duration > MAX_DURATION_US ? longest : duration
}

function runStep(node: TreeNode, prices: ReadonlyMap<TreeNode, Price>): RunStep {
  const { step } = node
  return {
    ...step,
    error: step.error === null ? null : { ...step.error, kind: errorKindOf(step) },
    agentLabel: node.agentLabel,
    stepLabel: node.stepLabel,
    isCounted: prices.has(node),
    costNanoUsd: costOf(prices.get(node)),
    unpriced: unpricedOf(prices.get(node)),
  }
}
