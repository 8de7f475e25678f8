/** Bytes as our SDK sends them, from the wire to facts: hashed tools, parse attempts, and attempts that come late. */
import { expect, test } from 'vitest'
import { readContent } from '../../src/fold/content.ts'
import { Fold } from '../../src/fold/fold.ts'
import { emptyArchive } from '../../src/fold/history.ts'
import { chat } from '../helpers/chat.ts'
import { entriesOf, type Parcel } from '../helpers/deliveries.ts'
import { applyAll, testSettings } from '../helpers/fold.ts'
import { runStartUs, secondUs, stepId } from '../helpers/steps.ts'
import { encode, type Message } from '../otlp/reference.ts'

type Values = Readonly<Record<string, string | number>>

interface Sent {
  readonly name: string
  readonly attributes: Values
  readonly error?: string
}

/** Children of one agent, a second each; the agent's span is number 1. */
function bodyOf(children: readonly Sent[]): Parcel {
  const spans = children.map((child, at) => spanOf(child, at + 2))
  return parcel([...spans, spanOf({ name: 'invoke_agent support', attributes: { 'gen_ai.operation.name': 'invoke_agent' } }, 1)])
}

function spanOf({ name, attributes, error }: Sent, number: number): Message {
  const nanos = (us: number): string => `${us}000`
  return {
    traceId: Buffer.alloc(16, 7),
    spanId: Buffer.from(stepId(number), 'hex'),
    ...(number === 1 ? {} : { parentSpanId: Buffer.from(stepId(1), 'hex'), flags: 0x101 }),
    name,
    startTimeUnixNano: nanos(runStartUs + number * secondUs),
    endTimeUnixNano: nanos(runStartUs + (number === 1 ? 60 : number + 1) * secondUs),
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
    })),
    ...(error === undefined ? {} : { status: { code: 2, message: error } }),
  }
}

function parcel(spans: readonly Message[]): Parcel {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] }
  const body = encode('TraceRequest', {
    resourceSpans: [{ resource, scopeSpans: [{ scope: { name: 'agent-flywheel' }, spans }] }],
  })
  return { kind: 'spans', content: readContent('spans', 'protobuf', body) }
}

async function settled(...parcels: readonly Parcel[]): Promise<Fold> {
  const first = entriesOf(parcels.slice(0, 1), { quietMs: 10_000 })
  const later = entriesOf(parcels.slice(1), { quietMs: 10_000 })
  const last = first.at(-1)
  if (last === undefined) throw new Error('nothing was sent')
  return applyAll(new Fold(testSettings, emptyArchive), [
    ...first,
    ...later.map((entry) => ({ ...entry, seq: entry.seq + last.seq, atMs: entry.atMs + 60_000 })),
  ])
}

const call: Sent = { name: 'chat gpt-4o-mini', attributes: chat(100, 10) }

function search(argumentsHash: string, resultHash: string): Sent {
  return {
    name: 'execute_tool search',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': 'search',
      'flywheel.tool.call.arguments.hash': argumentsHash,
      'flywheel.tool.call.result.hash': resultHash,
    },
  }
}

function attempt(format: string, outcome: string, error?: string): Sent {
  return {
    name: `parse ${format}`,
    attributes: { 'flywheel.parse.format': format, 'flywheel.parse.outcome': outcome },
    ...(error === undefined ? {} : { error }),
  }
}

test.each<[what: string, tools: readonly Sent[], failures: readonly string[]]>([
  [
    'the same call with the same result, again and again, is a loop',
    [search('a1', 'r1'), search('a1', 'r1'), search('a1', 'r1')],
    ['recursion_loop: tool search was called 3 times in a row with the same arguments; the result never changed'],
  ],
  ['a poll whose result changes is none', [search('a1', 'r1'), search('a1', 'r2'), search('a1', 'r3'), search('a1', 'r4')], []],
  ['a batch of different calls is none', [search('a1', 'r1'), search('a2', 'r1'), search('a3', 'r1'), search('a4', 'r1')], []],
])('without content, %s', async (_what, tools, failures) => {
  const fold = await settled(bodyOf([call, ...tools, call]))
  const [run] = fold.takeCheckpoint().runs
  expect(run?.failures.map(({ kind, detail }) => `${kind}: ${detail}`)).toEqual(failures)
  expect(run?.steps.map(({ scope, hasContent }) => [scope, hasContent])).toEqual(
    Array.from({ length: tools.length + 3 }, () => ['agent-flywheel', false]),
  )
})

function parseTotals(fold: Fold): readonly string[] {
  return fold.series
    .snapshot()
    .series.flatMap(({ metric, labels, values }) =>
      metric === 'flywheel_parse_total' ? [`${labels.join(' ')} = ${values[0]}`] : [],
    )
}

test('parse attempts are counted, and a failed one is a failure of the run', async () => {
  const fold = await settled(
    bodyOf([
      call,
      attempt('json', 'failed', 'Unexpected end of JSON input'),
      call,
      attempt('json', 'repaired'),
      attempt('toml', 'ok'),
    ]),
  )
  expect(parseTotals(fold)).toEqual([
    'shop  shop chat gpt-4o-mini json failed = 1',
    'shop  shop chat gpt-4o-mini json repaired = 1',
    'shop  shop chat gpt-4o-mini other ok = 1',
  ])
  const [run] = fold.takeCheckpoint().runs
  expect([run?.outcome, run?.failures.map(({ kind, impact, detail, model }) => [kind, impact, detail, model])]).toEqual([
    'ok',
    [['parse_error', 'recovered', 'answer of gpt-4o-mini did not parse as json: Unexpected end of JSON input', 'gpt-4o-mini']],
  ])
})

test('an attempt that comes after its run was settled is counted once, under the call that came before', async () => {
  const late = parcel([spanOf(attempt('json', 'ok'), 3)])
  expect(parseTotals(await settled(bodyOf([call]), late, late))).toEqual(['shop  shop chat gpt-4o-mini json ok = 1'])
  expect(parseTotals(await settled(bodyOf([call, attempt('json', 'ok')]), late))).toEqual([
    'shop  shop chat gpt-4o-mini json ok = 1',
  ])
})
