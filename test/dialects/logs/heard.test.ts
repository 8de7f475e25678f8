/** User messages in log records of calls: each call repeats those before it. */
import { expect, test } from 'vitest'
import { noteOfHeard } from '../../../src/dialects/logs/heard.ts'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import { readContent } from '../../../src/fold/content.ts'
import { type LogParts, logRecord } from '../../helpers/steps.ts'

const trace = 'a'.repeat(32)
const span = 'b'.repeat(16)

function heard(parts: LogParts): string | null {
  const message = readRecord(logRecord({ traceId: trace, spanId: span, ...parts }))?.heard ?? null
  return message === null ? null : (noteOfHeard(message)?.said?.quote ?? null)
}

test.each<[where: string, parts: LogParts]>([
  ['a map', { eventName: 'gen_ai.user.message', body: { content: 'Where is it?' } }],
  ['a map with parts', { eventName: 'gen_ai.user.message', body: { content: [{ type: 'text', text: 'Where is it?' }] } }],
  ['an attribute', { eventName: 'gen_ai.user.message', attributes: { content: 'Where is it?' } }],
  [
    'a text with JSON',
    {
      attributes: { 'event.name': 'gen_ai.user.message' },
      scope: { name: 'semantic_kernel.connectors', version: '' },
      body: '{"role":"user","content":"Where is it?"}',
    },
  ],
])('is heard from %s', (_, parts) => {
  expect(heard(parts)).toBe('Where is it?')
})

test('nothing is heard of other messages, nor where content is off', () => {
  expect(heard({ eventName: 'gen_ai.assistant.message', body: { content: 'Here.' } })).toBeNull()
  expect(heard({ eventName: 'gen_ai.user.message', body: { content: '[REDACTED]' } })).toBeNull()
  expect(heard({ eventName: 'gen_ai.user.message', body: {} })).toBeNull()
})

test('of the messages of a call in one body only the last becomes a note', () => {
  const record = (atNs: string, content: string): object => ({
    timeUnixNano: atNs,
    traceId: trace,
    spanId: span,
    eventName: 'gen_ai.user.message',
    body: { kvlistValue: { values: [{ key: 'content', value: { stringValue: content } }] } },
  })
  const logRecords = [record('1000', 'Where is it?'), record('3000', 'And when?'), record('2000', 'Hm')]
  const body = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }))
  const content = readContent('logs', 'json', body)
  expect(content.type === 'logs' ? content.notes.flatMap(({ note }) => note.said?.quote ?? []) : null).toEqual(['And when?'])
})
