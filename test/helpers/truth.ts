/** What really happened in a capture, by the model server and the client's script, and why the bytes may tell less. */
import { readFileSync } from 'node:fs'
import { bestReading, type truthNames } from './captures.ts'

/** A capture with the truth beside it. */
export type TrueCapture = (typeof truthNames)[number]

interface TrueTokens {
  readonly input: number
  readonly cached: number
  readonly cache_write: number
  readonly output: number
  readonly reasoning: number
}

interface TrueScenario {
  readonly name: string
  readonly failure_class: string | null
  readonly user_visible_failure: boolean
  readonly llm: { readonly logical_calls: number }
  readonly tokens_by_model: Readonly<Record<string, TrueTokens>>
  readonly tool_runs: Readonly<Record<string, { readonly ok: number; readonly failed: number }>>
}

export function trueScenarios(name: TrueCapture): readonly TrueScenario[] {
  const text = readFileSync(new URL(`../fixtures/${name}/expected.json`, import.meta.url), 'utf8')
  return (JSON.parse(text) as { readonly scenarios: readonly TrueScenario[] }).scenarios
}

/** Token counts of a scenario, over all its models. */
export function trueTotals({ llm, tokens_by_model: models }: TrueScenario): Readonly<Record<string, number>> {
  const sum = (read: (tokens: TrueTokens) => number): number =>
    Object.values(models).reduce((total, tokens) => total + read(tokens), 0)
  return {
    calls: llm.logical_calls,
    input: sum((tokens) => tokens.input),
    cache_read: sum((tokens) => tokens.cached),
    cache_write: sum((tokens) => tokens.cache_write),
    output: sum((tokens) => tokens.output),
    reasoning: sum((tokens) => tokens.reasoning),
  }
}

/** Causes that hold for a whole capture, where the reader of the bytes did not write one beside the scenario. */
const general: readonly (readonly [capture: TrueCapture, field: RegExp, cause: string])[] = [
  ['vercel-ai6', /^calls$/, 'each retry is a span of its own; a stream that was cut sends none'],
  ['vercel-ai6', /^tool /, 'the tool never ran: its arguments did not fit, or it does not exist'],
  ['traceloop-openai', /^(?:calls|input|output|class|failed)$/, 'what throws sends no span'],
  ['traceloop-openai', /^tool /, 'a tool that throws sends no span'],
  ['traceloop-openai', /^(?:cache_read|reasoning)$/, 'the emitter never exports it'],
  ['python-openinference-crewai', /^calls$/, "the framework's own repeats are spans of their own"],
  ['strands', /^(?:input|output|reasoning)$/, 'the emitter loses the usage'],
]

/** Why the reading of a scenario may differ from the truth in one field; null = nobody knows, so it must not differ. */
export function causeOf(name: TrueCapture, scenario: string, field: string): string | null {
  const best = bestReading(name)
  const notes = [...best.token_differences, ...best.call_differences]
  const own = notes.find((note) => note.startsWith(`${scenario}:`) && note.includes(field))
  if (own !== undefined) return own.slice(scenario.length + 2)
  const others = notes.find(
    (note) =>
      note
        .split(/[:;]/)[0]
        ?.split(/, | and /)
        .includes(scenario) === true,
  )
  if (others !== undefined) return others
  const known = best.scenarios[scenario]
  if (field === 'class' && known !== undefined && known.class_knowable !== true) return `not knowable: ${known.evidence}`
  if (field === 'class' && known?.acceptable_classes !== undefined) return `as good by the bytes: ${known.evidence}`
  if (field === 'failed' && known?.outcome_knowable !== true) return known?.outcome_note ?? 'not knowable'
  const ofCapture = general.find(([capture, fields]) => capture === name && fields.test(field))
  if (ofCapture !== undefined) return ofCapture[2]
  const isInVain = known?.expected_class === 'tool_bad_arguments' || known?.expected_class === 'unknown_tool'
  return field.startsWith('tool ') && isInVain
    ? 'a span for a call that never became a run (outcome bad_arguments or unknown_tool)'
    : null
}
