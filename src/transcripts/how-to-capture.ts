/**
 * How to have content sent, where an emitter sends none: one sentence for whoever looks at a transcript with holes. By the name of the instrumentation's
 * scope, which is all that a step keeps of its emitter.
 */

/** The first that matches goes; facts as seen on the wire and in docs/instrument. */
const ways: readonly (readonly [scope: RegExp, sentence: string])[] = [
  [
    /^com\.anthropic\.claude_code/,
    'Claude Code and the Claude Agent SDK send what these settings let out: OTEL_LOG_USER_PROMPTS=1, OTEL_LOG_ASSISTANT_RESPONSES=1, OTEL_LOG_TOOL_DETAILS=1 and OTEL_LOG_TOOL_CONTENT=1. What a model was told before, they never send.',
  ],
  [/^com\.anthropic\.sdk/, 'Set ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE=content; it takes in tools that the SDK runs, too.'],
  [/^codex/, 'Set `log_user_prompt = true` under `[otel]` in Codex’s config.toml. Answers of the model Codex never sends.'],
  [/^gemini-cli/, 'Set `telemetry.logPrompts` to true in Gemini CLI’s settings.json.'],
  [
    /^@(?:opentelemetry|elastic\/opentelemetry)[/-]instrumentation-openai/,
    'Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true, and export log records: messages come in them.',
  ],
  [
    /^opentelemetry\.instrumentation\.(?:openai_v2|botocore|vertexai)/,
    'Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true, and export log records: messages come in them.',
  ],
  [
    /^(?:opentelemetry\.instrumentation\.(?:genai\.|google_genai)|gcp\.vertex\.agent)/,
    'Set OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=span_only.',
  ],
  [
    /^openinference|^@arizeai\/openinference/,
    'Leave OPENINFERENCE_HIDE_INPUTS and OPENINFERENCE_HIDE_OUTPUTS unset: content is sent unless they hide it.',
  ],
  [
    /^@traceloop\/|^traceloop\.|^opentelemetry\.instrumentation\./,
    'Leave TRACELOOP_TRACE_CONTENT unset: content is sent unless it is false.',
  ],
  [
    /^(?:gen_)?ai$/,
    'Leave `recordInputs` and `recordOutputs` of the AI SDK’s telemetry on: content is sent unless they are false.',
  ],
  [/^pydantic-ai/, 'Leave `include_content` of InstrumentationSettings on: content is sent unless it is false.'],
  [/^haystack/, 'Set HAYSTACK_CONTENT_TRACING_ENABLED=true before Haystack is imported.'],
  [
    /^agent_framework|Microsoft\.Agents/,
    'Set ENABLE_SENSITIVE_DATA=true, or `enable_sensitive_data=True` where observability is set up.',
  ],
  [
    /^semantic_kernel|^Microsoft\.SemanticKernel/,
    'Set SEMANTICKERNEL_EXPERIMENTAL_GENAI_ENABLE_OTEL_DIAGNOSTICS_SENSITIVE=true, and export log records: messages come in them.',
  ],
  [/^autogen/, 'AutoGen’s own spans hold no content: instrument the client of the model as well.'],
  [
    /^@?openlit/,
    'OpenLIT sends nothing of a call that failed; of others it sends content unless its capture is switched off in openlit.init.',
  ],
  [/^litellm/, 'Leave `turn_off_message_logging` of LiteLLM off.'],
  [
    /springframework/,
    'Spring AI’s spans hold arguments and results of tools with spring.ai.tools.observations.include-content=true, and never messages.',
  ],
  [
    /quarkus/,
    'Set quarkus.langchain4j.tracing.include-prompt, include-completion, include-tool-arguments and include-tool-result to true.',
  ],
  [/sentry/, 'Set `recordInputs` and `recordOutputs` of Sentry’s AI integrations to true.'],
  [
    /^logfire/,
    'Spans that Logfire makes of your own code hold what you put on them: gen_ai.tool.call.arguments and gen_ai.tool.call.result for tools.',
  ],
  [
    /mastra/,
    'Mastra sends no request of a model, and of an answer that asks for tools only its text; both stand at the agent and at the tools.',
  ],
  [
    /^fastmcp|^mcp/,
    'The spans of FastMCP hold no content: arguments and results stand at the agent that calls the tool, where it is instrumented.',
  ],
  [/^agent-flywheel/, 'Call start({ captureContent: true }) of agent-flywheel/sdk.'],
]

const fallback =
  'Most instrumentations send content with OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true; spans of your own need gen_ai.input.messages and gen_ai.output.messages, those of tools gen_ai.tool.call.arguments and gen_ai.tool.call.result.'

/** `scope`: of the step without content, '' = it has none. */
export function howToCapture(scope: string): string {
  return ways.find(([pattern]) => pattern.test(scope))?.[1] ?? fallback
}
