/**
 * Instrumentations that pass on the usage of Anthropic's or Bedrock's API as it is: their input leaves out what a cache served or took. Nothing in the
 * numbers tells, since their total, where there is one, is input and output. Seen on the wire: botocore, OpenLLMetry for Bedrock, Spring AI 2.0; the others
 * from their code.
 */
import { inputWithCache, type Usage } from '../model/usage.ts'
import type { Span } from '../otlp/span.ts'

const scopes: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['opentelemetry.instrumentation.botocore.bedrock-runtime', new Set(['aws.bedrock'])],
  ['opentelemetry.instrumentation.bedrock', new Set(['aws.bedrock'])],
  ['@traceloop/instrumentation-anthropic', new Set(['anthropic'])],
  // LangChain itself sums up what Bedrock says.
  ['amazon.opentelemetry.distro.instrumentation.langchain', new Set(['anthropic'])],
  // Spring AI: the bridge from Micrometer, which makes all of its spans.
  ['org.springframework.boot', new Set(['anthropic'])],
  ['envoyproxy/ai-gateway', new Set(['anthropic', 'aws.bedrock'])],
])

/** The usage with its cache within the input. */
export function withCacheInside(usage: Usage, span: Span, provider: string | null): Usage {
  return provider !== null && passesOnRaw(span, provider) ? { ...usage, input: inputWithCache(usage) } : usage
}

function passesOnRaw({ scope, attributes }: Span, provider: string): boolean {
  if (scopes.get(scope.name)?.has(provider) === true) return true
  // The scope of Rig's spans is the application's; tracing, which makes them, says what module they are from.
  return provider === 'anthropic' && attributes.string('target')?.startsWith('rig') === true
}
