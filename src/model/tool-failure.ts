/**
 * What the words of a tool's failure tell: that nobody defined the tool, that the model's arguments did not fit, or that the tool itself had trouble.
 * The wordings are those of frameworks and validators (MCP, LangChain, AI SDK, Pydantic, zod, JSON Schema, Python and JavaScript themselves). In doubt it
 * is the tool's trouble: databases know no functions either, and a service that is down is not available.
 */
import type { ToolReportKind } from './step.ts'

const missing = '(?:is |was |does )?(?:not (?:found|exist|registered|defined|available)|unavailable)'

const unknownTool = new RegExp(
  [
    'unknown tool\\b',
    // SQL speaks of functions, too, behind a prefix of its own.
    '^\\s*(?:\\w{0,60}error:? )?unknown function\\b',
    'nosuchtool',
    'unknowntool',
    '^\\s*(?:\\w{0,60}error:? )?there is no (?:tool|function) ["\'`]?[\\w.-]{1,80}["\'`]?[.,:;!]?\\s*$',
    'toolnotfound',
    'unavailable tool ["\'`]',
    'tool (?:call )?(?:is |was |does )?not (?:found|exist|registered|defined)\\b',
    `(?:tool|function) (?:with name )?["'\`][\\w.-]{1,80}["'\`] ${missing}`,
    // Without quotes the word behind may be no name.
    `tool (?:with name )?(?!(?:is|was|does|not|result|file|output|call|response|data|input|id|server|config|path|version)\\b)[\\w.-]{1,80} ${missing}(?: in (?:registry|toolset)|[.,:;!]|$)(?! (?:right now|at the moment|currently|temporarily))`,
    'no (?:such )?(?:tool|function) (?:named|called|with name)\\b',
    'no such tool',
    'is not a valid tool',
    'not a known tool',
    'unsupported call: ',
    'no tool with that name',
  ].join('|'),
  'i',
)

const badArguments =
  /invalid (?:tool )?(?:arguments?|params|parameters|input)\b|arguments? (?:validation|are not valid|is not valid|could not be parsed|must be)|(?:input|arguments?|schema|parameters?) validation|validation errors? (?:for|in)|(?:did|does) not match (?:the )?(?:expected )?schema|unterminated string|unexpected end of (?:json|input|data|file)|expecting (?:value|property name|',' delimiter|':' delimiter)|invalid control character|eof while parsing|in json at position|not valid json|invalid json|jsondecodeerror|failed to parse (?:tool |function )?(?:call )?(?:arguments|input)|parse tool (?:arguments|input)|(?:missing|unexpected) (?:\d{1,2} )?(?:required )?(?:positional |keyword )?(?:argument|parameter|property)|must have required property|got an unexpected keyword argument|field required|invalid_type|input should be a|must be (?:an? )?(?:string|number|integer|boolean|array|object|list|one of)\b|is a required property|is not of type|mandatory input parameters are not present|argument parsing failed|parsing tool arguments|argument \S{1,64} has type '[^']{1,64}' but should be/i

/** What a tool could not read is somebody's page, or an answer that a client of its own got. */
const ownReading = /'<'|"<!?[a-z]|unexpected token <|requests\.exceptions\.|aiohttp\.|httpx\.|response\.json/i

/** Which failure of a tool words tell of: a tool that nobody defined, arguments that did not fit, or the tool's own trouble. */
export function kindOfToolFailure(text: string): ToolReportKind {
  if (unknownTool.test(text)) return 'unknown_tool'
  return badArguments.test(text) && !ownReading.test(text) ? 'tool_bad_arguments' : 'tool_error'
}
