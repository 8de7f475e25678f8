/**
 * Texts and links in alerts. Addresses come from the processor (`FLYWHEEL_PUBLIC_URL`, `FLYWHEEL_GRAFANA_URL`) by way of `flywheel_links_info`,
 * so that the rule file works unchanged in any Prometheus; the last known ones serve while the processor is down.
 */
import { catalogue } from '../../src/publish/catalogue.ts'
import type { Scope } from '../queries/promql.ts'

/** The service and environment of the alert, for a query inside an annotation: to be put into `ask`. */
export function ofThisService(window: string): Scope {
  return { window, filters: { service_name: '=%q', environment: '=%q' } }
}

/** As `ofThisService`, of an alert that names an agent too. */
export function ofThisAgent(window: string): Scope {
  return { window, filters: { service_name: '=%q', environment: '=%q', agent: '=%q' } }
}

/** Asks Prometheus when the alert is sent, and goes on with the answer as `.`; nothing when there is none. The query names the alert's service once. */
export function ask(query: string, then: string, labels: readonly string[] = ['service_name', 'environment']): string {
  const values = labels.map((label) => `$labels.${label}`).join(' ')
  return `{{ with printf \`${query}\` ${values} | query }}${then}{{ end }}`
}

/** The addresses now; while the processor is down, those of the last day. */
const addresses = `${catalogue.linksInfo.name} or on () last_over_time(${catalogue.linksInfo.name}[1d])`

/** A template that is the address with what follows it, or nothing while the address is not known. */
function link(label: (typeof catalogue.linksInfo.labelNames)[number], path: string): string {
  const known = `{{ with query "${addresses}" }}{{ with . | first | label "${label}" }}`
  return `${known}{{ . }}${path}{{ end }}{{ end }}`
}

/** One parameter for each label of the alert; values are escaped. */
function parameters(names: Readonly<Record<string, string>>): string {
  return Object.entries(names)
    .map(([parameter, label]) => `${parameter}={{ $labels.${label} | urlquery }}`)
    .join('&')
}

/** The failed runs behind an alert that names service and environment. */
export function failedRunsLink(since: string): Readonly<Record<string, string>> {
  const where = parameters({ service: 'service_name', environment: 'environment' })
  return { runs_url: link('public_url', `/runs?outcome=failed&since=${since}&${where}`) }
}

/** The runs with negative feedback behind an alert that names an agent. */
export function negativeRunsLink(since: string): Readonly<Record<string, string>> {
  const where = parameters({ service: 'service_name', environment: 'environment', agent: 'agent' })
  return { runs_url: link('public_url', `/runs?rating=negative&since=${since}&${where}`) }
}

/** What was sent as feedback and has no run. */
export function unmatchedFeedbackLink(): Readonly<Record<string, string>> {
  return { feedback_url: link('public_url', '/feedback?matched=no') }
}

/** A dashboard, narrowed to the alert's service, environment and agent. */
export function agentDashboardLink(uid: string, since: string): Readonly<Record<string, string>> {
  const where = parameters({ 'var-service': 'service_name', 'var-environment': 'environment', 'var-agent': 'agent' })
  return { dashboard_url: link('grafana_url', `/d/${uid}?from=now-${since}&to=now&${where}`) }
}

/** A dashboard, narrowed to the alert's service and environment. */
export function serviceDashboardLink(uid: string, since: string): Readonly<Record<string, string>> {
  const where = parameters({ 'var-service': 'service_name', 'var-environment': 'environment' })
  return { dashboard_url: link('grafana_url', `/d/${uid}?from=now-${since}&to=now&${where}`) }
}

export function dashboardLink(uid: string, since: string): Readonly<Record<string, string>> {
  return { dashboard_url: link('grafana_url', `/d/${uid}?from=now-${since}&to=now`) }
}

/** The alert's section of docs/runbook.md, which the processor serves. */
export function runbookLink(alert: string): string {
  return link('public_url', `/runbook#${alert.toLowerCase()}`)
}
