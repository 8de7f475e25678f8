/** Emitters that are read from the reference only. */
import type { UnseenEmitter } from './emitter.ts'

export const unseen: readonly UnseenEmitter[] = [
  {
    name: 'OpenLLMetry up to 0.43',
    dialect: 'traceloop',
    note: 'llm.request.type, numbered messages, prompt and completion tokens',
  },
  { name: 'LiteLLM, second OpenTelemetry integration', dialect: 'litellm', note: 'conventions, with costs as litellm.cost.*' },
  { name: 'Google ADK for JavaScript', dialect: 'google-adk', note: 'call_llm without an operation; output without thoughts' },
  { name: 'Amazon Bedrock AgentCore', dialect: 'otel-genai', note: 'the spans of the framework that runs in it' },
  { name: 'Semantic Kernel for .NET', dialect: 'semantic-kernel', note: 'conventions; content in span events' },
  { name: 'Grafana agent observability SDK', dialect: 'otel-genai', note: 'conventions, with cache tokens under older names' },
  { name: 'Spring AI, Quarkus and other JVM libraries', dialect: 'otel-genai', note: 'conventions' },
  { name: 'vLLM and other model servers', dialect: 'otel-genai', note: 'their own spans; they name no agent' },
]
