/** What every dashboard shares: variables in the same order, annotations, navigation, refresh. */
import {
  AnnotationQueryBuilder,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { catalogue } from '../../src/publish/catalogue.ts'
import type { Scope } from '../queries/promql.ts'
import { newestFirstRunsMs } from '../queries/releases.ts'

/** The data source that the viewer chose. */
export const datasource = { type: 'prometheus', uid: '${ds}' }

/** The viewer's services, agents and release; `window` is the time range of the dashboard. */
export const shown: Scope = {
  window: '$__range',
  filters: {
    service_name: '=~"$service"',
    environment: '=~"$environment"',
    agent: '=~"$agent"',
    release: '=~"$release"',
  },
}

/** The review pages' address, known from the processor's own metric. */
export const flywheelUrl = '${flywheel}'

export interface Frame {
  readonly uid: string
  readonly title: string
  readonly topic: string
  readonly description: string
}

export function dashboard({ uid, title, topic, description }: Frame): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['flywheel', topic])
    .readonly()
    .refresh('30s')
    .time({ from: 'now-24h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .variables([
      new DatasourceVariableBuilder('ds').label('Data source').type('prometheus'),
      variable('service', 'Service', `label_values(${catalogue.runs.name}, service_name)`),
      variable('environment', 'Environment', `label_values(${catalogue.runs.name}{service_name=~"$service"}, environment)`),
      variable('agent', 'Agent', `label_values(${catalogue.runs.name}{service_name=~"$service"}, agent)`),
      variable('release', 'Release', `label_values(${catalogue.releaseRuns.name}{service_name=~"$service"}, release)`),
      variable('flywheel', 'Review pages', `label_values(${catalogue.linksInfo.name}, public_url)`)
        .hide(VariableHide.HideVariable)
        .includeAll(false)
        .multi(false),
    ])
    .annotations([
      new AnnotationQueryBuilder()
        .name('Releases')
        .datasource(datasource)
        .enable(true)
        .iconColor('blue')
        .expr(newestFirstRunsMs(8, shown))
        .step('60s')
        .useValueForTime(true)
        .titleFormat('Release {{release}} of {{service_name}}')
        .textFormat('First run'),
      new AnnotationQueryBuilder()
        .name('Alerts')
        .datasource(datasource)
        .enable(true)
        .iconColor('red')
        .expr('sum by (alertname, service_name) (ALERTS{alertstate="firing",severity="critical",alertname=~"Flywheel.*"})')
        .step('60s')
        .titleFormat('{{alertname}}')
        .textFormat('{{service_name}}'),
    ])
    .links([
      new DashboardLinkBuilder('Flywheel dashboards')
        .type(DashboardLinkType.Dashboards)
        .tags(['flywheel'])
        .asDropdown(true)
        .keepTime(true)
        .includeVars(true),
      new DashboardLinkBuilder('Runs')
        .type(DashboardLinkType.Link)
        .icon('external link')
        .url(`${flywheelUrl}/runs`)
        .targetBlank(true),
      new DashboardLinkBuilder('Feedback')
        .type(DashboardLinkType.Link)
        .icon('external link')
        .url(`${flywheelUrl}/feedback`)
        .targetBlank(true),
      new DashboardLinkBuilder('Runbook')
        .type(DashboardLinkType.Link)
        .icon('doc')
        .url(`${flywheelUrl}/runbook`)
        .targetBlank(true),
    ])
}

function variable(name: string, label: string, query: string): QueryVariableBuilder {
  return new QueryVariableBuilder(name)
    .label(label)
    .query(query)
    .datasource(datasource)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
}
