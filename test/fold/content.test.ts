/** Bodies that hold what no reader expects: one span may be lost to it, never the others. */
import { expect, test } from 'vitest'
import { readContent } from '../../src/fold/content.ts'

const deep = '['.repeat(20_000) + ']'.repeat(20_000)

/** Where emitters put content, each as JSON that is nested deeper than any stack. */
const places = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.tool.call.arguments',
  'model_request_parameters',
  'llm.invocation_parameters',
  'metadata',
  'output.value',
  'langfuse.observation.output',
  'genkit:output',
  'haystack.component.input',
  'haystack.component.output',
  'mlflow.spanOutputs',
  'ai.response.providerMetadata',
]

/** Marks of different dialects. */
const marks = [
  ['gen_ai.operation.name', 'chat'],
  ['openinference.span.kind', 'LLM'],
  ['langfuse.observation.type', 'generation'],
  ['genkit:metadata:subtype', 'model'],
  ['haystack.component.type', 'OpenAIChatGenerator'],
  ['mlflow.spanType', '"CHAT_MODEL"'],
  ['ai.operationId', 'ai.generateText.doGenerate'],
] as const

function spanWith(number: number, attributes: readonly (readonly [key: string, value: string])[]): object {
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: number.toString(16).padStart(16, '0'),
    name: 'chat',
    attributes: attributes.map(([key, stringValue]) => ({ key, value: { stringValue } })),
  }
}

test.each(marks)('a span that is nested without end costs no other of its body: %s', (...mark) => {
  const spans = [
    ...places.map((place, index) => spanWith(index + 1, [mark, [place, deep], [place.replace('output', 'input'), deep]])),
    spanWith(99, [mark]),
  ]
  const body = Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }))
  const content = readContent('spans', 'json', new Uint8Array(body))
  if (content.type !== 'spans') throw new Error(content.type)
  expect(content.steps.length + content.rejected.length).toBe(spans.length)
  expect(content.steps.at(-1)?.step.spanId).toBe((99).toString(16).padStart(16, '0'))
  expect(new Set(content.rejected)).toEqual(new Set(content.rejected.length > 0 ? ['unreadable'] : []))
})

test('feedback about nothing that has a name is rejected, the span that holds two links is not', () => {
  const link = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
  const attributes: readonly (readonly [string, string])[] = [
    ['annotations.0.annotation.name', 'helpful'],
    ['annotations.0.annotation.label', 'good'],
  ]
  const spans = [{ ...spanWith(1, attributes), links: [link, { ...link, spanId: '00f067aa0ba902b7' }] }]
  const ofSpans = readContent('spans', 'json', bytesOf({ resourceSpans: [{ scopeSpans: [{ spans }] }] }))
  expect(ofSpans).toMatchObject({ steps: [{}], feedback: [], rejected: ['feedback_without_target'] })
  const scored = { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 1 } }
  const logRecords = [{ eventName: 'gen_ai.evaluation.result', attributes: [scored] }]
  const ofLogs = readContent('logs', 'json', bytesOf({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  expect(ofLogs).toMatchObject({ notes: [], steps: [], feedback: [], rejected: ['feedback_without_target'] })
})

function bytesOf(body: object): Uint8Array {
  return new Uint8Array(Buffer.from(JSON.stringify(body)))
}
