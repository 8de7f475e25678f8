/** What log records add to the steps of their run, in whatever order they came. The span's own word goes before the log's. */
import { hasGenAiMeaning, type Step, type StepError, type StepNote, type ToolReport, type ToolUse } from '../model/step.ts'

export function withNotes(steps: readonly Step[], notes: Iterable<StepNote>): readonly Step[] {
  const bySpan = new Map<string, StepNote[]>()
  const byCall = new Map<string, StepNote[]>()
  for (const note of notes) {
    if (note.callId === null) add(bySpan, note.spanId, note)
    else add(byCall, note.callId, note)
  }
  if (bySpan.size === 0 && byCall.size === 0) return steps
  for (const list of [...bySpan.values(), ...byCall.values()]) list.sort(inOrder)
  const prompts = promptsOf(steps, bySpan.get(NO_SPAN) ?? [])
  const noted = steps.map((step) => {
    const ofCall = step.tool?.callId == null ? [] : (byCall.get(step.tool.callId) ?? [])
    const all = [...(bySpan.get(step.spanId) ?? []), ...(prompts.get(step) ?? []), ...ofCall]
    return all.length === 0 ? step : { step, notes: all }
  })
  const merged = noted.map((item) => ('notes' in item ? merge(item.step, item.notes) : item))
  const requested = requestedCalls(merged)
  return merged.map((step, index) => {
    const item = noted[index]
    return item !== undefined && 'notes' in item ? withReports(step, item.notes, requested) : step
  })
}

/** Messages of one call often have the same millisecond: then the one that came later is the later one. */
function inOrder(a: StepNote, b: StepNote): number {
  const order = a.atUs - b.atUs || Number(a.said !== null) - Number(b.said !== null)
  return order === 0 && a.said === null ? (a.key < b.key ? -1 : 1) : order
}

/** Of a prompt that an emitter of logs names no span for. */
const NO_SPAN = ''

/** Each prompt belongs to the first call that ended after it. */
function promptsOf(steps: readonly Step[], notes: readonly StepNote[]): ReadonlyMap<Step, readonly StepNote[]> {
  const prompts = new Map<Step, readonly StepNote[]>()
  if (notes.length === 0) return prompts
  const calls = steps.filter(({ kind, source }) => kind === 'llm' && source === 'log').sort((a, b) => a.endUs - b.endUs)
  let at = 0
  for (const note of notes) {
    while (at < calls.length && (calls[at]?.endUs ?? 0) < note.atUs) at++
    const call = calls[at]
    if (call !== undefined) prompts.set(call, [note])
  }
  return prompts
}

function add(lists: Map<string, StepNote[]>, key: string, note: StepNote): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [note])
  else list.push(note)
}

function merge(step: Step, notes: readonly StepNote[]): Step {
  const last = <T>(read: (note: StepNote) => T | null): T | null => {
    const note = notes.findLast((candidate) => read(candidate) !== null)
    return note === undefined ? null : read(note)
  }
  const error = step.error ?? last((note) => note.error)
  return {
    ...step,
    finishReasons: step.finishReasons.length > 0 ? step.finishReasons : notes.flatMap((note) => note.finishReasons),
    error:
      error === null
        ? null
        : explained(
            error,
            last((note) => note.exception),
          ),
    hasContent: hasGenAiMeaning(step) && (step.hasContent || notes.some((note) => note.hasContent)),
    said: step.said ?? (isSaidInLogs(step) ? last((note) => note.said) : null),
    answer: step.kind === 'llm' ? (step.answer ?? last((note) => note.answer)) : step.answer,
    conversationId: step.conversationId ?? last((note) => note.conversationId),
    userId: step.userId ?? last((note) => note.userId),
    tool: step.tool === null ? null : mergeTool(step.tool, last),
  }
}

/** Records of a call repeat the user's words where its span ends with a tool's answer: a span with content knows better. */
function isSaidInLogs(step: Step): boolean {
  return hasGenAiMeaning(step) && (!step.hasContent || step.source === 'log')
}

function mergeTool(tool: ToolUse, last: (read: (note: StepNote) => string | null) => string | null): ToolUse {
  return {
    ...tool,
    argumentsFingerprint: tool.argumentsFingerprint ?? last((note) => note.argumentsFingerprint),
    looseArguments: tool.looseArguments ?? last((note) => note.looseArguments),
    resultFingerprint: tool.resultFingerprint ?? last((note) => note.resultFingerprint),
  }
}

/** A failure that says nothing of itself is explained by the exception that was recorded with it. */
function explained(error: StepError, exception: StepError | null): StepError {
  if (exception === null || error.message !== null) return error
  return { ...error, type: error.type ?? exception.type, message: exception.message }
}

/** Ids under which the models of this run asked for tools. */
function requestedCalls(steps: readonly Step[]): ReadonlySet<string> {
  return new Set(steps.flatMap(({ answer }) => answer?.toolCalls.flatMap(({ callId }) => callId ?? []) ?? []))
}

/** Message events repeat the whole conversation in every call: of what they tell only what was asked for in this run is new. */
function withReports(step: Step, notes: readonly StepNote[], requested: ReadonlySet<string>): Step {
  if (step.kind !== 'llm') return step
  const told = notes.flatMap((note) => note.toolReports).filter(({ callId }) => callId !== null && requested.has(callId))
  return told.length === 0 ? step : { ...step, toolReports: distinct([...step.toolReports, ...told]) }
}

function distinct(reports: readonly ToolReport[]): readonly ToolReport[] {
  const seen = new Set<string>()
  return reports.filter(({ callId, name, message }) => {
    const key = callId ?? `${name} ${message}`
    return !seen.has(key) && seen.add(key)
  })
}
