/** Captured bytes of real emitters (test/fixtures) as log entries, and what a perfect reader could know of them. */
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { BodyEncoding, BodyFormat, EntryKind } from '../../src/model/entry.ts'

/** The truth lies beside these (expected.json), from a model server and a client's script that recorded what they did. */
export const truthNames = [
  'otel-openai',
  'vercel-ai6',
  'openinference-langchain',
  'traceloop-openai',
  'claude-agent-sdk',
  'genkit',
  'langfuse',
  'python-openinference-crewai',
  'python-otel-openai',
  'python-pydantic-ai',
  'strands',
] as const

/** Of these best.json was made from what the project's own model server served (demo/model-server). */
const servedNames = [
  'ai-sdk-4',
  'ai-sdk-5',
  'ai-sdk-7',
  'anthropic-js',
  'claude-code',
  'claude-code-logs',
  'codex-logs',
  'gemini-cli',
  'js-langsmith',
  'mastra',
  'openai-agents-js',
  'python-agent-framework',
  'python-agno',
  'python-anthropic',
  'python-autogen',
  'python-dspy',
  'python-fastmcp',
  'python-google-adk',
  'python-haystack-2',
  'python-haystack-3',
  'python-haystack-openinference',
  'python-langchain',
  'python-langchain-quiet',
  'python-langfuse',
  'python-langsmith',
  'python-langsmith-04',
  'python-litellm',
  'python-litellm-openinference',
  'python-litellm-spans',
  'python-llamaindex',
  'python-logfire',
  'python-mlflow',
  'python-openai-agents',
  'python-openai-agents-logfire',
  'python-openai-agents-openinference',
  'python-openlit',
  'python-otel-genai',
  'python-semantic-kernel',
  'python-smolagents',
  'python-strands',
  'python-traceloop',
] as const

/** So were these, of emitters that the reader was first tried on without having seen them; Bedrock was a mock. */
const laterNames = [
  'java-quarkus-langchain4j',
  'java-spring-ai-1',
  'java-spring-ai-2',
  'js-elastic-openai',
  'js-google-adk',
  'js-langfuse-wrappers',
  'js-openinference-vercel',
  'js-openlit',
  'js-sentry',
  'python-openinference-anthropic',
  'python-openinference-bedrock',
  'python-openinference-google-adk',
  'python-openinference-google-genai',
  'python-openinference-langchain',
  'python-openinference-openai',
  'python-openinference-pydantic-ai',
  'python-otel-bedrock',
  'python-otel-google-genai',
  'python-traceloop-bedrock',
  'python-traceloop-gemini',
  'python-traceloop-llamaindex',
  'python-traceloop-openai-agents',
  'voltagent',
] as const

export type CaptureName = (typeof truthNames)[number] | (typeof servedNames)[number] | (typeof laterNames)[number]
export const captureNames: readonly CaptureName[] = [...truthNames, ...servedNames, ...laterNames]

export interface CapturedRequest {
  readonly kind: EntryKind
  readonly path: string
  readonly contentType: string
  readonly format: BodyFormat
  readonly encoding: BodyEncoding
  /** As sent. */
  readonly body: Uint8Array
  /** Inflated. */
  readonly content: Uint8Array
  /** Milliseconds since the capture began. */
  readonly atMs: number
}

interface RequestLine {
  readonly t_ms: number
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly file: string
}

const fixtures = new URL('../fixtures/', import.meta.url)

/** The trace and log requests of a capture, in the order in which they were sent. */
export function capturedRequests(name: CaptureName): readonly CapturedRequest[] {
  const lines = readFileSync(new URL(`${name}/requests.jsonl`, fixtures), 'utf8')
    .trim()
    .split('\n')
  return lines.flatMap((text) => {
    const line = JSON.parse(text) as RequestLine
    const kind: EntryKind | null = line.path.endsWith('/v1/traces') ? 'spans' : line.path.endsWith('/v1/logs') ? 'logs' : null
    if (kind === null) return []
    const body = new Uint8Array(readFileSync(new URL(`${name}/${line.file}`, fixtures)))
    const isGzip = line.headers['content-encoding'] === 'gzip'
    const contentType = line.headers['content-type'] ?? ''
    return {
      kind,
      path: line.path,
      contentType,
      format: contentType.includes('json') ? ('json' as const) : ('protobuf' as const),
      encoding: isGzip ? ('gzip' as const) : ('identity' as const),
      body,
      content: isGzip ? new Uint8Array(gunzipSync(body)) : body,
      atMs: line.t_ms,
    }
  })
}

interface BestModel {
  readonly input: number | null
  readonly cache_read: number | null
  readonly cache_write: number | null
  readonly output: number | null
  readonly reasoning: number | null
  readonly calls: number
  readonly calls_without_usage: number
}

interface BestScenario {
  readonly expected_class: string | null
  readonly user_visible_failure: boolean
  readonly trace_ids: readonly string[]
  readonly class_knowable: boolean | null
  readonly evidence: string
  readonly outcome_knowable: boolean
  readonly outcome_note?: string
  readonly conversation_id: string | null
  readonly user_id: string | null
  readonly tools: Readonly<Record<string, { readonly ok: number; readonly failed: number }>>
  readonly needs_content?: boolean
  readonly acceptable_classes?: readonly string[]
}

export interface Best {
  readonly calls: number
  /** Why the bytes tell less than the truth, in words. */
  readonly token_differences: readonly string[]
  readonly call_differences: readonly string[]
  readonly tokens_by_model: Readonly<Record<string, BestModel>>
  readonly scenarios: Readonly<Record<string, BestScenario>>
}

/** What a perfect reader could know of a capture; where the bytes tell more than that reader saw, `corrections.json` beside it says what and why. */
export function bestReading(name: CaptureName): Best {
  const best = JSON.parse(readFileSync(new URL(`${name}/best.json`, fixtures), 'utf8')) as Best
  const corrections = new URL(`${name}/corrections.json`, fixtures)
  if (!existsSync(corrections)) return best
  return { ...best, ...(JSON.parse(readFileSync(corrections, 'utf8')) as Partial<Best>) }
}
