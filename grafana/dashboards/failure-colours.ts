/** One colour for each kind of failure, the same on every dashboard; kinds of one family share a hue. */
import type { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { coloured } from './panels.ts'

export const failureColours: Readonly<Record<string, string>> = {
  // The provider's doing: blue.
  rate_limit: '#8ab8ff',
  server_error: '#3274d9',
  timeout: '#1f4e9c',
  auth_error: '#73bfe0',
  // Too long: violet.
  context_length: '#8f3bb8',
  truncated: '#ca95e5',
  // Cut off: grey.
  stream_aborted: '#b0b0b0',
  aborted_by_client: '#8e8e8e',
  incomplete: '#6b6b6b',
  // No proper answer: teal.
  content_filter: '#37a5a0',
  refusal: '#70c7b9',
  empty_output: '#a3ddd3',
  guardrail_tripped: '#1d7874',
  retrieval_empty: '#5aa454',
  // Format: yellow.
  parse_error: '#e5c94b',
  malformed_output: '#f2e28c',
  schema_error: '#b8a02c',
  schema_violation: '#cbb65a',
  // Tools: orange.
  tool_error: '#ff9830',
  tool_bad_arguments: '#d9701f',
  unknown_tool: '#ffbf80',
  // Loops burn money: magenta.
  recursion_loop: '#e0408a',
  // The honest rest.
  step_error: '#a16946',
}

/** Gives each kind its colour, whatever place it has in the chart. */
export function colourKinds(panel: PanelBuilder): PanelBuilder {
  return Object.entries(failureColours).reduce((all, [kind, colour]) => all.overrideByName(kind, coloured(colour)), panel)
}
