/**
 * What the words of a tool's failure tell: that nobody defined the tool, that the model's arguments did not fit, or that the tool itself had trouble.
 * The wordings are those of frameworks and validators (MCP, LangChain, AI SDK, Pydantic, zod, JSON Schema, Python and JavaScript themselves). In doubt it
 * is the tool's trouble: databases know no functions either, a service that is down is not available, and what a tool's own client could not read is
 * not what the model wrote.
 */
import type { ToolReportKind } from './step.ts'

const quote = '["\'`]'
const toolName = '[\\w.-]{1,80}'
const isMissing = '(?:is |was |does )?not (?:found|exist|registered|defined|available)'
/** What may follow: a hammer is not found in aisle 3. */
const there = '(?: in (?:registry|toolset|agent|any workbench)\\b|[.,:;!]|$)'

/** What only a framework writes about a tool that nobody defined, whatever step says it. */
const unknownToFramework = anyOf([
  // Class names
  'nosuchtool',
  'unknowntool',
  'toolnotfound',
  `unavailable tool ${quote}`,
  // Without colon or quote "unknown tool size 12mm" may be a drill.
  `\\bunknown tool(?: name)?(?:: ?${quote}?| ${quote})${toolName}`,
  `\\bunknown tool ${toolName}(?:$|, should be one of: )`,
  `\\btool (?:with name )?${quote}${toolName}${quote} ${isMissing}${there}`,
  // Without quotes the word behind may be no name.
  `\\btool (?:with name )?(?!(?:is|was|does|not|result|file|output|call|response|data|input|id|server|config|path|version)\\b)${toolName} ${isMissing}${there}(?! (?:right now|at the moment|currently|temporarily))`,
  `\\brequested (?:tool|function) (?:${quote}${toolName}${quote} )?${isMissing}`,
  // A name to be looked for forwards would be tried from each of its letters.
  `(?<=[\\w.-]${quote}?) is not a valid tool, try one of`,
  '\\bno such tool available: ',
  // LangChain4j, Spring AI
  'is trying to execute the \\S{1,80} tool, but no such tool exists',
  'no toolcallback found for tool name',
  'no tool with that name is available',
])

/** Others write it, too: believed where a tool failed, if it is that tool which is named. */
const unknownToTool = anyOf([
  // SQL speaks of functions, too, behind a prefix of its own.
  '^\\s*(?:\\w{0,60}error:? )?unknown function\\b',
  `^\\s*(?:\\w{0,60}error:? )?there is no (?:tool|function) ${quote}?${toolName}${quote}?[.,:;!]?\\s*$`,
  `function (?:with name )?${quote}${toolName}${quote} ${isMissing}`,
  'no (?:such )?(?:tool|function) (?:named|called|with name)\\b',
  'no such tool',
  'is not a valid tool',
  'not a known tool',
  'unsupported call: ',
])

/** The same without the name, as the whole message. */
const unknownAlone =
  /^\W{0,2}(?:\w{0,60}(?:error|exception):? ){0,2}(?:tool (?:is |was |does )?not (?:found|exist|registered|defined)|no such tool|no tool with that name|unknown tool)\W{0,3}$/i

/** What only a framework writes about arguments, whatever step says it. */
const unfitToFramework = anyOf([
  // Class names; smolagents'
  'invalidtool(?:arguments|input)',
  'toolargumentsexception',
  'toolinputvalidation',
  'agenttoolcallerror',
  'mcp error -32602',
  'invalid (?:arguments?|input|parameters?) for (?:tool|function)\\b',
  'failed to parse (?:tool|function) (?:call )?(?:arguments|input)',
  'unable to parse tool input',
  'parsing tool arguments',
  'tool input validation failed',
  'tool input did not match (?:the )?expected schema',
])

/** What validators say, and the languages themselves: believed where a tool failed. */
const unfit = anyOf([
  // Of the arguments as such
  'invalid (?:tool )?(?:arguments?|params|parameters|input)(?: provided\\b|:|[.!]?$)',
  'arguments? (?:validation|are not valid|is not valid|could not be parsed|must be)',
  'argument parsing failed',
  '(?:input|arguments?|schema|parameters?) validation',
  'validation failed for input parameters',
  'mandatory input parameters are not present',
  "argument \\S{1,64} has type '[^']{1,64}' but should be",
  '(?:did|does) not match (?:the )?(?:expected )?schema',
  // Pydantic
  'validation errors? (?:for|in)',
  'field required',
  'input should be a',
  // JSON Schema, zod
  'must have required property',
  'is a required property',
  'is not of type',
  'invalid_type',
  // Python
  '(?:missing|unexpected) (?:a |\\d{1,2} )?(?:required )?(?:positional |keyword )?(?:argument|parameter|property)',
  // Jackson
  'cannot deserialize value of type',
  'cannot construct instance of',
  'unexpected end-of-input',
  // By hand
  'must be (?:an? )?(?:string|number|integer|boolean|array|object|list|one of)\\b',
  // Parsers of JSON
  'unterminated string',
  'unexpected end of (?:json|input|data|file)',
  "expecting (?:value|property name|',' delimiter|':' delimiter)",
  'invalid control character',
  'eof while parsing',
  'in json at position',
  'not valid json',
  'invalid json',
  'jsondecodeerror',
])

/** What a tool's own client could not read or send, its database did not take, or nobody has set up. */
const ownTrouble = anyOf([
  // Somebody's page
  "'<'",
  '"<!?[a-z]',
  'unexpected token <',
  'requests\\.exceptions\\.',
  'aiohttp\\.',
  'httpx\\.',
  'response\\.json',
  // A model's arguments begin as JSON and break later. Of which nothing can be read is what a server answered.
  'unexpected end of json input',
  'expecting value: line 1 column 1 \\(char 0\\)',
  "unexpected token '?(.)'?, \"\\1",
  'in json at position 0\\b',
  // Databases
  'violates\\b.{0,80}\\bconstraint',
  'sqlstate',
  // Set-up
  'api[_ -]?key',
  'not configured',
  'environment variable',
])

/** Who checked: a Pydantic model, a Python function. */
const checked = /validation errors? for ([^\s:]{1,120})|\b([\w.<>]{1,120})\(\) (?:missing|got an unexpected|takes)/i
/** Names that frameworks and people give to what checks a tool's arguments. */
const ofArguments =
  /(?:args|arguments|kwargs|input|params|parameters|schema|tool)\]?$|(?:^|\.)_?a?(?:run|call|execute|invoke|forward|func|function)$|<lambda>$/i

function anyOf(words: readonly string[]): RegExp {
  return new RegExp(words.join('|'), 'i')
}

/** The failure of a tool that the words of a framework tell of on any step around it; null = they tell of none. */
export function toolFailureAround(text: string): 'unknown_tool' | 'tool_bad_arguments' | null {
  if (unknownToFramework.test(text)) return 'unknown_tool'
  return unfitToFramework.test(text) ? 'tool_bad_arguments' : null
}

/** Which failure the words of a failed tool tell of. `tool` is its name, where it is known: words about another are the tool's own trouble. */
export function kindOfToolFailure(text: string, tool: string | null = null): ToolReportKind {
  const named = toolFailureAround(text)
  if (named !== null) return named
  if (unknownAlone.test(text) || (unknownToTool.test(text) && isAbout(text, tool))) return 'unknown_tool'
  return unfit.test(text) && !ownTrouble.test(text) && checksArguments(text, tool) ? 'tool_bad_arguments' : 'tool_error'
}

function isAbout(text: string, tool: string | null): boolean {
  return tool === null || bare(text).includes(bare(tool))
}

/** `1 validation error for OrderApiResponse` of a tool get_order is about what the tool itself was answered. */
function checksArguments(text: string, tool: string | null): boolean {
  const found = checked.exec(text)
  const checker = found?.[1] ?? found?.[2]
  return checker === undefined || ofArguments.test(checker) || isAbout(checker, tool)
}

/** Frameworks turn `get_weather` into `GetWeather`. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}
