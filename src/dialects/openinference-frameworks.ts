/** What single frameworks do otherwise under OpenInference: spans that call themselves what they are not, and names that hold more than a name. */
import type { StepKind } from '../model/step.ts'
import type { Span } from '../otlp/span.ts'
import { firstString, toName } from './read.ts'

const scopePrefix = 'openinference.instrumentation.'

/** LlamaIndex: what prepares a call, reads its answer or calls on behalf of another is of kind LLM, too. */
const helpers = /\.(?:_\w+|a?(?:stream_)?(?:structured_)?predict)$/

/** True for a span that only stands around what it says it is. */
export function isAround({ name, scope }: Span, kind: StepKind): boolean {
  // Instructor calls itself a tool: it patches the client and reads the answer.
  if (kind === 'tool') return scope.name === `${scopePrefix}instructor`
  return kind === 'llm' && scope.name === `${scopePrefix}llama_index` && helpers.test(name)
}

export function isHaystack(span: Span): boolean {
  return span.scope.name === `${scopePrefix}haystack`
}

/** Methods that frameworks put behind the name of an agent or its class. */
const method = /\.(?:a?(?:run|invoke|kickoff|call|stream|chat|query)|forward|__call__|_execute_core)$/
const hexId = /^[0-9a-f]{16,}$/i

/** CrewAI and agno name an agent as the node of a graph, smolagents only by its span. */
export function agentNameOf(span: Span): string | null {
  const node = firstString(span.attributes, ['graph.node.name', 'graph.node.id'])
  return node !== null && !hexId.test(node) ? node : toName(span.name.replace(method, ''))
}
