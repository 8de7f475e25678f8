/** Strangers send what is read here: nothing breaks the reader or holds it up, and what cannot be read is never shown as empty. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readCutJson } from '../../../src/dialects/messages/cut-json.ts'
import { readRecordContent } from '../../../src/dialects/transcript/record-content.ts'
import { readSpanContent } from '../../../src/dialects/transcript/span-content.ts'
import { dialects } from '../../../src/dialects/index.ts'
import { captureNames, capturedRequests } from '../../helpers/captures.ts'
import { logRecord, span } from '../../helpers/steps.ts'
import { readLogRecords, readSpans } from '../../../src/otlp/decode.ts'
import { saidInCall } from './lines.ts'

const places = [
  ...new Set(
    dialects.flatMap(({ keys }) => [...keys.inputMessages, ...keys.outputMessages, ...keys.stepInput, ...keys.toolResult]),
  ),
]
const marks = [
  {},
  { 'gen_ai.operation.name': 'chat' },
  { 'gen_ai.operation.name': 'execute_tool' },
  { 'gen_ai.operation.name': 'invoke_agent' },
  { 'openinference.span.kind': 'LLM' },
  { 'openinference.span.kind': 'RETRIEVER' },
  { 'langfuse.observation.type': 'generation' },
  { 'langsmith.span.kind': 'tool' },
  { 'genkit:type': 'action' },
  { 'mlflow.spanType': '"CHAIN"' },
  { 'traceloop.span.kind': 'tool' },
  { 'ai.operationId': 'ai.embedMany.doEmbed' },
]
const words = fc.constantFrom(
  'role',
  'content',
  'parts',
  'text',
  'tool_calls',
  'messages',
  'args',
  'kwargs',
  'output',
  '__proto__',
  'constructor',
  'user',
  '{',
  "'",
)
const value = fc.oneof(
  fc.json({ maxDepth: 6 }),
  fc.string(),
  fc.json().map((text) => text.slice(0, text.length >> 1)),
  fc
    .dictionary(words, fc.oneof(words, fc.dictionary(words, words), fc.array(fc.dictionary(words, words))))
    .map((data) => JSON.stringify(data)),
)

test('arbitrary values in all places, of all dialects', () => {
  const attributes = fc.dictionary(fc.constantFrom(...places), value, { maxKeys: 6 })
  fc.assert(
    fc.property(fc.constantFrom(...marks), attributes, (mark, sent) => {
      const content = readSpanContent(span({ attributes: { ...mark, ...sent } }))
      expect(content === null || content.isPartial || content.input.length + content.output.length > 0).toBe(true)
      readRecordContent(logRecord({ eventName: 'gen_ai.client.inference.operation.details', attributes: sent }))
    }),
    { numRuns: 500 },
  )
})

const deep = 100_000
test.each([
  ['lists', '['.repeat(deep) + ']'.repeat(deep)],
  ['objects', '{"a":'.repeat(deep) + '1' + '}'.repeat(deep)],
  ['messages', '{"messages":['.repeat(deep) + ']}'.repeat(deep)],
  ['lists that are cut', '['.repeat(deep)],
  ['what Python prints', "['a', ".repeat(deep)],
  ['a content', `[{"role":"user","content":${'{"x":'.repeat(deep)}1${'}'.repeat(deep)}}]`],
])('%s nested 100,000 deep', (_, text) => {
  for (const mark of marks)
    for (const key of ['gen_ai.input.messages', 'input.value', 'gen_ai.tool.call.result', 'genkit:input'])
      expect(() => readSpanContent(span({ attributes: { ...mark, [key]: text } }))).not.toThrow()
})

test.each([
  ['backslashes', `[{"role":"user","content":"${'\\'.repeat(200_000)}`],
  ['quotes', `[{"role":"user","content":"${'"'.repeat(200_000)}`],
  ['commas', `{"a":1${','.repeat(200_000)}`],
  ['a text that is cut', `[{"role":"user","content":"${'x'.repeat(5_000_000)}`],
])('%s without end', (_, text) => {
  expect(() => saidInCall({ 'gen_ai.input.messages': text })).not.toThrow()
})

test('what is longer than anything that a model reads is unreadable, not empty', () => {
  expect(saidInCall({ 'gen_ai.input.messages': `[{"role":"user","content":"${'x'.repeat(17_000_000)}"}]` })).toEqual(['partial'])
})

test('names of prototypes are names', () => {
  const text = '[{"role":"__proto__","content":"hi","__proto__":{"role":"user"},"constructor":{"name":"x"}}]'
  expect(saidInCall({ 'gen_ai.input.messages': text })).toEqual(['> user: hi'])
})

test('JSON that is cut anywhere gives a beginning of what it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(), (data, at) => {
      const text = JSON.stringify([data, 'end'])
      const read = readCutJson(text.slice(0, 1 + (at % (text.length - 1))))
      expect(Array.isArray(read)).toBe(true)
      expect(readCutJson(text)).toEqual(JSON.parse(text))
    }),
    { numRuns: 500 },
  )
})

test('of every captured span and record cut in any place something is read, or nothing', () => {
  for (const name of captureNames.filter((_, at) => at % 5 === 0))
    for (const { kind, format, content } of capturedRequests(name)) {
      if (kind === 'spans')
        readSpans(content, format, (read) => {
          const texts = Object.fromEntries(read.attributes.keys().map((key) => [key, read.attributes.text(key) ?? '']))
          for (const part of [0.3, 0.7]) {
            const attributes = Object.fromEntries(
              Object.entries(texts).map(([key, text]) => [key, text.slice(0, Math.ceil(text.length * part))]),
            )
            expect(() => readSpanContent(span({ name: read.name, scope: read.scope, attributes }))).not.toThrow()
          }
        })
      else readLogRecords(content, format, (record) => expect(() => readRecordContent(record)).not.toThrow())
    }
})
