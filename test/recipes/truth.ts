/** What a perfect reader of an emitter's telemetry would make of the calls that the model server served. */
import { calcPrice } from '@pydantic/genai-prices'
import { expect } from 'vitest'
import type { ServedCall } from '../../demo/model-server/served-calls.ts'
import { countBy, sum, type ModelUsage, type SeenRun } from './seen.ts'

/** Parts of the truth that an emitter may not send. */
type Part = 'cacheRead' | 'cacheWrite' | 'reasoning' | 'responseModel' | 'provider' | 'toolSpans'

export interface Recipe {
  /** As the page's code and command say. Null: the page says why there is none. */
  readonly service: string
  readonly release: string | null
  readonly agent: string
  readonly conversationId: string | null
  readonly userId: string | null
  /** What does not arrive, and why; the page tells its reader the same. */
  readonly notSent?: Readonly<Partial<Record<Part, string>>>
  /** Answers that come without the model that gave them, only with the one that was asked for; the page says so. */
  readonly modelAsAsked?: (call: ServedCall) => boolean
  /** What the model sees before the name of a tool, and the reader of the telemetry does not. */
  readonly toolPrefix?: string
}

/** The one run of a page whose calls all went well. */
export function expectedRun(recipe: Recipe, calls: readonly ServedCall[]): SeenRun {
  const { service, release, agent, conversationId, userId, notSent = {}, toolPrefix = '' } = recipe
  const told = calls.map((call) => toldOf(call, recipe))
  return {
    outcome: 'ok',
    failures: [],
    service,
    release,
    agent,
    conversationId,
    userId,
    costNanoUsd: told.reduce((total, call) => total + costNanoUsd(call), 0),
    unpricedCalls: 0,
    providers: 'provider' in notSent ? [expect.anything()] : [...new Set(told.map(({ provider }) => provider))].toSorted(),
    models: usageByModel(told),
    tools:
      'toolSpans' in notSent
        ? {}
        : countBy(calls.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name.replace(toolPrefix, '')))),
  }
}

interface ToldCall {
  readonly provider: string
  readonly model: string
  readonly input: number
  readonly output: number
  readonly cacheRead: number | null
  readonly cacheWrite: number | null
  readonly reasoning: number | null
}

function toldOf(call: ServedCall, { notSent = {}, modelAsAsked }: Recipe): ToldCall {
  const { api, path, requestModel, responseModel, usage } = call
  if (usage === null || responseModel === null)
    throw new Error(`the answer to ${path} told no usage: a page asks for it (OpenAI's chat: stream_options.include_usage)`)
  return {
    provider: api.startsWith('gemini') ? 'gcp.gemini' : (api.split('.')[0] ?? api),
    model: 'responseModel' in notSent || modelAsAsked?.(call) === true ? requestModel : responseModel,
    input: usage.inputTokens,
    output: usage.outputTokens,
    cacheRead: 'cacheRead' in notSent ? null : usage.cacheReadTokens,
    cacheWrite: 'cacheWrite' in notSent ? null : usage.cacheWriteTokens,
    reasoning: 'reasoning' in notSent ? null : usage.reasoningTokens,
  }
}

function usageByModel(calls: readonly ToldCall[]): Readonly<Record<string, ModelUsage>> {
  const models = [...new Set(calls.map(({ model }) => model))].toSorted()
  return Object.fromEntries(
    models.map((model) => {
      const own = calls.filter((call) => call.model === model)
      const usage: ModelUsage = {
        calls: own.length,
        input: sum(own.map(({ input }) => input)),
        output: sum(own.map(({ output }) => output)),
        cacheRead: orUnsaid(sum(own.map(({ cacheRead }) => cacheRead))),
        cacheWrite: orUnsaid(sum(own.map(({ cacheWrite }) => cacheWrite))),
        reasoning: orUnsaid(sum(own.map(({ reasoning }) => reasoning))),
      }
      return [model, usage]
    }),
  )
}

/** Where there was nothing, an emitter may say 0 or say nothing. */
function orUnsaid(tokens: number | null): number | null {
  return tokens === 0 ? (expect.toBeOneOf([0, null]) as number | null) : tokens
}

/** The price of what was told, by the table itself and not by the processor's code. */
function costNanoUsd({ provider, model, input, output, cacheRead, cacheWrite }: ToldCall): number {
  const usage = {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: cacheRead ?? 0,
    cache_write_tokens: cacheWrite ?? 0,
  }
  const price = calcPrice(usage, model, { providerId: provider === 'gcp.gemini' ? 'google' : provider })
  if (price === null)
    throw new Error(`the price table does not know ${model}: use a model in the page whose price can be checked`)
  return Math.round(price.total_price * 1e9)
}
