/**
 * Every metric Agent Flywheel exposes: code names one only through here. docs/metrics.md is generated from it; dashboards and rules import it.
 * A reserved metric has its name and labels settled, so that queries can be written, but nothing produces it yet.
 */
import { agentMetrics } from './agent-metrics.ts'
import type { MetricDef } from './metric.ts'
import { pipelineMetrics } from './pipeline-metrics.ts'

export const catalogue: typeof agentMetrics & typeof pipelineMetrics = { ...agentMetrics, ...pipelineMetrics }

/** All definitions in the order they are exposed and documented. */
export const metrics: readonly MetricDef[] = Object.values(catalogue)
