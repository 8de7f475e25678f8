/** The house style of panels. The same thing looks the same everywhere: units, colours, legends, what an empty panel says. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  GraphDrawStyle,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TableCellHeight,
  TableSortByFieldStateBuilder,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTextDisplayOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  FieldColorBuilder,
  FieldColorModeId,
  type GridPos,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { ago, type Scope } from '../queries/promql.ts'
import { datasource, shown } from './frame.ts'

/** Red is for what failed, and for nothing else. */
export const colours = { ok: '#6ca06c', failed: '#d44a3a', warning: '#e0a030', plain: '#5b8ff9', rest: '#8e8e8e' } as const

export interface About {
  readonly id: number
  readonly title: string
  /** What it shows, and what has to happen for it to show something. */
  readonly description: string
  /** In a grid of 24 columns. */
  readonly at: Readonly<GridPos>
}

/** Asked at each step of the time range. */
export function series(refId: string, expr: string, legend: string): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).range().datasource(datasource)
}

/** Asked once, at the end of the time range. */
export function instant(refId: string, expr: string, legend = ''): DataqueryBuilder {
  return new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).instant().datasource(datasource)
}

/** Asked once; one row for each series. */
export function rows(refId: string, expr: string): DataqueryBuilder {
  return instant(refId, expr).format(PromQueryFormat.Table)
}

export interface StatLook {
  readonly unit: string
  readonly decimals?: number
  /** What an empty panel says. */
  readonly noValue: string
  /** From here on the value is coloured as a warning, and as failed. Default: never. */
  readonly limits?: { readonly warning: number; readonly failed: number }
}

/** One number with how it came to be, beside the number of a week before. */
export function stat(about: About, look: StatLook): StatBuilder {
  const { unit, decimals, noValue, limits } = look
  const steps = [
    { value: null, color: limits === undefined ? colours.plain : colours.ok },
    ...(limits === undefined
      ? []
      : [
          { value: limits.warning, color: colours.warning },
          { value: limits.failed, color: colours.failed },
        ]),
  ]
  const panel = new StatBuilder()
    .id(about.id)
    .title(about.title)
    .description(about.description)
    .gridPos(about.at)
    .datasource(datasource)
    .unit(unit)
    .noValue(noValue)
    // Each point looks back over the whole range: more of them would cost more than they show.
    .maxDataPoints(12)
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.Area)
    .textMode(BigValueTextMode.ValueAndName)
    .text(new VizTextDisplayOptionsBuilder().titleSize(12).valueSize(26))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
  return decimals === undefined ? panel : panel.decimals(decimals)
}

export interface ChartLook {
  readonly unit: string
  readonly noValue: string
  /** Shortest step. Default 1m: a step of one scrape would show single events as noise. */
  readonly interval?: string
}

/** The range of the dashboard, and the same a week before. */
export function compared(panel: StatBuilder, query: (scope: Scope) => string): StatBuilder {
  return panel.withTarget(series('A', query(shown), 'now')).withTarget(instant('B', query(lastWeek), 'a week before'))
}

const lastWeek = ago(shown, '7d')

/** Counts: one stacked bar for each step, so that small numbers stay countable. */
export function bars(about: About, look: ChartLook): TimeSeriesBuilder {
  return chart(about, look)
    .drawStyle(GraphDrawStyle.Bars)
    .fillOpacity(80)
    .lineWidth(0)
    .stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
}

/** Levels: one line for each series. */
export function lines(about: About, look: ChartLook): TimeSeriesBuilder {
  return chart(about, look).drawStyle(GraphDrawStyle.Line).fillOpacity(8).lineWidth(1.5)
}

function chart(about: About, { unit, noValue, interval = '1m' }: ChartLook): TimeSeriesBuilder {
  return new TimeSeriesBuilder()
    .id(about.id)
    .title(about.title)
    .description(about.description)
    .gridPos(about.at)
    .datasource(datasource)
    .unit(unit)
    .noValue(noValue)
    .interval(interval)
    .maxDataPoints(120)
    .min(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassicByName))
    .legend(
      new VizLegendOptionsBuilder()
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .showLegend(true)
        .calcs([]),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
}

/** Pixels. */
const MIN_COLUMN = 90

/** Rows to go on from, the largest of one column first. What a row does not have is a dash. */
export function table(about: About, noValue: string, largestFirst: string): TableBuilder {
  return (
    new TableBuilder()
      .id(about.id)
      .title(about.title)
      .description(about.description)
      .gridPos(about.at)
      .datasource(datasource)
      .noValue(noValue)
      .cellHeight(TableCellHeight.Sm)
      // Columns without a width of their own share what is left; the default of 150 pushes the last ones out of a small window.
      .minWidth(MIN_COLUMN)
      .filterable(true)
      .sortBy([new TableSortByFieldStateBuilder().displayName(largestFirst).desc(true)])
      .overrideByRegexp('.*', [{ id: 'noValue', value: '–' }])
  )
}

/** Gives a series its colour, whatever place it has. */
export function coloured(colour: string): { id: string; value: unknown }[] {
  return [{ id: 'color', value: { mode: 'fixed', fixedColor: colour } }]
}
