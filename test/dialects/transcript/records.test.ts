import { describe, expect, test } from 'vitest'
import { readRecord } from '../../../src/dialects/logs/index.ts'
import { readRecordContent } from '../../../src/dialects/transcript/record-content.ts'
import { runStartUs, logRecord, type LogParts, stepId } from '../../helpers/steps.ts'
import { linesOf } from './lines.ts'

const saidIn = (parts: LogParts): readonly string[] => readRecordContent(logRecord(parts)).flatMap(linesOf)

test.each<[what: string, parts: LogParts, expected: readonly string[]]>([
  ['what a user said', { eventName: 'gen_ai.user.message', body: { content: 'hi' } }, ['> user: hi']],
  [
    'instructions',
    { eventName: 'gen_ai.system.message', body: { role: 'developer', content: 'be brief' } },
    ['> system: be brief'],
  ],
  [
    'tools that were asked for before',
    { eventName: 'gen_ai.assistant.message', body: { tool_calls: [{ id: 'c1', function: { name: 'f', arguments: '{}' } }] } },
    ['> assistant: f({}) #c1'],
  ],
  ['what a tool answered', { eventName: 'gen_ai.tool.message', body: { id: 'c1', content: 'sunny' } }, ['> tool: =sunny #c1']],
  [
    'an answer',
    { eventName: 'gen_ai.choice', body: { index: 0, finish_reason: 'stop', message: { content: 'hello' } } },
    ['< assistant: hello'],
  ],
  ['an answer whose body is the message', { eventName: 'gen_ai.choice', body: { content: 'hello' } }, ['< assistant: hello']],
  ['a body that is JSON in a text', { eventName: 'gen_ai.user.message', body: '{"role":"user","content":"hi"}' }, ['> user: hi']],
  ['a body that is the text', { eventName: 'gen_ai.user.message', body: 'hi' }, ['> user: hi']],
  [
    'a message in an attribute',
    { eventName: 'gen_ai.user.message', attributes: { 'gen_ai.event.content': '{"content":"hi"}' } },
    ['> user: hi'],
  ],
  [
    'all messages of a call',
    {
      eventName: 'gen_ai.client.inference.operation.details',
      attributes: {
        'gen_ai.system_instructions': [{ type: 'text', content: 'be brief' }],
        'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'hi' }] }],
        'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'text', content: 'hello' }] }],
      },
    },
    ['> system: be brief', '> user: hi', '< assistant: hello'],
  ],
  ['nothing, where content is switched off', { eventName: 'gen_ai.user.message', body: {} }, []],
  ['nothing of other events', { eventName: 'app.started', body: { content: 'hi' } }, []],
  ['nothing that belongs to no span', { eventName: 'gen_ai.user.message', spanId: '', body: { content: 'hi' } }, []],
])('a record tells %s', (_, parts, expected) => {
  expect(saidIn(parts)).toEqual(expected)
})

test('a piece of a conversation knows its time and its place in the log, and is known again', () => {
  const record = logRecord({ eventName: 'gen_ai.user.message', body: { content: 'hi' } })
  const [first] = readRecordContent(record, 7)
  const [again] = readRecordContent(record, 99)
  expect(first?.piece).toEqual({ key: again?.piece?.key, atUs: runStartUs, position: 7 })
  expect(again?.piece?.position).toBe(99)
})

describe('emitters that report in logs alone', () => {
  const claude = { scope: { name: 'com.anthropic.claude_code.events', version: '' }, traceId: '', spanId: '' }
  const session = { 'session.id': 's1', 'prompt.id': 'p1' }
  const stepIn = (parts: LogParts): readonly [string, string | undefined] => {
    const reading = readRecord(logRecord(parts))
    return [reading?.traceId ?? '', reading?.steps[0]?.spanId]
  }
  const placeIn = (parts: LogParts): readonly [string, string | undefined] => {
    const [content] = readRecordContent(logRecord(parts))
    return [content?.traceId ?? '', content?.spanId]
  }

  test.each<[what: string, parts: LogParts, expected: readonly string[]]>([
    [
      'a tool of Claude Code',
      {
        ...claude,
        eventName: 'tool_result',
        attributes: { ...session, tool_name: 'Bash', tool_use_id: 't1', tool_input: '{"cmd":"ls"}' },
      },
      ['> assistant: Bash({"cmd":"ls"}) #t1'],
    ],
    [
      'a tool of Codex',
      {
        traceId: '',
        spanId: '',
        eventName: 'codex.tool_result',
        attributes: {
          'conversation.id': 'k1',
          tool_name: 'exec',
          call_id: 'c1',
          arguments: '{"cmd":"ls"}',
          output: 'a.txt',
          success: 'true',
        },
      },
      ['> assistant: exec({"cmd":"ls"}) #c1', '< tool: exec=a.txt #c1'],
    ],
    [
      'a tool of Gemini CLI that failed',
      {
        traceId: '',
        spanId: '',
        eventName: 'gemini_cli.tool_call',
        attributes: { 'session.id': 's1', prompt_id: 'p1', function_name: 'read', function_args: '{"path":"x"}', success: false },
      },
      ['> assistant: read({"path":"x"}) #null'],
    ],
    [
      'an answer of Gemini CLI, in the pieces of its stream',
      {
        traceId: '',
        spanId: '',
        eventName: 'gemini_cli.api_response',
        attributes: {
          'session.id': 's1',
          prompt_id: 'p1',
          response_text: JSON.stringify(
            ['hel', 'lo'].map((words) => ({ candidates: [{ content: { role: 'model', parts: [{ text: words }] } }] })),
          ),
        },
      },
      ['< assistant: hello'],
    ],
  ])('%s belongs to the step that its record makes', (_, parts, expected) => {
    expect(saidIn(parts)).toEqual(expected)
    expect(placeIn(parts)).toEqual(stepIn(parts))
    expect(placeIn(parts)[1]).toMatch(/^[0-9a-f]{16}$/)
  })

  test('an answer of Claude Code belongs to the step of its request', () => {
    const request = { ...claude, eventName: 'api_request', attributes: { ...session, request_id: 'req_12345' } }
    const answer = {
      ...claude,
      eventName: 'assistant_response',
      attributes: { ...session, request_id: 'req_12345', response: 'hello' },
    }
    expect(readRecordContent(logRecord(answer))).toMatchObject([
      { traceId: stepIn(request)[0], spanId: '', place: { type: 'response', responseId: 'req_12345' } },
    ])
    expect(readRecord(logRecord(request))?.steps[0]?.responseId).toBe('req_12345')
  })

  test.each<[what: string, parts: LogParts]>([
    ['Claude Code', { ...claude, eventName: 'user_prompt', attributes: { ...session, prompt: 'hi' } }],
    ['Codex', { traceId: '', spanId: '', eventName: 'codex.user_prompt', attributes: { 'conversation.id': 'k1', prompt: 'hi' } }],
    [
      'Gemini CLI',
      {
        traceId: '',
        spanId: '',
        eventName: 'gemini_cli.user_prompt',
        attributes: { 'session.id': 's1', prompt_id: 'p1', prompt: 'hi' },
      },
    ],
  ])('what was asked of %s belongs to the call that it led to', (_, parts) => {
    expect(saidIn(parts)).toEqual(['> user: hi'])
    expect(readRecordContent(logRecord(parts))).toMatchObject([{ spanId: '', place: { type: 'moment', atUs: runStartUs } }])
  })

  test('what was hidden is not there', () => {
    expect(saidIn({ ...claude, eventName: 'user_prompt', attributes: { ...session, prompt: '<REDACTED>' } })).toEqual([])
  })

  test('with traces Claude Code’s records name the tool, the request or the span that they are about', () => {
    const traced = { scope: claude.scope }
    const parts = { tool_use_id: 't1', tool_input: '{}', request_id: 'req_12345', prompt: 'hi', response: 'hello' }
    const placeOf = (eventName: string): unknown => {
      const [content] = readRecordContent(logRecord({ ...traced, eventName, attributes: { ...parts, tool_input: '{"a":1}' } }))
      return [content?.spanId, content?.place]
    }
    expect(['user_prompt', 'assistant_response', 'tool_result'].map(placeOf)).toEqual([
      [stepId(1), null],
      [stepId(1), { type: 'response', responseId: 'req_12345' }],
      ['', { type: 'tool', callId: 't1' }],
    ])
  })
})
