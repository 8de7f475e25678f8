/** What the contract suite shows each dialect of its own. */
import type { Span } from '../../src/otlp/span.ts'
import { span } from '../helpers/steps.ts'

/** A model call that is the dialect's own beyond doubt (null: it has none), and a span that is none although it says a model and its usage. */
export const samples: { readonly [name: string]: { readonly call: Span | null; readonly parent: Span } } = {
  'ai-sdk': {
    call: span({ attributes: { 'ai.operationId': 'ai.generateText.doGenerate', 'gen_ai.usage.input_tokens': 3 } }),
    parent: span({
      attributes: {
        'ai.operationId': 'ai.generateText',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'm',
        'ai.usage.inputTokens': 3,
      },
    }),
  },
  openinference: {
    call: span({ attributes: { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 3 } }),
    parent: span({ attributes: { 'openinference.span.kind': 'AGENT', 'llm.model_name': 'm', 'llm.token_count.prompt': 3 } }),
  },
  flywheel: {
    call: null,
    parent: span({
      name: 'parse json',
      attributes: {
        'flywheel.parse.outcome': 'ok',
        'traceloop.association.properties.session_id': 's-1',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  langfuse: {
    call: span({
      attributes: {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.usage_details': '{"input":3,"output":1}',
      },
    }),
    parent: span({
      attributes: {
        'langfuse.observation.type': 'agent',
        'langfuse.observation.model.name': 'm',
        'langfuse.observation.usage_details': '{"input":3,"output":1}',
      },
    }),
  },
  genkit: {
    call: span({
      attributes: {
        'genkit:type': 'action',
        'genkit:metadata:subtype': 'model',
        'genkit:output': '{"usage":{"inputTokens":3}}',
      },
    }),
    parent: span({
      attributes: { 'genkit:type': 'util', 'genkit:name': 'generate', 'genkit:output': '{"usage":{"inputTokens":3}}' },
    }),
  },
  mlflow: {
    call: span({ attributes: { 'mlflow.spanType': '"CHAT_MODEL"', 'mlflow.chat.tokenUsage': '{"input_tokens": 3}' } }),
    parent: span({
      attributes: {
        'mlflow.spanType': '"AGENT"',
        'mlflow.llm.model': '"m"',
        'mlflow.chat.tokenUsage': '{"input_tokens": 3}',
      },
    }),
  },
  langsmith: {
    call: span({ attributes: { 'langsmith.span.kind': 'llm', 'gen_ai.usage.input_tokens': 3 } }),
    parent: span({
      attributes: { 'langsmith.span.kind': 'prompt', 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  mastra: {
    call: span({
      attributes: {
        'mastra.span.type': 'model_inference',
        'gen_ai.operation.name': 'chat',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
    parent: span({
      attributes: {
        'mastra.span.type': 'model_generation',
        'gen_ai.operation.name': 'model_generation',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  openlit: {
    call: span({
      scope: { name: 'openlit.instrumentation.openai', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'openlit.instrumentation.langgraph', version: '' },
      attributes: {
        'gen_ai.operation.name': 'invoke_workflow',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  haystack: {
    call: span({
      name: 'haystack.component.run',
      attributes: {
        'haystack.component.type': 'OpenAIChatGenerator',
        'haystack.component.output':
          '{"replies":[{"role":"assistant","meta":{"model":"m","usage":{"prompt_tokens":3}},"content":[]}]}',
      },
    }),
    parent: span({
      name: 'haystack.pipeline.run',
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  litellm: {
    call: span({
      name: 'litellm_request',
      attributes: { 'litellm.call_id': 'c', 'gen_ai.operation.name': 'acompletion', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      name: 'invoke_agent shop',
      attributes: {
        'litellm.call_id': 'c',
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
  },
  logfire: {
    call: span({
      scope: { name: 'logfire.openai', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'logfire.openai', version: '' },
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'pydantic-ai': {
    call: span({
      scope: { name: 'pydantic-ai', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      name: 'agent run',
      scope: { name: 'pydantic-ai', version: '' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  traceloop: {
    call: span({ attributes: { 'llm.request.type': 'chat', 'gen_ai.usage.prompt_tokens': 3 } }),
    parent: span({
      name: 'chat bot.workflow',
      attributes: { 'traceloop.span.kind': 'workflow', 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    }),
  },
  voltagent: {
    call: span({
      scope: { name: '@voltagent/core', version: '1.0.0' },
      attributes: { 'entity.type': 'agent', 'ai.model.name': 'm', 'usage.prompt_tokens': 3 },
    }),
    parent: span({
      scope: { name: '@voltagent/core', version: '1.0.0' },
      attributes: { 'span.type': 'memory', 'llm.model': 'm', 'usage.prompt_tokens': 3 },
    }),
  },
  'spring-ai': {
    call: null,
    parent: span({
      attributes: {
        'spring.ai.kind': 'chat_client',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': '3',
      },
    }),
  },
  quarkus: {
    call: span({
      name: 'completion m',
      scope: { name: 'io.quarkus.opentelemetry', version: '' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    }),
    parent: span({
      name: 'langchain4j.aiservices.Support.chat',
      scope: { name: 'io.quarkus.opentelemetry', version: '' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.prompt_tokens': 3 },
    }),
  },
  'claude-code': {
    call: span({
      name: 'claude_code.llm_request',
      attributes: { 'span.type': 'llm_request', input_tokens: 1, cache_read_tokens: 2, cache_creation_tokens: 0 },
    }),
    parent: span({
      name: 'claude_code.interaction',
      attributes: { 'span.type': 'interaction', 'gen_ai.request.model': 'm', input_tokens: 3 },
    }),
  },
  'openai-agents-logfire': {
    call: span({
      scope: { name: 'logfire.openai_agents', version: '5' },
      attributes: {
        'logfire.msg_template': 'Responses API with {gen_ai.request.model!r}',
        'gen_ai.request.model': 'm',
        'gen_ai.usage.input_tokens': 3,
      },
    }),
    parent: span({
      scope: { name: 'logfire.openai_agents', version: '5' },
      attributes: { 'logfire.msg_template': 'Task: Agent workflow', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'openai-agents-openinference': {
    call: span({
      scope: { name: 'openinference.instrumentation.openai_agents', version: '2' },
      attributes: { 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 3 },
    }),
    parent: span({
      scope: { name: '@arizeai/openinference-instrumentation-openai-agents', version: '0.2' },
      attributes: { 'openinference.span.kind': 'AGENT', 'llm.model_name': 'm', 'llm.token_count.prompt': 3 },
    }),
  },
  'openai-agents-otel': {
    call: null,
    parent: span({
      scope: { name: 'opentelemetry.instrumentation.genai.openai_agents', version: '1' },
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  strands: {
    call: span({
      attributes: { 'gen_ai.event.start_time': '2026', 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'strands.telemetry.tracer', version: '' },
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'google-adk': {
    call: span({
      name: 'call_llm',
      attributes: { 'gen_ai.system': 'gcp.vertex.agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'gcp.vertex.agent', version: '2' },
      attributes: { 'gen_ai.operation.name': 'invoke_workflow', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'agent-framework': {
    call: span({
      scope: { name: 'agent_framework', version: '1' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      name: 'executor.process writer',
      scope: { name: 'agent_framework', version: '1' },
      attributes: { 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'semantic-kernel': {
    call: span({
      scope: { name: 'semantic_kernel.utils.telemetry.model_diagnostics.decorators', version: '' },
      attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 },
    }),
    parent: span({
      scope: { name: 'semantic_kernel.functions.kernel_function', version: '' },
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'summarise', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
  'otel-genai': {
    call: span({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.usage.input_tokens': 3 } }),
    parent: span({
      attributes: { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.request.model': 'm', 'gen_ai.usage.input_tokens': 3 },
    }),
  },
}
