/**
 * Every way of writing a model that is known on the wire, with the price it must have. Rates are the sellers' list prices in USD per million tokens,
 * copied here by hand; the arithmetic is here too, so that a change of the table or of a rule shows.
 */
import { expect, test } from 'vitest'
import { createPricing, type Price } from '../../../src/signals/cost/price.ts'
import { runStartUs, usage } from '../../helpers/steps.ts'

interface Rates {
  readonly input: number
  readonly output: number
  /** Absent = no price of its own: like input. */
  readonly read?: number
  readonly write?: number
}

const gpt4o: Rates = { input: 2.5, output: 10, read: 1.25 }
const gpt4oMini: Rates = { input: 0.15, output: 0.6, read: 0.075 }
const tunedGpt4oMini: Rates = { input: 0.3, output: 1.2 }
const sonnet45: Rates = { input: 3, output: 15, read: 0.3, write: 3.75 }
const regionalSonnet45: Rates = { input: 3.3, output: 16.5, read: 0.33, write: 4.125 }
const haiku45: Rates = { input: 1, output: 5, read: 0.1, write: 1.25 }
const sonnet35: Rates = { input: 3, output: 15, read: 0.3, write: 3.75 }
const gemini25Flash: Rates = { input: 0.3, output: 2.5, read: 0.03 }
const grok4: Rates = { input: 3, output: 15, read: 0.75 }
const mistralLarge: Rates = { input: 2, output: 6 }
const groqGptOss: Rates = { input: 0.15, output: 0.6, read: 0.075 }
const togetherLlama: Rates = { input: 0.88, output: 0.88 }

/** 10,000 tokens in, of them 2,000 from a cache and 1,000 into it; 500 out. In nano-USD. */
function byHand({ input, output, read = input, write = input }: Rates): number {
  return Math.round((7_000 * input + 2_000 * read + 1_000 * write + 500 * output) * 1_000)
}

const price = createPricing([])

function priceOf(provider: string | null, responseModel: string | null, requestModel: string | null = null): Price {
  const counts = usage({ input: 10_000, cacheRead: 2_000, cacheWrite: 1_000, output: 500 })
  return price({ provider, responseModel, requestModel, usage: counts, startUs: runStartUs, failed: false })
}

test.each<[provider: string | null, model: string, rates: Rates]>([
  // the maker's own names
  ['openai', 'gpt-4o', gpt4o],
  ['openai', ' GPT-4o ', gpt4o],
  ['openai', 'gpt-4o-2024-08-06', gpt4o],
  ['openai', 'gpt-4o-2024-05-13', { input: 5, output: 15 }],
  ['openai', 'gpt-4o-mini-2024-07-18', gpt4oMini],
  ['openai', 'gpt-4o-mini-20240718', gpt4oMini],
  ['openai', 'gpt-5-mini-2025-08-07', { input: 0.25, output: 2, read: 0.025 }],
  ['openai', 'gpt-4o-mini-2026-10-31', gpt4oMini],
  ['anthropic', 'claude-sonnet-4-5', sonnet45],
  ['anthropic', 'claude-sonnet-4-5-20250929', sonnet45],
  ['anthropic', 'claude-haiku-4-5-20251001', haiku45],
  ['anthropic', 'claude-3-5-sonnet-latest', sonnet35],
  ['gcp.gemini', 'gemini-2.5-flash', gemini25Flash],
  ['gcp.gemini', 'gemini-2.5-flash-001', gemini25Flash],
  ['mistral_ai', 'mistral-large-2411', mistralLarge],
  ['mistral_ai', 'ministral-8b-2410', { input: 0.1, output: 0.1 }],
  ['x_ai', 'grok-4', grok4],
  ['moonshot_ai', 'kimi-k2-0905-preview', { input: 0.6, output: 2.5, read: 0.15 }],
  ['cohere', 'command-a-03-2025', { input: 2.5, output: 10 }],
  ['groq', 'openai/gpt-oss-120b', groqGptOss],
  ['together', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', togetherLlama],
  ['fireworks', 'accounts/fireworks/models/kimi-k2p5', { input: 0.6, output: 3, read: 0.1 }],
  // nobody says who sells it, or somebody says a name the table does not have
  [null, 'gpt-4o-mini', gpt4oMini],
  [null, 'claude-sonnet-4-5', sonnet45],
  [null, 'mistral-large-latest', mistralLarge],
  ['microsoft.agent_framework', 'gpt-4o', gpt4o],
  ['openai', 'claude-haiku-4-5', haiku45],
  ['openai', 'mistral-large-latest', mistralLarge],
  ['acme-ai', 'gemini-2.5-flash', gemini25Flash],
  // fine-tuned
  ['openai', 'ft:gpt-4o-mini-2024-07-18:org::id', tunedGpt4oMini],
  [null, 'ft:gpt-4o-mini-2024-07-18:org::id', tunedGpt4oMini],
  ['litellm', 'openai/ft:gpt-4o-2024-08-06:org:name:id', { input: 3.75, output: 15 }],
  ['azure.ai.openai', 'gpt-4o-mini-2024-07-18.ft-0123abcd', tunedGpt4oMini],
  // Bedrock
  ['aws.bedrock', 'anthropic.claude-3-5-sonnet-20241022-v2:0', sonnet35],
  ['aws.bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0', regionalSonnet45],
  ['aws.bedrock', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', sonnet45],
  ['aws.bedrock', 'arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0', sonnet35],
  [
    'aws.bedrock',
    'arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    regionalSonnet45,
  ],
  ['aws.bedrock', 'amazon.nova-lite-v1:0', { input: 0.06, output: 0.24, read: 0.015 }],
  ['anthropic', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', regionalSonnet45],
  ['strands-agents', 'global.anthropic.claude-sonnet-4-5-20250929-v1:0', sonnet45],
  [null, 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0', regionalSonnet45],
  ['litellm', 'bedrock/converse/us-east-1/anthropic.claude-3-5-sonnet-20241022-v2:0', sonnet35],
  ['openai', 'bedrock:us.anthropic.claude-sonnet-4-5-20250929-v1:0', regionalSonnet45],
  // Azure
  ['azure.ai.openai', 'gpt-4o', gpt4o],
  ['azure.ai.openai', 'gpt-35-turbo-0125', { input: 0.5, output: 1.5 }],
  ['azure.ai.inference', 'phi-4', { input: 0.07, output: 0.14 }],
  ['litellm', 'azure/gpt-4o-mini', gpt4oMini],
  ['litellm', 'azure/responses/gpt-4o', gpt4o],
  // Google
  ['gcp.gemini', 'models/gemini-2.5-flash', gemini25Flash],
  ['gcp.vertex_ai', 'publishers/google/models/gemini-2.5-flash', gemini25Flash],
  ['gcp.vertex_ai', 'projects/p/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929', sonnet45],
  ['gcp.vertex_ai', 'claude-haiku-4-5@20251001', haiku45],
  ['anthropic', 'claude-sonnet-4-5@20250929', sonnet45],
  ['litellm', 'vertex_ai/claude-sonnet-4-5@20250929', sonnet45],
  ['litellm', 'gemini/gemini-2.5-flash', gemini25Flash],
  [null, 'google-gla:gemini-2.5-flash', gemini25Flash],
  ['gcp.vertex_ai', 'openai/gpt-4o', gpt4o],
  // gateways
  ['openai', 'openai/gpt-4o', gpt4o],
  ['openai', 'openai:gpt-4o', gpt4o],
  ['litellm', 'litellm_proxy/openai/gpt-4o-mini', gpt4oMini],
  ['gateway', 'gateway/anthropic:claude-sonnet-4-5', sonnet45],
  ['openai', 'anthropic/claude-haiku-4-5', haiku45],
  ['openrouter', 'openai/gpt-4o-mini', gpt4oMini],
  ['openrouter', 'openai/gpt-4o-mini:nitro', gpt4oMini],
  ['openai', 'openrouter/openai/gpt-4o-mini', gpt4oMini],
  ['openrouter', 'deepseek/deepseek-r1:free', { input: 0, output: 0 }],
  ['litellm', 'xai/grok-4', grok4],
  ['litellm', 'groq/openai/gpt-oss-120b', groqGptOss],
  ['litellm', 'together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo', togetherLlama],
  ['litellm', 'fireworks_ai/accounts/fireworks/models/kimi-k2p5', { input: 0.6, output: 3, read: 0.1 }],
])('%s sells %s at its list price', (provider, model, rates) => {
  expect(priceOf(provider, model)).toEqual({ costNanoUsd: byHand(rates) })
})

test.each<[provider: string | null, model: string, why: string]>([
  ['openai', 'ft:gpt-4.1-mini-2025-04-14:org::id', 'fine-tuned, not in the table'],
  ['openai', 'ft:gpt-4-0613:org::id', 'fine-tuned; the table has it among its base model'],
  ['litellm', 'openai/ft:gpt-4.1-2025-04-14:org::id', 'the same behind a prefix'],
  ['openai', 'curie:ft-acme-2023-03-03', 'fine-tuned, old spelling'],
  ['azure.ai.openai', 'gpt-4.1-2025-04-14.ft-0123abcd', 'fine-tuned at Azure'],
  ['mistral_ai', 'ft:mistral-small-latest:org:1:id', 'fine-tuned at Mistral'],
  ['gcp.gemini', 'tunedModels/gemini-2.5-pro-mine', 'tuned at Google'],
  ['gcp.vertex_ai', 'projects/p/locations/us-central1/endpoints/1234', 'an endpoint of one’s own'],
  ['aws.bedrock', 'arn:aws:bedrock:us-east-1:1:custom-model/amazon.nova-lite-v1:0:8k/abc', 'customised'],
  ['aws.bedrock', 'arn:aws:bedrock:us-east-1:1:provisioned-model/anthropic.claude-3-haiku', 'reserved, paid by the hour'],
  ['aws.bedrock', 'arn:aws:bedrock:us-east-1:1:application-inference-profile/abc', 'an address'],
  ['fireworks', 'accounts/acme/models/gpt-4o', 'somebody’s own upload'],
  ['fireworks', 'accounts/fireworks/models/kimi-k2p5#accounts/acme/deployments/1', 'rented machines'],
  ['litellm', 'azure/eu/gpt-4o-2024-08-06', 'a data zone, which costs more'],
  ['azure.ai.openai', 'my-deployment', 'a name of one’s own'],
  ['ollama', 'deepseek-r1:8b', 'own machine'],
  ['ollama', 'gpt-oss', 'own machine'],
  ['vllm', 'mistral-nemo', 'own machine, although Mistral sells it too'],
  ['openai', 'ollama/deepseek-r1', 'own machine behind a gateway'],
  ['openai', 'deepseek-r1:8b', 'own machine behind an OpenAI client'],
  ['openai', 'deepseek-r1', 'open weights, and OpenAI does not sell them'],
  ['openai', 'gpt-oss-120b', 'open weights that OpenAI does not sell'],
  [null, 'deepseek-r1-distill-llama-70b', 'open weights of whoever'],
  ['deepinfra', 'deepseek-ai/DeepSeek-R1', 'a reseller without a list'],
  ['groq', 'kimi-k2-0905-preview', 'a reseller that does not list it, although its maker does'],
  ['openrouter', 'openai/gpt-4o:free', 'a variant with another price'],
  ['gcp.gemini', 'gemma-3-27b-it', 'listed without a price'],
  ['github_copilot', 'gpt-4o', 'part of a plan'],
  ['openai', 'omni-moderation-latest', 'listed without a price'],
  ['openai', 'whisper-1', 'paid by the minute'],
  ['openai', 'gpt-4o-audio-preview', 'speech costs more than text, and tokens do not say which they are'],
  ['aws.bedrock', 'amazon.nova-sonic-v1:0', 'so here'],
  ['gcp.gemini', 'gemini-2.5-flash-image', 'so do pictures'],
  ['openai', 'openai/', 'nothing behind the prefix'],
  ['openai', '/', 'nothing at all'],
  ['constructor', '__proto__', 'a name out of Object.prototype'],
])('%s %s has no list price: %s', (provider, model) => {
  expect(priceOf(provider, model)).toEqual({ unpriced: 'unknown_model' })
})

test.each<[what: string, provider: string, answered: string, asked: string, rates: Rates | null]>([
  ['the one that answered, not the one asked for', 'openai', 'gpt-4o-mini-2024-07-18', 'gpt-4o', gpt4oMini],
  ['the deployment’s model', 'azure.ai.openai', 'gpt-4o-2024-08-06', 'gpt-4', gpt4o],
  ['the one asked for, where an alias answers', 'openai', 'deployment-7', 'gpt-4o', gpt4o],
  [
    'the one asked for, where its snapshot is not listed',
    'mistral_ai',
    'mistral-large-2610',
    'mistral-large-latest',
    mistralLarge,
  ],
  ['none, where another model answers that is not listed', 'openai', 'llama-3.3-nemotron', 'gpt-4o', null],
  ['none, where a dearer sibling answers', 'openai', 'gpt-4o-ultra', 'gpt-4o', null],
  [
    'the fine-tuned one, where the answer names its base',
    'openai',
    'gpt-4o-mini-2024-07-18',
    'ft:gpt-4o-mini-2024-07-18:o::i',
    tunedGpt4oMini,
  ],
  ['none, where a fine-tuned one answers to its base', 'openai', 'ft:gpt-4.1-2025-04-14:o::i', 'gpt-4.1', null],
  [
    'none, where a reserved one answers to its base',
    'aws.bedrock',
    'claude-3-haiku-20240307',
    'arn:aws:bedrock:us-east-1:1:provisioned-model/x',
    null,
  ],
  [
    'the one behind an address',
    'aws.bedrock',
    'anthropic.claude-3-5-sonnet-20241022-v2:0',
    'arn:aws:bedrock:us-east-1:1:application-inference-profile/x',
    sonnet35,
  ],
  [
    'the region asked for',
    'aws.bedrock',
    'claude-sonnet-4-5-20250929',
    'global.anthropic.claude-sonnet-4-5-20250929-v1:0',
    sonnet45,
  ],
  [
    'the region asked for',
    'aws.bedrock',
    'claude-sonnet-4-5-20250929',
    'eu.anthropic.claude-sonnet-4-5-20250929-v1:0',
    regionalSonnet45,
  ],
])('of two names the price is that of %s', (_what, provider, answered, asked, rates) => {
  expect(priceOf(provider, answered, asked)).toEqual(
    rates === null ? { unpriced: 'unknown_model' } : { costNanoUsd: byHand(rates) },
  )
})
