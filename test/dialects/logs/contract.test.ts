/** What every log dialect promises, whatever an emitter sends. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import { logRecord } from '../../helpers/steps.ts'

const keys = [
  'session.id',
  'prompt.id',
  'prompt_id',
  'conversation.id',
  'user.id',
  'agent.name',
  'agent_name',
  'model',
  'request_id',
  'input_tokens',
  'output_tokens',
  'cache_read_tokens',
  'input_token_count',
  'output_token_count',
  'thoughts_token_count',
  'cost_usd_micros',
  'duration_ms',
  'ttft_ms',
  'status_code',
  'http.response.status_code',
  'success',
  'error',
  'error.message',
  'tool_name',
  'tool_use_id',
  'tool_parameters',
  'tool_input',
  'function_name',
  'function_args',
  'arguments',
  'output',
  'finish_reasons',
  'response_text',
  'role',
  'prompt',
]
const events = [
  'api_request',
  'api_error',
  'api_refusal',
  'tool_result',
  'user_prompt',
  'codex.sse_event',
  'codex.api_request',
  'codex.tool_result',
  'gemini_cli.api_response',
  'gemini_cli.api_error',
  'gemini_cli.tool_call',
  'gen_ai.choice',
  'gen_ai.user.message',
]
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constant('x'.repeat(3_000)),
)
const record = fc
  .record({
    event: fc.constantFrom(...events),
    scope: fc.constantFrom('com.anthropic.claude_code.events', 'semantic_kernel.x', ''),
    traceId: fc.constantFrom('', 'a'.repeat(32)),
    body: fc.oneof(fc.json(), fc.constantFrom(undefined, 'claude_code.api_request')),
    attributes: fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 20 }),
    atUs: fc.integer({ min: 0, max: 4e15 }),
  })
  .map(({ event, scope, attributes, ...rest }) =>
    logRecord({
      ...rest,
      scope: { name: scope, version: '' },
      attributes: { 'event.name': event, ...attributes },
    }),
  )

test('any record is read into sound steps and notes, the same each time', () => {
  fc.assert(
    fc.property(record, (any) => {
      const reading = readRecord(any)
      expect(readRecord(any)).toEqual(reading)
      if (reading === null) return
      expect(reading.traceId).toMatch(/^[0-9a-f]{32}$/)
      for (const step of reading.steps) {
        expect(step.spanId).toMatch(/^[0-9a-f]{16}$/)
        expect(step.source).toBe('log')
        expect(step.startUs).toBeLessThanOrEqual(step.endUs)
        for (const count of [...Object.values(step.usage), step.statedCostNanoUsd, step.timeToFirstTokenUs])
          expect(count === null || (Number.isSafeInteger(count) && count >= 0)).toBe(true)
        for (const label of [step.agent, step.node, step.tool?.name]) expect((label ?? '').length).toBeLessThanOrEqual(128)
        for (const id of [step.conversationId, step.userId, step.requestModel, step.responseId])
          expect(id === null || (id.length > 0 && id.length <= 256)).toBe(true)
        expect((step.error?.message ?? '').length).toBeLessThanOrEqual(1_000)
        expect(step.tool === null).toBe(step.kind !== 'tool')
      }
    }),
    { numRuns: 1_000 },
  )
})
