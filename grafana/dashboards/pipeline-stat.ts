/** One word about the pipeline, so that nobody reads numbers of a broken one. */
import {
  BigValueColorMode,
  BigValueGraphMode,
  ReduceDataOptionsBuilder,
  VizTextDisplayOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import { MappingType, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { pipelineAlerts } from '../queries/pipeline.ts'
import { datasource } from './frame.ts'
import { type About, colours, instant } from './panels.ts'

export function pipelineStat({ id, title, description, at }: About): PanelBuilder {
  return new PanelBuilder()
    .id(id)
    .title(title)
    .description(description)
    .gridPos(at)
    .datasource(datasource)
    .withTarget(instant('A', pipelineAlerts(), 'alerts'))
    .noValue('no processor')
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .text(new VizTextDisplayOptionsBuilder().valueSize(26))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: colours.ok },
        { value: 1, color: colours.failed },
      ]),
    )
    .mappings([
      { type: MappingType.ValueToText, options: { '0': { text: 'healthy', index: 0 }, '1': { text: '1 alert', index: 1 } } },
    ])
    .unit('suffix: alerts')
}
