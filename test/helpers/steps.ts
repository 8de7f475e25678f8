/**
 * Builders of runs for tests. A run is planned as nested calls (`agentRun('support', [toolCall('search'), llmCall()])`); ids and times follow from
 * the order: every leaf takes one second, one after the other, and a parent lasts as long as its children. The first step has id `stepId(1)`.
 */
import { buildTree, type TreeInput } from '../../src/assemble/tree.ts'
import { emptyNote } from '../../src/dialects/note.ts'
import { blankStep } from '../../src/model/blank-step.ts'
import { fingerprint } from '../../src/model/fingerprint.ts'
import { looseFingerprint } from '../../src/model/fingerprint-loose.ts'
import { nothingEarlier, type RunTree } from '../../src/model/run-tree.ts'
import type { Step, StepError, StepNote } from '../../src/model/step.ts'
import { unknownUsage, type Usage } from '../../src/model/usage.ts'
import type { AnyValue } from '../../src/otlp/any-value.ts'
import { TableAttributes } from '../../src/otlp/attributes.ts'
import type { LogRecord } from '../../src/otlp/log-record.ts'
import type { Attributes, PlainValue, Span } from '../../src/otlp/span.ts'

/** Start of every planned run: 2026-11-01T00:00:00Z. */
export const runStartUs = 1_793_491_200_000_000
export const secondUs = 1_000_000

export function stepId(number: number): string {
  return number.toString(16).padStart(16, '0')
}

/** A span without GenAI meaning and without a parent, one second long. */
export function step(over: Partial<Step> = {}): Step {
  return {
    spanId: stepId(1),
    parentId: null,
    isEntry: over.parentId == null,
    parentIsLocal: over.parentId != null,
    kind: 'other',
    name: 'span',
    startUs: runStartUs,
    endUs: runStartUs + secondUs,
    service: 'shop',
    environment: 'test',
    release: '1.0.0',
    operation: '',
    ...blankStep,
    ...over,
  }
}

export function usage(over: Partial<Usage>): Usage {
  return { ...unknownUsage, ...over }
}

/** An error as a span states it. */
export function failed(message: string | null, type: string | null = null, httpStatus: number | null = null): StepError {
  return { type, message, httpStatus, cause: null, kind: null }
}

/** A step with its children; what it leaves out follows from its place. */
export interface Plan {
  readonly over: Partial<Step>
  readonly children: readonly Plan[]
}

export function plainSpan(name: string, children: readonly Plan[] = [], over: Partial<Step> = {}): Plan {
  return { over: { kind: 'other', name, ...over }, children }
}

/** A model call of 100 input and 10 output tokens that answered; a failed one has neither unless it says so. */
export function llmCall(over: Partial<Step> = {}, children: readonly Plan[] = []): Plan {
  const answer: Partial<Step> = over.error == null ? { usage: usage({ input: 100, output: 10 }), finishReasons: ['stop'] } : {}
  return {
    over: { kind: 'llm', name: 'chat', operation: 'chat', provider: 'openai', requestModel: 'gpt-4o-mini', ...answer, ...over },
    children,
  }
}

export function embedding(over: Partial<Step> = {}): Plan {
  return llmCall({
    kind: 'embedding',
    name: 'embeddings',
    operation: 'embeddings',
    usage: usage({ input: 7 }),
    finishReasons: [],
    ...over,
  })
}

/** A tool run; `args` and `result` are texts, null = not on the wire. */
export function toolCall(
  name: string,
  args: string | null = '{}',
  result: string | null = 'done',
  over: Partial<Step> = {},
  children: readonly Plan[] = [],
): Plan {
  const isFailed = over.error != null
  return {
    over: {
      kind: 'tool',
      name,
      operation: 'execute_tool',
      tool: {
        name,
        callId: null,
        argumentsFingerprint: args === null ? null : fingerprint(args),
        looseArguments: args === null ? null : looseFingerprint(args, result),
        resultFingerprint: result === null || isFailed ? null : fingerprint(result),
      },
      ...over,
    },
    children,
  }
}

export function agentRun(name: string, children: readonly Plan[], over: Partial<Step> = {}): Plan {
  return { over: { kind: 'agent', name, agent: name, operation: 'invoke_agent', ...over }, children }
}

export function workflow(name: string, children: readonly Plan[], over: Partial<Step> = {}): Plan {
  return { over: { kind: 'workflow', name, node: name, operation: 'invoke_workflow', ...over }, children }
}

/** Parents before children, in the order of the plan. */
export function stepsOf(plans: readonly Plan[]): readonly Step[] {
  const steps: Step[] = []
  let nowUs = runStartUs
  const place = (plan: Plan, parentId: string | null): number => {
    const spanId = plan.over.spanId ?? stepId(steps.length + 1)
    const startUs = nowUs
    const at = steps.push(step({ parentId, ...plan.over, spanId, startUs: plan.over.startUs ?? startUs })) - 1
    let lastEndUs = startUs
    for (const child of plan.children) lastEndUs = Math.max(lastEndUs, place(child, spanId))
    if (plan.children.length === 0) nowUs += secondUs
    const endUs = plan.over.endUs ?? Math.max(lastEndUs, nowUs)
    steps[at] = { ...steps[at]!, endUs }
    return endUs
  }
  for (const plan of plans) place(plan, null)
  return steps
}

export function treeOfSteps(steps: Iterable<Step>, over: Partial<TreeInput> = {}): RunTree {
  return buildTree({
    traceId: 'f'.repeat(32),
    steps,
    notes: [],
    missingEntry: 'none',
    earlier: nothingEarlier,
    inheritedAgent: null,
    ...over,
  })
}

/** The tree of a planned run. */
export function treeOf(plans: Plan | readonly Plan[], over: Partial<TreeInput> = {}): RunTree {
  return treeOfSteps(stepsOf('over' in plans ? [plans] : plans), over)
}

/** A span whose parent never came: what a killed process leaves behind. */
export const orphan: Partial<Step> = { parentId: stepId(0xdead), isEntry: false, parentIsLocal: true }

export function note(over: Partial<StepNote> = {}): StepNote {
  return { ...emptyNote('note', stepId(1), runStartUs), ...over }
}

/** What an attribute may be in a test: JSON, as if it had come as an OTLP AnyValue. */
export type Json = string | number | boolean | null | bigint | readonly Json[] | { readonly [key: string]: Json }
export type AttributeValues = { readonly [key: string]: Json }

function attributesOf(values: AttributeValues): Attributes {
  return new TableAttributes(new Map(Object.entries(values).map(([key, value]) => [key, anyValueOf(value)])))
}

function anyValueOf(value: Json): AnyValue {
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return { kind: 'array', items: value.map(anyValueOf) }
  return { kind: 'map', entries: new Map(Object.entries(value).map(([key, item]) => [key, anyValueOf(item)])) }
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

export interface SpanParts extends Partial<Omit<Span, 'attributes' | 'resource' | 'events'>> {
  readonly attributes?: AttributeValues
  readonly resource?: AttributeValues
  readonly events?: readonly { readonly name: string; readonly attributes: AttributeValues }[]
}

/** A root span of one second with the given attributes, as a decoder would hand it to a dialect. */
export function span({ attributes = {}, resource = {}, events = [], ...over }: SpanParts = {}): Span {
  return {
    traceId: 'f'.repeat(32),
    spanId: stepId(1),
    parentSpanId: '',
    flags: 0,
    name: 'span',
    kind: 1,
    startUs: runStartUs,
    endUs: runStartUs + secondUs,
    statusCode: 0,
    statusMessage: '',
    scope: { name: '', version: '' },
    links: [],
    ...over,
    attributes: attributesOf(attributes),
    resource: { attributes: attributesOf(resource) },
    events: events.map((event) => ({ name: event.name, atUs: runStartUs, attributes: attributesOf(event.attributes) })),
  }
}

export interface LogParts extends Partial<Omit<LogRecord, 'attributes' | 'bodyBrief'>> {
  readonly attributes?: AttributeValues
}

export function logRecord({ attributes = {}, ...over }: LogParts = {}): LogRecord {
  const bodyFields = attributesOf(isMap(over.body) ? over.body : {})
  return {
    traceId: 'f'.repeat(32),
    spanId: stepId(1),
    atUs: runStartUs,
    eventName: '',
    severityNumber: 0,
    body: undefined,
    resource: { attributes: attributesOf({}) },
    scope: { name: '', version: '' },
    ...over,
    bodyBrief: (key, maxBytes) => (bodyFields.has(key) ? bodyFields.brief(key, maxBytes) : undefined),
    attributes: attributesOf(attributes),
  }
}

function isMap(value: LogRecord['body']): value is { readonly [key: string]: PlainValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
