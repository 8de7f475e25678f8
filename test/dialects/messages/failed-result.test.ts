/** Which answers of tools are words about their failure, where no mark says so. Close calls stand next to one another. */
import { describe, expect, test } from 'vitest'
import { failureOf } from '../../../src/dialects/messages/tool-reports.ts'

const said = (result: unknown, tool: string | null = null): string | null =>
  failureOf(typeof result === 'string' ? result : JSON.stringify(result), false, tool)

describe('words of frameworks', () => {
  test.each([
    ['tool_error', 'Error executing tool search: no connection'],
    [
      'tool_bad_arguments',
      'Error invoking tool \'search\' with kwargs {"q":1} with error: Received tool input did not match expected schema',
    ],
    ['tool_error', 'Error calling tool search: 503'],
    ['tool_error', 'Error: order service unavailable: ECONNREFUSED'],
    ['tool_error', 'Error: ValueError("no such order")\n Please fix your mistakes.'],
    ['tool_error', 'OrderServiceError: order service unavailable\n Please fix your mistakes.'],
    ['tool_error', 'requests.exceptions.ConnectionError: no route'],
    ['tool_error', 'Tool execution failed: no connection'],
    ['tool_error', 'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no'],
    ['tool_error', 'An error occurred while running the tool. Please try again. Error: no connection'],
    ['tool_error', 'Failed to fetch order: timeout'],
    ['tool_error', 'Error fetching weather: timeout'],
    ['tool_error', 'Error 404: Not Found'],
    ['tool_error', '"Error: no connection"'],
    ['tool_error', '<tool_use_error>File does not exist.</tool_use_error>'],
    ['tool_error', 'Error while calling tool search: no connection'],
    ['tool_error', '[Tool Error] no connection'],
    ['tool_error', 'HTTP error 503 (Service Unavailable)'],
    ['tool_error', 'Error 404 Not Found for url: https://example.com'],
    ['tool_error', 'Error: no connection\n    at search (index.js:1:1)\n    at run (index.js:2:2)'],
    ['tool_error', 'Error: no connection. Please try again later.'],
    ['tool_error', 'I encountered an error while trying to use the tool. This was the error: no connection.'],
    ['unknown_tool', 'Tool not found'],
    ['unknown_tool', "Tool 'teleport' not found in registry"],
    ['unknown_tool', 'Error: unknown tool: teleport'],
    ['unknown_tool', "Unknown tool name: 'teleport'. Available tools: 'search'"],
    ['unknown_tool', 'Error: teleport is not a valid tool, try one of [search].'],
    ['unknown_tool', "Model tried to call unavailable tool 'teleport'. Available tools: search."],
    ['unknown_tool', 'Error: Requested function "teleport" not found.'],
    ['unknown_tool', '<tool_use_error>Error: No such tool available: teleport</tool_use_error>'],
    ['tool_bad_arguments', 'Error: Unterminated string in JSON at position 13 (line 1 column 14)'],
    ['tool_bad_arguments', 'MCP error -32602: Input validation error: Invalid arguments for tool search'],
    ['tool_bad_arguments', 'Invalid arguments for tool search: q is missing'],
    ['tool_bad_arguments', '1 validation error for search\nq\n  Field required [type=missing]'],
    ['tool_bad_arguments', "Input validation error: 'q' is a required property"],
  ])('%s: %s', (kind, text) => {
    expect(said(text)).toBe(kind)
  })
})

describe('answers that only speak of errors', () => {
  test.each([
    'Error handling in Go: errors are values. An error value can be stored and passed on.',
    'Error codes: 17 = paper jam, 18 = no toner',
    'Error: 0',
    'error: none',
    'Errors: 0, warnings: 2',
    'error rate: 0.2 %',
    'Error budget left: 40 %',
    'Failed orders: 0',
    'failed: 0, passed: 17',
    'Failure is not an option (film, 1995)',
    'Exception list: gluten, nuts',
    'Tool steel is hard. Tool not required.',
    'tool search is not found anywhere in our catalogue, hammers are',
    'Invalid input voltage makes the device shut down; see page 3',
    'Invalid arguments in a contract dispute are listed below',
    'The customer wrote: "Error: I cannot log in"',
    'No orders found.',
    `Error: what it is. ${'An error is a deviation from what is right. '.repeat(30)}`,
    // Articles
    'Error when signing in? Clear your cookies and try again.',
    'Error while importing CSV files\n\nThis article explains the most common causes.',
    'Error 503 on checkout: usually the shop is in maintenance mode. Wait five minutes.',
    'HTTP error 404 explained: the page was moved or deleted.',
    'Error: card declined (code 51) means that the bank refused. Ask the customer to call the bank.',
    'Error calling the lift? Press the bell for 3 seconds.',
    'Failed to load resource: how to fix the most common causes',
    'ValueError: raised when an argument has the right type but no useful value',
    'Tool error codes\n\nE1 = blade worn, E2 = coolant low',
    'Tool failure analysis report',
    'Invalid input for field IBAN is shown when the country is not supported. See article 12.',
    'ToolNotFoundError explained: the agent asked for what is not there',
    "Tool 'hammer' not found in aisle 3",
    'Unknown tool size? Take the 12 mm one.',
    // Records
    'An error occurred during shipment A-17: parcel returned to sender. New delivery on Friday.',
    '2 validation errors for form A38 were fixed in release 3.2',
    // Logs, and what a compiler found
    'ERROR: connection refused\nERROR: connection refused\nINFO: connected',
    'Error: src/app.ts(12,5): error TS2322\nFound 1 error.',
    '',
  ])('%s', (text) => {
    expect(said(text)).toBeNull()
  })
})

describe('JSON', () => {
  test.each<[what: string, result: unknown]>([
    ['an error that stands alone', { error: 'no such order' }],
    ['an error as an object', { error: { code: 404, message: 'no such order' } }],
    ['an error with its companions', { error: 'no such order', code: 404, status: 'error', details: null }],
    ['an error that denies success, whatever else there is', { success: false, error: 'no stock', order: 'A-17' }],
    ['a status with its message', { status: 'error', message: 'no connection' }],
    ['an MCP result that is marked', { isError: true, content: [{ type: 'text', text: 'no connection' }] }],
    ['parts of MCP', [{ type: 'text', text: 'Error: no connection' }]],
    ['an envelope', { result: 'Error executing tool search: no connection' }],
    ['the same with ok', { ok: false, error: 'no stock', order: 'A-17' }],
    ['the same with a status', { status: 'error', error: 'no stock', order: 'A-17' }],
    ['an error beside nothing', { error: 'no connection', orders: [], next: null, found: false }],
    ['an error in an envelope in an envelope', { result: { content: [{ type: 'text', text: 'Error: no connection' }] } }],
    ['findings of GraphQL', { errors: [{ message: 'no such field' }], data: null }],
    ['a dictionary that Python printed', "{'error': 'no such order'}"],
    ['findings of Pydantic', [{ type: 'missing', loc: ['q'], msg: 'Field required' }]],
  ])('%s is a failure', (_what, result) => {
    expect(said(result)).not.toBeNull()
  })

  test.each<[what: string, result: unknown]>([
    ['no error', { error: null, orders: [] }],
    ['an empty error', { error: '' }],
    ['a word for none', { error: 'none' }],
    ['a false error', { error: false }],
    ['an error as a number', { error: 0.2 }],
    ['an empty object of errors', { error: {} }],
    ['no errors', { errors: [] }],
    ['what a tool that checks has found', { errors: ['the date is in the past'] }],
    ['a count', { status: 'failed orders: 0' }],
    ['a title', [{ title: 'Error handling in Go', url: 'https://example.com' }]],
    ['an answer in part', { orders: [{ id: 'A-17' }], error: 'one order could not be read' }],
    ['a status of the customer’s payment', { status: 'failed', order: 'A-17', message: 'card declined' }],
    ['an order with an error status of its own', { id: 'A-17', status: 'error', message: 'address unknown' }],
    ['a payment with an error status of its own', { status: 'error', message: 'declined by the bank', code: 51 }],
    ['what an error code stands for', { error: 'E42', message: 'coolant low', description: 'refill it' }],
    ['no success without an error', { success: false, reason: 'out of stock' }],
    ['an MCP result that is marked as none', { isError: false, content: [{ type: 'text', text: 'Error: I cannot log in' }] }],
    ['a ticket that quotes one', { ticket: 'Error: I cannot log in' }],
    ['an error beside a number', { error: 'rounded', balance: 17 }],
    ['nothing at all', []],
    ['parts of MCP', [{ type: 'text', text: 'on its way' }]],
    ['parts of which one is none', [{ type: 'text', text: 'Error: no connection' }, { type: 'image' }]],
    ['what is half a finding', [{ type: 'missing', msg: 'Field required' }]],
    ['a place in a list', [{ type: 'house', loc: [52, 13] }]],
    ['more envelopes than anybody uses', { result: { result: { result: { result: 'Error: no connection' } } } }],
    ['half a JSON', '{"error": "no such or'],
    ['a log', ['Error: a', 'Error: b']],
  ])('%s is an answer', (_what, result) => {
    expect(said(result)).toBeNull()
  })
})

describe('a failure that names who checked', () => {
  test.each<[kind: string, tool: string | null, text: string]>([
    ['tool_bad_arguments', 'get_weather', '1 validation error for GetWeather\ncity\n  Field required'],
    ['tool_bad_arguments', 'get_weather', '1 validation error for call[get_weather]\ncity\n  Field required'],
    ['tool_bad_arguments', 'multiply', '1 validation error for CalculatorInput\na\n  Field required'],
    ['tool_bad_arguments', null, '1 validation error for Weather\ncity\n  Field required'],
    ['tool_error', 'get_order', '1 validation error for OrderApiResponse\ntotal\n  Field required'],
    ['tool_bad_arguments', 'search', "TypeError: search() got an unexpected keyword argument 'limit'"],
    ['tool_bad_arguments', 'search', "TypeError: SearchTool._run() missing 1 required positional argument: 'q'"],
    ['tool_error', 'search', "TypeError: connect() missing 1 required positional argument: 'host'"],
  ])('is %s of tool %s: %s', (kind, tool, text) => {
    expect(said(text, tool)).toBe(kind)
  })
})

test('a mark is believed whatever the text says', () => {
  expect(failureOf('all is well', true)).toBe('tool_error')
  expect(failureOf('', true)).toBe('tool_error')
  expect(failureOf('Tool not found', true)).toBe('unknown_tool')
})

test('a customer’s text that begins like an error, alone and unmarked, is taken for one', () => {
  // Nothing tells it from the word of a program; a tool that hands on texts of customers does so with something around them.
  expect(said('Error: I cannot log in')).toBe('tool_error')
})
