/** The contract of every failure detector: a run it names, one it leaves alone, one close to the line with the reason why it falls on its side. */
import { describe, expect, test } from 'vitest'
import { type FailureKind, failureKinds } from '../../src/model/failure.ts'
import type { Answer, Step, ToolReport } from '../../src/model/step.ts'
import {
  agentRun,
  failed,
  llmCall,
  orphan,
  type Plan,
  plainSpan,
  runStartUs,
  secondUs,
  stepId,
  toolCall,
  usage,
  workflow,
} from '../helpers/steps.ts'
import { derive } from './verdict.ts'

interface Case {
  readonly run: Plan | readonly Plan[]
  /** Its failures, `kind impact` each; none = the run is clean. */
  readonly found: readonly string[]
  /** The parent of what there is never came, and nothing follows. */
  readonly isSilent?: boolean
}

interface Cases {
  readonly positive: Case
  readonly negative: Case
  readonly borderline: Case & { readonly why: string }
}

const text: Answer = { form: 'text', format: 'text', isReadable: null, schemaProblem: null, toolCalls: [] }
const asked = (name: string, hasReadableArguments: boolean | null = true): Answer => ({
  ...text,
  form: 'tool_calls',
  format: null,
  toolCalls: [{ callId: 'call_1', name, argumentsFingerprint: null, hasReadableArguments, isOffered: null }],
})
const asking = (answer: Answer): Plan => llmCall({ answer, finishReasons: ['tool_call'], hasContent: true })
const told = (kind: ToolReport['kind'], message: string): Plan =>
  llmCall({ toolReports: [{ kind, callId: 'call_1', name: 'search', message }] })
const agent = (...steps: readonly Plan[]): Plan => agentRun('support', steps)
const failing = (message: string | null, type: string | null = null, status: number | null = null): Partial<Step> => ({
  error: failed(message, type, status),
})
/** A call that failed and took the run with it. */
const fatal = (message: string | null, type: string | null = null, status: number | null = null): Plan =>
  agentRun('support', [llmCall(failing(message, type, status))], failing(message, type, status))
const json = (over: Partial<Answer>, step: Partial<Step> = {}): Plan =>
  agent(
    llmCall({ answer: { ...text, format: 'json', isReadable: true, ...over }, askedFormat: 'json', hasContent: true, ...step }),
  )
const search = (documents: number | null): Plan => ({
  over: { kind: 'retrieval', name: 'search', operation: 'retrieval', documents },
  children: [],
})
const parse = (over: Partial<Step>): Plan => ({
  over: { kind: 'parse', name: 'parse json', parse: { format: 'json', outcome: over.error == null ? 'ok' : 'failed' }, ...over },
  children: [],
})
const repeated = (times: number, result: (at: number) => string): readonly Plan[] =>
  Array.from({ length: times }, (_, at) => [asking(asked('search')), toolCall('search', '{"q":"A"}', result(at))]).flat()
const clean: Plan = agent(llmCall())

const cases = {
  rate_limit: {
    positive: { run: fatal('429 Rate limit reached'), found: ['rate_limit fatal'] },
    negative: { run: agent(llmCall({ name: 'explain the rate limit' })), found: [] },
    borderline: {
      why: 'the words on an agent are a customer’s; only a model’s API is believed',
      run: agentRun('support', [llmCall()], failing('the customer asked about the rate limit')),
      found: ['step_error fatal'],
    },
  },
  server_error: {
    positive: { run: fatal('The server had an error', null, 500), found: ['server_error fatal'] },
    negative: { run: fatal('temperature out of range', null, 400), found: ['step_error fatal'] },
    borderline: {
      why: 'a number in front of small letters is no HTTP status',
      run: fatal('500 orders could not be read'),
      found: ['step_error fatal'],
    },
  },
  timeout: {
    positive: { run: fatal('Request timed out.'), found: ['timeout fatal'] },
    negative: { run: agent(llmCall({ endUs: runStartUs + 600 * secondUs })), found: [] },
    borderline: {
      why: 'a gateway’s 504 is a server’s error, too; its remedy is a timeout’s',
      run: fatal('Gateway Timeout', null, 504),
      found: ['timeout fatal'],
    },
  },
  auth_error: {
    positive: { run: fatal('Incorrect API key provided: sk-***.', null, 401), found: ['auth_error fatal'] },
    negative: {
      run: agentRun('support', [llmCall()], failing('refund forbidden for this customer')),
      found: ['step_error fatal'],
    },
    borderline: {
      why: 'a tool may be refused by whom it asks: that is the tool’s failure, not the model’s key',
      run: agent(llmCall(), toolCall('crm', '{}', null, failing('forbidden', 'AuthenticationError', 401)), llmCall()),
      found: ['tool_error recovered'],
    },
  },
  context_length: {
    positive: {
      run: fatal("This model's maximum context length is 128000 tokens.", 'invalid_request_error', 400),
      found: ['context_length fatal'],
    },
    negative: { run: agent(llmCall({ usage: usage({ input: 127_999, output: 1 }) })), found: [] },
    borderline: {
      why: 'too many tokens a minute is a rate, not a length: who may come back later has not sent too much',
      run: fatal('Too many tokens, please wait before trying again.', 'ThrottlingException'),
      found: ['rate_limit fatal'],
    },
  },
  stream_aborted: {
    positive: { run: fatal('terminated'), found: ['stream_aborted fatal'] },
    negative: { run: agent(llmCall({ finishReasons: [] })), found: [] },
    borderline: {
      why: 'who closes the connection before the answer began is a server that is down',
      run: fatal('fetch failed: connection refused'),
      found: ['server_error fatal'],
    },
  },
  aborted_by_client: {
    positive: { run: fatal('This operation was aborted', 'AbortError'), found: ['aborted_by_client recovered'] },
    negative: { run: clean, found: [] },
    borderline: {
      why: 'an abort by a timer is a timeout, and that one does hurt',
      run: fatal('The operation was aborted due to timeout', 'TimeoutError'),
      found: ['timeout fatal'],
    },
  },
  truncated: {
    positive: { run: agent(llmCall({ finishReasons: ['length'] })), found: ['truncated recovered'] },
    negative: { run: agent(llmCall({ finishReasons: ['stop'] })), found: [] },
    borderline: {
      why: 'half a JSON cannot be read, but that is not what went wrong',
      run: json({ isReadable: false }, { finishReasons: ['length'] }),
      found: ['truncated recovered'],
    },
  },
  content_filter: {
    positive: { run: agent(llmCall({ finishReasons: ['content_filter'] })), found: ['content_filter recovered'] },
    negative: { run: agent(llmCall({ name: 'content_filter' })), found: [] },
    borderline: {
      why: 'a blocked answer is empty as well; it counts once',
      run: agent(llmCall({ finishReasons: ['content_filter'], answer: { ...text, form: 'empty' }, hasContent: true })),
      found: ['content_filter recovered'],
    },
  },
  refusal: {
    positive: { run: agent(llmCall({ answer: { ...text, form: 'refusal' }, hasContent: true })), found: ['refusal recovered'] },
    negative: { run: agent(llmCall({ answer: text, hasContent: true })), found: [] },
    borderline: {
      why: 'a finish reason is enough where no content is on the wire',
      run: agent(llmCall({ finishReasons: ['refusal'] })),
      found: ['refusal recovered'],
    },
  },
  empty_output: {
    positive: {
      run: agent(llmCall({ answer: { ...text, form: 'empty' }, hasContent: true })),
      found: ['empty_output recovered'],
    },
    negative: { run: agent(llmCall({ answer: text, hasContent: true })), found: [] },
    borderline: {
      why: 'without content on the wire every answer looks empty',
      run: agent(llmCall({ answer: { ...text, form: 'empty' }, hasContent: false })),
      found: [],
    },
  },
  parse_error: {
    positive: {
      run: agent(llmCall(), parse(failing('Unexpected end of JSON input', 'SyntaxError'))),
      found: ['parse_error recovered'],
    },
    negative: { run: agent(llmCall(), parse({})), found: [] },
    borderline: {
      why: 'a gateway’s HTML page is what the client could not read: the provider’s failure, of no kind we know',
      run: fatal('SyntaxError: Unexpected token \'<\', "<html>" is not valid JSON'),
      found: ['step_error fatal'],
    },
  },
  malformed_output: {
    positive: { run: json({ isReadable: false }), found: ['malformed_output recovered'] },
    negative: { run: json({}), found: [] },
    borderline: {
      why: 'somebody did try to read it: what they say counts, once',
      run: agent(...json({ isReadable: false }).children, parse(failing('Unexpected end of JSON input'))),
      found: ['parse_error recovered'],
    },
  },
  schema_error: {
    positive: {
      run: agentRun('support', [llmCall()], failing('1 validation error for Recipe', 'ValidationError')),
      found: ['schema_error fatal'],
    },
    negative: {
      run: agentRun('support', [llmCall()], failing('the schema of the customer is old')),
      found: ['step_error fatal'],
    },
    borderline: {
      why: 'a validator that could not even read the text names the text',
      run: agentRun('support', [llmCall()], failing('1 validation error for Recipe\n  Invalid JSON [type=json_invalid, ')),
      found: ['parse_error fatal'],
    },
  },
  schema_violation: {
    positive: { run: json({ schemaProblem: '#/title: not a string' }), found: ['schema_violation recovered'] },
    negative: { run: json({ schemaProblem: null }), found: [] },
    borderline: {
      why: 'it was read all the same: whoever read it could use it',
      run: agent(...json({ schemaProblem: '#/title: not a string' }).children, parse({})),
      found: [],
    },
  },
  tool_error: {
    positive: {
      run: agent(toolCall('search', '{}', null, failing('no connection')), llmCall()),
      found: ['tool_error recovered'],
    },
    negative: { run: agent(toolCall('search', '{}', 'Error handling in Go'), llmCall()), found: [] },
    borderline: {
      why: 'its span says all was well, and the model was told otherwise: the model knows',
      run: agent(asking(asked('search')), toolCall('search'), told('tool_error', 'Error: no connection')),
      found: ['tool_error recovered'],
    },
  },
  tool_bad_arguments: {
    positive: {
      run: agent(toolCall('search', '{}', null, failing("missing 1 required positional argument: 'q'", 'TypeError')), llmCall()),
      found: ['tool_bad_arguments recovered'],
    },
    negative: { run: agent(asking(asked('search')), toolCall('search'), llmCall()), found: [] },
    borderline: {
      why: 'the request is no JSON and the tool’s failure says the same: one failure',
      run: agent(
        asking(asked('search', false)),
        toolCall('search', '{"q', null, failing('Unterminated string in JSON at position 3')),
        llmCall(),
      ),
      found: ['tool_bad_arguments recovered'],
    },
  },
  unknown_tool: {
    positive: {
      run: agent(asking(asked('teleport')), told('unknown_tool', 'Tool not found'), llmCall()),
      found: ['unknown_tool recovered'],
    },
    negative: { run: agent(asking(asked('search')), toolCall('search'), llmCall()), found: [] },
    borderline: {
      why: 'a database knows no function of that name: the tool ran',
      run: agent(toolCall('sql', '{}', null, failing('no such function: date_add', 'OperationalError')), llmCall()),
      found: ['tool_error recovered'],
    },
  },
  recursion_loop: {
    positive: { run: agent(...repeated(6, () => 'nothing')), found: ['recursion_loop fatal'] },
    negative: { run: agent(...repeated(2, () => 'nothing'), llmCall()), found: [] },
    borderline: {
      why: 'a poll asks the same until something changes',
      run: agent(...repeated(6, (at) => `${at * 17} %`), llmCall()),
      found: [],
    },
  },
  guardrail_tripped: {
    positive: {
      run: agentRun('support', [llmCall()], failing('Guardrail tripwire triggered', 'InputGuardrailTripwireTriggered')),
      found: ['guardrail_tripped fatal'],
    },
    negative: { run: agent({ over: { kind: 'guardrail', name: 'no insults' }, children: [] }, llmCall()), found: [] },
    borderline: {
      why: 'whatever it quotes, a failed guardrail is a guardrail that did its work',
      run: agent(
        { over: { kind: 'guardrail', name: 'no keys', ...failing('invalid_api_key in the prompt') }, children: [] },
        llmCall(),
      ),
      found: ['guardrail_tripped recovered'],
    },
  },
  retrieval_empty: {
    positive: { run: agent(search(0), llmCall()), found: ['retrieval_empty recovered'] },
    negative: { run: agent(search(3), llmCall()), found: [] },
    borderline: { why: 'how many it found is not on the wire', run: agent(search(null), llmCall()), found: [] },
  },
  step_error: {
    positive: { run: workflow('answer', [llmCall()], failing('boom')), found: ['step_error fatal'] },
    negative: { run: workflow('answer', [llmCall()]), found: [] },
    borderline: {
      why: 'a plain span that failed inside is somebody’s database, and the run went on',
      run: agent(plainSpan('SELECT', [], failing('deadlock')), llmCall()),
      found: [],
    },
  },
  incomplete: {
    positive: { run: agentRun('support', [llmCall()], orphan), isSilent: true, found: ['incomplete fatal'] },
    negative: { run: clean, found: [] },
    borderline: {
      why: 'the caller may be one that sends no spans: only a parent known to be local is missing',
      run: agentRun('support', [llmCall()], { ...orphan, parentIsLocal: false }),
      isSilent: true,
      found: [],
    },
  },
} as const satisfies Record<FailureKind, Cases>

const found = ({ run, isSilent = false }: Case): readonly string[] =>
  derive(run, isSilent ? { missingEntry: 'silent' } : {}).record.failures.map(({ kind, impact }) => `${kind} ${impact}`)

describe.each(failureKinds.map((kind): readonly [FailureKind, Cases] => [kind, cases[kind]]))('%s', (kind, its) => {
  test('is found', () => {
    expect(found(its.positive)).toEqual(its.positive.found)
    expect(its.positive.found.join()).toContain(kind)
  })

  test('is not found in what went well', () => {
    expect(found(its.negative)).toEqual(its.negative.found)
    expect(its.negative.found.join()).not.toContain(kind)
  })

  test(`at the line: ${its.borderline.why}`, () => {
    expect(found(its.borderline)).toEqual(its.borderline.found)
  })
})

test('a failure is counted at the step where it is, with the evidence in words', () => {
  const { failures } = derive(cases.tool_error.positive.run).record
  expect(failures.map(({ spanId, detail }) => [spanId, detail])).toEqual([[stepId(2), 'tool search: no connection']])
})

test.each<[kind: FailureKind, message: string]>([
  ['unknown_tool', "AI_NoSuchToolError: Model tried to call unavailable tool 'teleport'."],
  ['unknown_tool', "Tool 'teleport' not found"],
  ['tool_bad_arguments', 'AI_InvalidToolInputError: Invalid input for tool search: q is missing'],
  ['tool_bad_arguments', 'Failed to parse tool arguments as JSON'],
  ['schema_error', 'pydantic_core._pydantic_core.ValidationError: it does not fit'],
  ['step_error', 'AddressValidationError: the street is unknown'],
  ['step_error', 'the tool that the customer asked for was not found in the shed'],
])('around what could not be used: %s where an agent says %s', (kind, message) => {
  expect(found({ run: agentRun('support', [llmCall()], failing(message)), found: [] })).toEqual([`${kind} fatal`])
})
