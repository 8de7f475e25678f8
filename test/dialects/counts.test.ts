/** Counts that are there and cannot be read: unknown, not nothing, and counted; also where they are a part of a sum. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { readRecord } from '../../src/dialects/logs/index.ts'
import type { Step } from '../../src/model/step.ts'
import { type AttributeValues, logRecord, span, usage } from '../helpers/steps.ts'

const spanStep = (attributes: AttributeValues, name = 'chat'): Step => readStep(span({ name, attributes }))
const logStep = (attributes: AttributeValues): Step | undefined => readRecord(logRecord({ attributes }))?.steps[0]

const claude = { 'span.type': 'llm_request', model: 'claude-sonnet-4-5', input_tokens: 10, output_tokens: 5 }
const gemini = { 'event.name': 'gemini_cli.api_response', 'session.id': 's-1', model: 'gemini-2.5-flash', input_token_count: 10 }
const codex = { 'event.name': 'codex.sse_event', 'event.kind': 'response.completed', 'conversation.id': 'c-1', model: 'gpt-5' }

test.each<[what: string, step: Step | undefined, read: Step['usage'], unreadable: readonly string[]]>([
  [
    'the conventions',
    spanStep({ 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 'many' }),
    usage({}),
    ['input_tokens'],
  ],
  [
    'Claude Code, a part of the input',
    spanStep({ ...claude, cache_read_tokens: 'many' }, 'claude_code.llm_request'),
    usage({ output: 5 }),
    ['cache_read_tokens'],
  ],
  [
    'Claude Code, nothing amiss',
    spanStep({ ...claude, cache_read_tokens: 90 }, 'claude_code.llm_request'),
    usage({ input: 100, output: 5, cacheRead: 90 }),
    [],
  ],
  [
    'Gemini CLI, a part of the output',
    logStep({ ...gemini, output_token_count: 5, thoughts_token_count: -1 }),
    usage({ input: 10 }),
    ['reasoning_tokens'],
  ],
  [
    'Gemini CLI, nothing amiss',
    logStep({ ...gemini, output_token_count: 5, thoughts_token_count: 7 }),
    usage({ input: 10, output: 12, reasoning: 7 }),
    [],
  ],
  ['Codex', logStep({ ...codex, input_token_count: 10, output_token_count: 'few' }), usage({ input: 10 }), ['output_tokens']],
])('%s', (_, step, read, unreadable) => {
  expect([step?.usage, step?.unreadable]).toEqual([read, unreadable])
})
