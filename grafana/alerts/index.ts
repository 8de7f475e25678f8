/** All rules, as Prometheus loads them. */
import { runbookLink } from './annotations.ts'
import { failureRules, normalRules } from './failures.ts'
import { pipelineRules } from './pipeline.ts'
import { type RuleGroup, ruleFile } from './rule.ts'
import { normalUserRules, userRules } from './users.ts'

export const ruleGroups: readonly RuleGroup[] = [failureRules, normalRules, userRules, normalUserRules, pipelineRules]

/** The text of grafana/prometheus/rules/flywheel.yml. */
export function prometheusRules(): string {
  return ruleFile(ruleGroups, runbookLink)
}
