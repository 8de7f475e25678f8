/** Spans around what an application calls its agents and steps. */
import type { Span } from '@opentelemetry/api'
import {
  ATTR_GEN_AI_AGENT_NAME,
  ATTR_GEN_AI_OPERATION_NAME,
  ATTR_GEN_AI_WORKFLOW_NAME,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
  GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW,
} from '@opentelemetry/semantic-conventions/incubating'
import { inSpan, misused, nameOf } from './in-span.ts'

/**
 * One turn of an agent: an `invoke_agent` span around `fn`, and the agent's name on every span inside. `fn` may be sync, async or return an
 * async generator (the span then lasts until it has been read); its value or exception passes through.
 *
 * @param name - The agent's name, one of few: a user or conversation belongs into `withContext`.
 * @param fn - Gets the span, for attributes of your own.
 *
 * @example
 * const answer = await agent('support', async () => { ... })
 */
export function agent<T>(name: string, fn: (span: Span) => T): T {
  if (typeof fn !== 'function') return misused('agent(name, fn)', fn)
  const agentName = nameOf(name, 'agent')
  return inSpan(
    {
      name: `invoke_agent ${agentName}`,
      attributes: {
        [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_INVOKE_AGENT,
        [ATTR_GEN_AI_AGENT_NAME]: agentName,
      },
      inside: { agent: agentName },
    },
    fn,
  )
}

/**
 * A named part of an agent's work, such as "classify" or "answer": an `invoke_workflow` span around `fn`. Costs, failures and models are
 * shown by the nearest step.
 *
 * @param name - The step's name, one of few.
 * @param fn - Gets the span, for attributes of your own.
 */
export function step<T>(name: string, fn: (span: Span) => T): T {
  if (typeof fn !== 'function') return misused('step(name, fn)', fn)
  const stepName = nameOf(name, 'step')
  return inSpan(
    {
      name: `invoke_workflow ${stepName}`,
      attributes: {
        [ATTR_GEN_AI_OPERATION_NAME]: GEN_AI_OPERATION_NAME_VALUE_INVOKE_WORKFLOW,
        [ATTR_GEN_AI_WORKFLOW_NAME]: stepName,
      },
    },
    fn,
  )
}
