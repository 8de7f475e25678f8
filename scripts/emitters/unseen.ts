/** Emitters that are read from the reference only. */
import type { UnseenEmitter } from './emitter.ts'

export const unseen: readonly UnseenEmitter[] = [
  {
    name: 'OpenLLMetry up to 0.43',
    dialect: 'traceloop',
    note: 'llm.request.type, numbered messages, prompt and completion tokens',
  },
  { name: 'LiteLLM, second OpenTelemetry integration', dialect: 'litellm', note: 'conventions, with costs as litellm.cost.*' },
  { name: 'Amazon Bedrock AgentCore', dialect: 'otel-genai', note: 'the spans of the framework that runs in it' },
  { name: 'Semantic Kernel for .NET', dialect: 'semantic-kernel', note: 'conventions; content in span events' },
  { name: 'Grafana agent observability SDK', dialect: 'otel-genai', note: 'conventions, with cache tokens under older names' },
  { name: 'LangChain4j outside Quarkus and other JVM libraries', dialect: 'otel-genai', note: 'conventions' },
  { name: 'Dify, LoongSuite', dialect: 'otel-genai', note: 'conventions, with the kind of a span in gen_ai.span.kind' },
  {
    name: 'Laminar',
    dialect: 'otel-genai',
    note: 'conventions, with lmnr.span.type, session and user in association properties',
  },
  { name: 'Rig', dialect: 'otel-genai', note: 'conventions, with operations of its own for streams' },
  { name: 'Azure AI Inference', dialect: 'otel-genai', note: 'conventions; messages in gen_ai.event.content of span events' },
  {
    name: 'Langtrace, Qwen Code, VS Code Copilot Chat, OpenRouter',
    dialect: 'otel-genai',
    note: 'conventions with a few keys of their own',
  },
  {
    name: 'vLLM and other model servers',
    dialect: 'otel-genai',
    note: 'what the server used is not counted: the span names no operation, and the client reports the call',
  },
]
