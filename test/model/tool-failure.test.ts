/** What the words of a failed tool tell: nobody defined it, the model's arguments were wrong, or it had trouble of its own. */
import { expect, test } from 'vitest'
import { kindOfToolFailure } from '../../src/model/tool-failure.ts'

test.each([
  'Tool not found',
  'Error: unknown tool: teleport',
  "Tool 'teleport' not found in registry",
  'Tool `teleport` not found. Available tools are: search',
  'Tool with name teleport not found. Please select a tool that is available.',
  'Error: Requested function "teleport" not found.',
  'Error: teleport is not a valid tool, try one of [search].',
  "Error: The tool 'teleport' is not available.",
  "Model tried to call unavailable tool 'teleport'. Available tools: search.",
  'ai_nosuchtoolerror',
  'Unknown function: teleport',
  'tool teleport is not registered',
])('nobody defined it: %s', (text) => {
  expect(kindOfToolFailure(text)).toBe('unknown_tool')
})

test.each([
  'Error: Unterminated string in JSON at position 3',
  'Expecting property name enclosed in double quotes: line 1 column 2 (char 1)',
  'Failed to parse tool arguments as JSON',
  'Error: search: q must be a string',
  "search() missing 1 required positional argument: 'q'",
  "search() got an unexpected keyword argument 'query'",
  "Input validation error: 'q' is a required property",
  'AI_InvalidToolInputError: Invalid input for tool search: Type validation failed',
  '1 validation error for Search\nq\n  Field required [type=missing]',
  'Error: [\n  {\n    "code": "invalid_type",\n    "path": ["q"]\n  }\n]',
])('its arguments were wrong: %s', (text) => {
  expect(kindOfToolFailure(text)).toBe('tool_bad_arguments')
})

test.each([
  'order service unavailable: ECONNREFUSED',
  'search tool is unavailable, try later',
  'tool search is not available right now',
  'Tool server unavailable.',
  'the tool result was not found in the cache',
  'tool file not found: hammer.txt',
  // Of databases.
  'no such function: date_add',
  'Code: 46. DB::Exception: Unknown function date_add',
  'function date_add(integer) does not exist',
  // What it asked could not be read by it.
  'Unexpected token \'<\', "<html>" is not valid JSON',
  'Unexpected token <!DOCTYPE in JSON at position 0',
  'requests.exceptions.JSONDecodeError: Expecting value: line 1 column 1 (char 0)',
  // Plain words.
  'the warehouse is closed, expecting delivery on Monday',
  'the contract came to an unexpected end',
  '',
])('trouble of its own: %s', (text) => {
  expect(kindOfToolFailure(text)).toBe('tool_error')
})
