/**
 * The names of what the SDK sends. Where OpenTelemetry has a convention it is used (`@opentelemetry/semantic-conventions`);
 * the `flywheel.*` names below are ours, for facts that no convention knows yet.
 */

/** Instrumentation scope of every span that the helpers make. */
export const SCOPE_NAME = 'agent-flywheel'

/** Version of the prompt that `gen_ai.prompt.name` names. In the conventions since they moved to their own repository, not yet in the package. */
export const ATTR_GEN_AI_PROMPT_VERSION = 'gen_ai.prompt.version'

/** Your own id of the message that is answered or written: feedback that names it finds the run. */
export const ATTR_FLYWHEEL_MESSAGE_ID = 'flywheel.message.id'

/** Syntax that a parse attempt expected: `json`, `fenced_json`, `xml`, `yaml`, `tool_call` or `text`. */
export const ATTR_FLYWHEEL_PARSE_FORMAT = 'flywheel.parse.format'
/** What came of the attempt: `ok`, `repaired` (used, but only after a fix) or `failed`. */
export const ATTR_FLYWHEEL_PARSE_OUTCOME = 'flywheel.parse.outcome'

/** Keyed hash that stands for a tool's arguments where content is not sent: equal within one process means equal arguments, and nothing else can be learned from it. */
export const ATTR_FLYWHEEL_TOOL_CALL_ARGUMENTS_HASH = 'flywheel.tool.call.arguments.hash'
/** The same for a tool's result. */
export const ATTR_FLYWHEEL_TOOL_CALL_RESULT_HASH = 'flywheel.tool.call.result.hash'

/** How many documents a retrieval returned, where its result is an array. */
export const ATTR_FLYWHEEL_RETRIEVAL_DOCUMENT_COUNT = 'flywheel.retrieval.document.count'
