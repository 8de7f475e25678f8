/** Instrumentations whose input leaves out what a cache served, with nothing in the numbers that tells. */
import { expect, test } from 'vitest'
import { readStep } from '../../src/dialects/index.ts'
import { type AttributeValues, span, usage } from '../helpers/steps.ts'

const call: AttributeValues = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.usage.input_tokens': 500,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.total_tokens': 510,
  'gen_ai.usage.cache_read.input_tokens': 400,
  'gen_ai.usage.cache_creation.input_tokens': 50,
}

test.each<[emitter: string, scope: string, attributes: AttributeValues, input: number]>([
  ['botocore', 'opentelemetry.instrumentation.botocore.bedrock-runtime', { 'gen_ai.system': 'aws.bedrock' }, 950],
  ['OpenLLMetry for Bedrock', 'opentelemetry.instrumentation.bedrock', { 'gen_ai.system': 'AWS' }, 950],
  ['OpenLLMetry for Anthropic', '@traceloop/instrumentation-anthropic', { 'gen_ai.provider.name': 'anthropic' }, 950],
  ['Spring AI', 'org.springframework.boot', { 'gen_ai.system': 'anthropic' }, 950],
  ['Spring AI with another model', 'org.springframework.boot', { 'gen_ai.system': 'openai' }, 500],
  ['ADOT for LangChain', 'amazon.opentelemetry.distro.instrumentation.langchain', { 'gen_ai.system': 'anthropic' }, 950],
  ['ADOT, Bedrock', 'amazon.opentelemetry.distro.instrumentation.langchain', { 'gen_ai.system': 'aws.bedrock' }, 500],
  ['Rig', 'shop', { 'gen_ai.provider.name': 'anthropic', target: 'rig::completions' }, 950],
  ['an application that follows the conventions', 'shop', { 'gen_ai.provider.name': 'anthropic', target: 'shop' }, 500],
])('%s', (_emitter, scope, attributes, input) => {
  const step = readStep(span({ scope: { name: scope, version: '' }, attributes: { ...call, ...attributes } }))
  expect(step.usage).toEqual(usage({ input, output: 10, cacheRead: 400, cacheWrite: 50 }))
})

test('an input that is not known stays so', () => {
  const attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.system': 'aws.bedrock',
    'gen_ai.usage.cache_read.input_tokens': 4,
  }
  const scope = { name: 'opentelemetry.instrumentation.botocore.bedrock-runtime', version: '' }
  expect(readStep(span({ scope, attributes })).usage).toEqual(usage({ cacheRead: 4 }))
})
