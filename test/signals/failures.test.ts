/** Each detector that reads an error or the end of a call: what it names, what it leaves alone, and where it stops. */
import { describe, expect, test } from 'vitest'
import type { FailureKind } from '../../src/model/failure.ts'
import type { Answer, Step, StepKind } from '../../src/model/step.ts'
import { errorKindIn, errorKindOf } from '../../src/signals/failures/index.ts'
import { agentRun, failed, llmCall, orphan, step, toolCall, usage, workflow } from '../helpers/steps.ts'
import { verdict } from './verdict.ts'

const askedForTool: Answer = { form: 'tool_calls', format: null, isReadable: null, schemaProblem: null, toolCalls: [] }

/** An error as `[message, type, HTTP status]`. */
type ErrorCase = [kind: FailureKind, message: string | null, type?: string | null, httpStatus?: number | null]

function kindOf(kind: StepKind, [, message, type, httpStatus]: ErrorCase): FailureKind | null {
  return errorKindOf(step({ kind, error: failed(message, type ?? null, httpStatus ?? null) }))
}

describe('a failed model call', () => {
  test.each<ErrorCase>([
    ['rate_limit', '429 Rate limit reached for the mock model. Please try again in 1s.'],
    ['rate_limit', 'Rate limit reached for the mock model.', 'AI_APICallError'],
    ['rate_limit', '429 Slow down'],
    ['rate_limit', null, 'openai.RateLimitError'],
    ['rate_limit', null, null, 429],
    ['rate_limit', "Error code: 429 - {'error': {'code': 'insufficient_quota'}}"],
    ['rate_limit', 'An error occurred (ThrottlingException) when calling Converse', 'ThrottlingException'],
    ['rate_limit', '{\n "error": {\n "code": 429,\n "status": "RESOURCE_EXHAUSTED"'],
    ['rate_limit', 'too many tokens per minute', null, 429],
    ['context_length', "Error code: 400 - {'error': {'message': \"This model's maximum context length is 128000 tokens.\"}}"],
    ['context_length', 'prompt is too long: 200001 tokens > 200000 maximum', 'invalid_request_error', 400],
    ['context_length', 'the request exceeds the available context size', null, 400],
    [
      'context_length',
      "Error code: 400 - {'error': \"This model's maximum prompt length is 131072 but the request contains 537812.\"}",
    ],
    ['context_length', '400 Bad Request: Too many input tokens. Max input tokens: 8192', 'ValidationException'],
    [
      'context_length',
      'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4097. Given: 4001 `inputs` tokens',
      'ValidationError',
    ],
    ['step_error', 'Input validation error: `temperature` must be strictly positive', 'ValidationError'],
    ['rate_limit', 'An error occurred (ThrottlingException) when calling Converse: Too many tokens, please wait', 'ClientError'],
    ['rate_limit', 'Too many tokens per day, please wait before trying again.', 'ThrottlingException'],
    ['auth_error', '401 Incorrect API key provided: mock-***.'],
    ['auth_error', 'status_code: 403, model_name: gpt-4o, body: {}', 'ModelHTTPError'],
    ['auth_error', 'The security token included in the request is expired', 'ExpiredTokenException', 400],
    ['content_filter', "The response was filtered due to Azure OpenAI's content management policy", null, 400],
    ['timeout', 'Request timed out.', 'Error'],
    ['timeout', null, 'APITimeoutError'],
    ['timeout', null, null, 504],
    ['timeout', 'The operation was aborted due to timeout', 'TimeoutError'],
    ['stream_aborted', 'terminated\n\nTypeError: terminated\n    at Fetch.onAborted'],
    ['stream_aborted', 'peer closed connection without sending complete message body (incomplete chunked read)'],
    ['server_error', '500 The server had an error while processing your request (mock).'],
    ['server_error', 'Overloaded', 'overloaded_error', 529],
    ['server_error', '[503 Service Unavailable] try later'],
    ['server_error', 'Connection error.', 'APIConnectionError'],
    ['aborted_by_client', 'This operation was aborted', 'AbortError'],
    ['recursion_loop', 'Recursion limit of 10 reached without hitting a stop condition.', 'GraphRecursionError'],
    ['step_error', 'Unexpected token in JSON'],
    ['step_error', null],
    ['step_error', "Error code: 400 - {'error': {'message': 'temperature out of range'}}"],
    // A part of the request that the API names.
    ['step_error', "Error code: 400 - {'error': {'message': \"Invalid value: 'unauthorized_rate_limit_tool' does not match\"}}"],
    ['content_filter', "Error code: 400 - {'error': {'message': 'blocked', 'code': 'content_filter'}}"],
    ['step_error', '500 characters are the limit of this field'],
    ['auth_error', 'invalid api token (status code: 401)'],
    ['server_error', 'no luck (status code: 500)'],
    ['step_error', 'no luck (status code: 500) either'],
    ['server_error', 'getaddrinfo ENOTFOUND api.openai.com'],
    ['server_error', 'An error occurred', 'botocore.errorfactory.InternalServerException'],
    ['server_error', 'An error occurred', 'botocore.errorfactory.ModelNotReadyException'],
    ['step_error', 'An error occurred', 'botocore.errorfactory.ResourceNotFoundException'],
    ['rate_limit', 'An error occurred', 'botocore.errorfactory.ServiceQuotaExceededException'],
    ['stream_aborted', 'An error occurred', 'botocore.exceptions.EventStreamError'],
    ['stream_aborted', 'Stream failed', 'com.openai.errors.OpenAIIoException'],
    ['server_error', 'I/O error on POST request: HTTP/1.1 header parser received no bytes'],
    ['step_error', 'no luck\n    at run (/app/node_modules/p-timeout/index.js:3:1)'],
  ])('is %s when it says %j (%s, %s)', (...error) => {
    expect(kindOf('llm', error)).toBe(error[0])
  })

  test.each<[kind: FailureKind, finish: Step['finishReasons'], message: string]>([
    ['truncated', ['length'], 'request ended with unsuccessful terminal state "response.incomplete".'],
    ['content_filter', ['content_filter'], 'request ended with unsuccessful terminal state "response.incomplete".'],
    [
      'content_filter',
      [],
      "terminal event `response.incomplete`. incomplete_details=IncompleteDetails(reason='content_filter').",
    ],
    ['truncated', [], "terminal event `response.incomplete`. incomplete_details=IncompleteDetails(reason='max_output_tokens')."],
  ])('an answer that ended early is %s by %j: %s', (kind, finishReasons, message) => {
    expect(errorKindOf(step({ kind: 'llm', finishReasons, error: failed(message) }))).toBe(kind)
  })
})

describe('a failed step that is no model call', () => {
  test.each<ErrorCase>([
    ['rate_limit', '429 Rate limit reached for the mock model.'],
    ['rate_limit', 'RateLimitError: slow down'],
    ['timeout', 'Request timed out.'],
    ['timeout', 'The operation was aborted due to timeout'],
    ['timeout', null, 'asyncio.TimeoutError'],
    ['auth_error', 'Incorrect API key provided: mock-***.'],
    ['context_length', "This model's maximum context length is 128000 tokens."],
    ['stream_aborted', 'terminated'],
    ['server_error', '500 The server had an error (mock).'],
    ['recursion_loop', 'agent stopped after 6 steps without an answer'],
    ['recursion_loop', 'MaxTurnsExceeded: Max turns (10) exceeded'],
    ['recursion_loop', 'UsageLimitExceeded: The next request would exceed the request_limit of 5.'],
    ['recursion_loop', 'UsageLimitExceeded: The next tool call(s) would exceed the tool_calls_limit of 2 (tool_calls=3).'],
    ['recursion_loop', 'ABORTED: Exceeded maximum tool call iterations (5)'],
    ['recursion_loop', 'Max number of llm calls limit of `500` exceeded', 'LlmCallsLimitExceededError'],
    ['recursion_loop', 'Reached max steps.', 'AgentMaxStepsError'],
    ['recursion_loop', 'Maximum number of tool calls reached'],
    ['recursion_loop', 'the agent gave up after 12 tool calls'],
    ['recursion_loop', 'Max turns exceeded', 'MaxTurnsExceeded'],
    ['recursion_loop', 'Maximum number of iterations (10) reached.'],
    ['recursion_loop', 'exceeded max_turns'],
    ['recursion_loop', 'Something is wrong, exceeded 10 sequential tool executions'],
    ['unknown_tool', "The LLM is trying to execute the 'launch_rocket' tool, but no such tool exists"],
    ['unknown_tool', 'No ToolCallback found for tool name: launch_rocket'],
    ['parse_error', 'Failed to parse "{" into shop.Ticket', 'dev.langchain4j.service.output.OutputParsingException'],
    ['step_error', "[Errno 2] No such file or directory: 'a'", 'FileNotFoundError'],
    ['step_error', "No module named 'numpy'", 'ModuleNotFoundError'],
    ['step_error', 'the order exceeds the maximum number of steps allowed by the courier'],
    ['step_error', 'the maximum number of turns to the left is three'],
    ['step_error', 'the customer says request timed out and invalid_api_key in his app', 'EscalationError'],
    ['step_error', 'the user reported a request timed out'],
    ['step_error', 'the maximum steps to the entrance are four'],
    ['step_error', 'the maximum of five calls was exceeded, call again tomorrow'],
    ['step_error', 'refund forbidden for this customer'],
    ['step_error', 'access denied to order A-17'],
    ['step_error', 'the customer was unauthorized to ask about the rate limit'],
    ['step_error', 'the parcel timed out in the depot'],
    ['step_error', 'please drag it into the context window'],
    ['step_error', 'the warehouse is overloaded'],
    ['step_error', '500 orders could not be read'],
    ['step_error', 'Failed to parse. Text: "I ran into a recursion limit, request timed out, invalid_api_key". Error: ...'],
  ])('is %s when it says %j (%s)', (...error) => {
    expect(kindOf('agent', error)).toBe(error[0])
    expect(kindOf('workflow', error)).toBe(error[0])
  })

  test.each<ErrorCase>([
    ['parse_error', 'Unexpected token \'S\', "Sure! max turns"... is not valid JSON'],
    ['parse_error', 'SyntaxError: Unexpected token \'<\', "<html>" is not valid JSON'],
    ['parse_error', 'Unterminated string in JSON at position 60 (line 1 column 61)', 'SyntaxError'],
    ['parse_error', 'Unexpected non-whitespace character after JSON at position 17'],
    ['parse_error', 'JSONDecodeError: Expecting value: line 1 column 1 (char 0)'],
    ['parse_error', 'mismatched tag: line 1, column 51', 'xml.etree.ElementTree.ParseError'],
    ['parse_error', 'XML: mismatched tag minutes', 'XmlParseError'],
    ['parse_error', 'bad indentation of a mapping entry (2:7)', 'YAMLException'],
    ['parse_error', 'Unexpected close tag\nLine: 0\nColumn: 51\nChar: >'],
    ['parse_error', 'No object generated: could not parse the response.', 'AI_NoObjectGeneratedError'],
    ['parse_error', 'Failed to parse. Text: "Sure! Here". Error: SyntaxError: Unexpected token'],
    ['parse_error', 'Invalid json output: Sure! Here', 'OutputParserException'],
    [
      'parse_error',
      "1 validation error for Recipe\n  Invalid JSON: expected value at line 1 column 1 [type=json_invalid, input_value='Sure'",
    ],
    // It parsed; its fields are wrong.
    ['schema_error', 'No object generated: response did not match schema.', 'AI_NoObjectGeneratedError'],
    ['schema_error', 'Failed to parse. Text: "{"name":"Pancakes"}". Error: [\n {"code": "invalid_type"}'],
    ['schema_error', '1 validation error for Recipe\ntitle\n  Field required [type=missing, input_value={}]', 'ValidationError'],
    ['schema_error', 'Failed to parse Recipe from completion {"name": "x"}. Got: 1 validation error', 'OutputParserException'],
    // Somebody's words.
    ['step_error', 'the upload of the customer is not valid JSON'],
    ['step_error', 'refused: "Unexpected end of JSON input" said the warehouse'],
    ['step_error', 'Unexpected token in the parking garage'],
    ['step_error', 'the invoice could not be parsed', 'InvoiceError'],
  ])('is %s when a parser says %j (%s)', (...error) => {
    expect(kindOf('agent', error)).toBe(error[0])
    expect(kindOf('workflow', error)).toBe(error[0])
  })

  test('is a failed parse where the step is an attempt to parse, whatever the parser says', () => {
    const messages: readonly ErrorCase[] = [
      ['parse_error', null],
      ['parse_error', '429 Rate limit reached', 'RateLimitError', 429],
      ['parse_error', 'Failed to parse. Text: "I ran into a recursion limit"'],
    ]
    expect(messages.map((error) => kindOf('parse', error))).toEqual(messages.map(([kind]) => kind))
  })

  test('is no failed parse where a client could not read its provider', () => {
    expect(
      ['llm', 'embedding', 'retrieval'].map((kind) => kindOf(kind as StepKind, ['step_error', 'Unexpected end of JSON input'])),
    ).toEqual(['step_error', 'step_error', 'step_error'])
  })

  test('is a failure of the tool whatever happened inside it', () => {
    const messages: readonly ErrorCase[] = [
      ['tool_error', '429 Rate limit reached'],
      ['tool_error', 'forbidden', 'AuthenticationError', 401],
      ['tool_error', 'timed out'],
      ['tool_error', null],
    ]
    expect(messages.map((error) => kindOf('tool', error))).toEqual(messages.map(([kind]) => kind))
  })

  const toolError = (tool: string, message: string, type: string | null = null): FailureKind | null =>
    errorKindOf(step({ kind: 'tool', tool: { ...toolCall(tool).over.tool! }, error: failed(message, type) }))

  test.each<[kind: FailureKind, tool: string, message: string, type?: string]>([
    // The model's
    ['tool_bad_arguments', 'get_weather', '1 validation error for get_weather\ncity\n  Field required', 'ValidationError'],
    ['tool_bad_arguments', 'get_weather', '1 validation error for Get_Weather\ncity\n  Field required'],
    ['tool_bad_arguments', 'get_weather', 'Unterminated string in JSON at position 13 (line 1 column 14)', 'SyntaxError'],
    ['tool_bad_arguments', 'get_weather', 'city must be a string', 'TypeError'],
    ['unknown_tool', 'teleport', 'unknown tool: teleport'],
    ['unknown_tool', 'teleport', "there is no tool 'teleport'"],
    ['unknown_tool', 'teleport', 'Tool not found', 'LookupError'],
    ['unknown_tool', 'dispatch', "Unknown tool: 'teleport'"],
    // The tool's own trouble
    ['tool_error', 'get_order', 'Expecting value: line 1 column 1 (char 0)', 'json.decoder.JSONDecodeError'],
    ['tool_error', 'get_order', 'Unexpected end of JSON input', 'SyntaxError'],
    ['tool_error', 'get_order', 'Unexpected token \'S\', "Service un"... is not valid JSON', 'SyntaxError'],
    ['tool_error', 'get_order', '1 validation error for OrderApiResponse\ntotal\n  Field required', 'ValidationError'],
    ['tool_error', 'get_order', 'Missing required parameter: api_key is not configured'],
    ['tool_error', 'get_order', 'new row violates check constraint: quantity must be a number', 'CheckViolation'],
    ['tool_error', 'record', 'invalid input device: no microphone'],
    ['tool_error', 'get_order', "function 'lookup' is not available in region eu"],
    ['tool_error', 'shop', 'Unknown tool size 12mm: pick 10 or 14'],
    ['tool_error', 'shed', 'the tool not found in the shed is a hammer'],
  ])('is %s of tool %s when it says %j (%s)', (kind, tool, message, type) => {
    expect(toolError(tool, message, type)).toBe(kind)
  })

  test('is a guardrail that did its work, unless it could not', () => {
    const messages: readonly ErrorCase[] = [
      ['guardrail_tripped', 'invalid_api_key in the prompt'],
      ['guardrail_tripped', 'the prompt says that the request timed out', 'PromptInjectionError'],
      ['guardrail_tripped', null],
      ['timeout', 'Request timed out.'],
      ['timeout', null, 'openai.APITimeoutError'],
      ['rate_limit', '429 Rate limit reached for the judge'],
      ['auth_error', 'Incorrect API key provided: mock-***.', null, 401],
      ['server_error', 'Connection error.', 'APIConnectionError'],
    ]
    expect(messages.map((error) => kindOf('guardrail', error))).toEqual(messages.map(([kind]) => kind))
  })

  test('is no failed reading of an answer where no model was asked', () => {
    const request = failed('1 validation error for ChatRequest', 'ValidationError')
    const config = failed('Expecting value: line 1 column 1 (char 0)', 'JSONDecodeError')
    const kinds = (isAfterCall: boolean): readonly (FailureKind | null)[] => [
      errorKindIn(step({ kind: 'workflow', error: request }), isAfterCall, false),
      errorKindIn(step({ kind: 'agent', error: config }), isAfterCall, false),
      errorKindIn(step({ kind: 'parse', error: config }), isAfterCall, false),
      errorKindIn(step({ kind: 'workflow', error: failed('Request timed out.') }), isAfterCall, false),
      errorKindIn(step({ kind: 'workflow' }), isAfterCall, false),
    ]
    expect(kinds(false)).toEqual(['step_error', 'step_error', 'parse_error', 'timeout', null])
    expect(kinds(true)).toEqual(['schema_error', 'parse_error', 'parse_error', 'timeout', null])
  })

  test('of the application itself, right around a call that answered, may be a failed reading', () => {
    const unreadable = failed('Expecting value: line 1 column 1 (char 0)', 'json.decoder.JSONDecodeError')
    const kindsAround = (error: Step['error']): readonly (FailureKind | null)[] =>
      [true, false].map((isCaller) => errorKindIn(step({ kind: 'other', error }), true, isCaller))
    expect(kindsAround(unreadable)).toEqual(['parse_error', 'step_error'])
    expect(kindsAround(failed('1 validation error for Recipe', 'ValidationError'))).toEqual(['schema_error', 'step_error'])
    expect(kindsAround(failed('429 Rate limit reached', 'RateLimitError', 429))).toEqual(['step_error', 'step_error'])
    expect(kindsAround(null)).toEqual([null, null])
  })

  test('without GenAI meaning it is never read for the words of an API', () => {
    expect(kindOf('other', ['step_error', '429 Rate limit reached', 'RateLimitError', 429])).toBe('step_error')
  })
})

test('a kind that the records hold already is kept', () => {
  expect(errorKindOf(step({ kind: 'llm', error: { ...failed('redacted'), kind: 'rate_limit' } }))).toBe('rate_limit')
})

test.each<[what: string, over: Partial<Step>, expected: string]>([
  ['a call cut at its token limit', { finishReasons: ['length'] }, 'ok: truncated recovered at chat'],
  ['one of two choices cut', { finishReasons: ['stop', 'length'] }, 'ok: truncated recovered at chat'],
  ['a classifier with room for one word', { finishReasons: ['length'], usage: usage({ input: 100, output: 1 }) }, 'ok'],
  [
    'a tool that was asked for in one token',
    { finishReasons: ['length'], usage: usage({ output: 1 }), answer: askedForTool },
    'ok: truncated recovered at chat',
  ],
  [
    'an answer cut after two tokens',
    { finishReasons: ['length'], usage: usage({ output: 2 }) },
    'ok: truncated recovered at chat',
  ],
  ['a cut answer of nothing', { finishReasons: ['length'], usage: usage({ output: 0 }) }, 'ok: truncated recovered at chat'],
  ['a call that stopped by itself', { finishReasons: ['stop'] }, 'ok'],
  [
    'a call that failed as well',
    { finishReasons: ['length'], error: failed('Request timed out.') },
    'failed: timeout fatal at chat',
  ],
  ['a blocked answer', { finishReasons: ['content_filter'] }, 'ok: content_filter recovered at chat'],
  ['an answer that only mentions filters', { name: 'content_filter', finishReasons: ['other'] }, 'ok'],
])('%s', (_what, over, expected) => {
  expect(verdict(agentRun('support', [llmCall(over)]))).toBe(expected)
})

test('what an application reads before it asks a model is no answer', () => {
  const unfit = { error: failed('1 validation error for ChatRequest', 'ValidationError') }
  expect([verdict(workflow('handle', [], unfit)), verdict(workflow('handle', [llmCall()], unfit))]).toEqual([
    'failed: step_error fatal at handle',
    'failed: schema_error fatal at handle',
  ])
})

describe('a run whose first span never came', () => {
  const crashed = agentRun('support', [llmCall()], orphan)

  test('is incomplete once nothing follows', () => {
    expect(verdict(crashed, { missingEntry: 'silent' })).toBe('failed: incomplete fatal at support')
  })

  test('is not while it may go on', () => {
    expect(verdict(crashed, { missingEntry: 'still_open' })).toBe('ok')
  })

  test('is not when the caller may be one that sends no spans', () => {
    const upstream = { ...orphan, parentIsLocal: false }
    expect(verdict(agentRun('support', [llmCall()], upstream), { missingEntry: 'silent' })).toBe('ok')
    expect(verdict(agentRun('support', [llmCall()], { ...upstream, error: failed('boom') }), { missingEntry: 'silent' })).toBe(
      'failed: step_error fatal at support',
    )
  })

  test('is incomplete when all there is are calls below it', () => {
    expect(verdict([llmCall({ ...orphan, parentIsLocal: false })], { missingEntry: 'silent' })).toBe(
      'failed: incomplete fatal at chat',
    )
  })

  test('is incomplete also when a tool server in another process has answered', () => {
    const server = toolCall('search', '1', '2', { isEntry: true, parentIsLocal: false })
    const plan = agentRun('support', [toolCall('search', '1', '2', {}, [server])], orphan)
    expect(verdict(plan, { missingEntry: 'silent' })).toBe('failed: incomplete fatal at support')
  })
})
