/**
 * The application tried to parse a model's answer and could not. A step that is an attempt says so itself; on agents and workflows the parsers do:
 * by their class, or in wordings that only a parser writes. An answer that parsed and had the wrong fields is another failure.
 */
import { modelOf, type Step, type StepKind } from '../../model/step.ts'
import { type ErrorDetector, type ErrorText, states } from './detector.ts'

/** Where applications parse; and some clients, inside the call. */
const parsingKinds: ReadonlySet<StepKind> = new Set(['agent', 'workflow', 'llm'])

/** Inside a model call it may also be the provider's answer to the client that does not parse: a gateway's page, or nothing at all. */
function isTransport(message: string): boolean {
  return message.includes("'<'") || message.includes('"<') || message.startsWith('Unexpected end of JSON input')
}

const formats = ['json', 'xml', 'yaml']
const parserWords = ['pars', 'decod', 'syntax', 'scanner', 'yamlexception']

/** `JSONDecodeError`, `xml.etree.ElementTree.ParseError`, `AI_JSONParseError`, `yaml.scanner.ScannerError`. */
function isParserClass(name: string): boolean {
  return (
    (name.endsWith('error') || name.endsWith('exception')) &&
    formats.some((format) => name.includes(format)) &&
    parserWords.some((word) => name.includes(word))
  )
}

const phrases = [
  // JavaScript
  'unexpected end of json input',
  ' in json at position ',
  'character after json at position ',
  // AI SDK
  'no object generated: could not parse the response',
  // LangChain
  'invalid json output: ',
  'could not parse llm output: ',
  // DSPy, OpenAI Agents
  'adapterparseerror',
  // smolagents
  'agentparsingerror',
  'code parsing failed on line ',
  'invalid json provided',
  // Pydantic
  '[type=json_invalid, ',
  // Python's json and its XML parsers; XML parsers of JavaScript
  'expecting value: line 1 column ',
  'mismatched tag',
  'not well-formed (invalid token)',
  'unclosed token: line ',
  'unexpected close tag',
  'unclosed root tag',
]

export const parseError: ErrorDetector = {
  kind: 'parse_error',
  matches: (error, step) =>
    (step.kind === 'parse' && step.parse?.format !== 'tool_call') ||
    (parsingKinds.has(step.kind) &&
      (step.kind !== 'llm' || !isTransport(step.error?.message ?? '')) &&
      (error.type.split(' ').some(isParserClass) || states(error, phrases) || quotesAnswer(error, step.error?.message ?? ''))),
}

/** sax, which XML parsers of LangChain and others are made of. */
const saxPlace = /^[^\n"]{1,100}\nLine: \d{1,9}\nColumn: \d{1,9}\nChar: /

/** Parsers that quote the answer in the middle: what counts is how the message begins and how it goes on behind the quotation. */
function quotesAnswer(error: ErrorText, message: string): boolean {
  const [line = ''] = message.split('\n', 1)
  return (
    (error.message.includes('unexpected token ') && line.endsWith('" is not valid JSON')) ||
    (error.message.includes('unexpected token ') && line.endsWith('"... is not valid JSON')) ||
    (error.message.startsWith('failed to parse. text: ') && message.includes('". Error: SyntaxError: ')) ||
    saxPlace.test(message)
  )
}

/** The evidence in words. `call` is the one that answered, where it is known; `reason` the first line of the parser's message. */
export function parseEvidence(step: Step, call: Step | null, reason: string): string {
  const model = call === null ? '' : modelOf(call)
  const answer = model === '' ? 'an answer' : `answer of ${model}`
  const format = step.parse?.format ?? 'other'
  const what = format === 'other' ? `${answer} did not parse (${step.name})` : `${answer} did not parse as ${format}`
  const why = reason === '' ? (step.error?.type ?? '') : reason
  return why === '' ? what : `${what}: ${why}`
}

/** LangChain's class, and LangChain4j's, for both. Asked last of the two: without a finding about fields it is the parsing. */
export const outputParserError: ErrorDetector = {
  kind: 'parse_error',
  matches: (error) => states(error, ['outputparserexception', 'outputparsingexception']),
}
