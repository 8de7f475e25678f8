import { expect, test } from 'vitest'
import { canonicalProvider } from '../../src/dialects/provider.ts'

test.each([
  ['groq.chat', 'groq'],
  ['azure.responses', 'azure.ai.openai'],
  ['google.vertex.chat', 'gcp.vertex_ai'],
  ['vertex.anthropic.messages', 'gcp.vertex_ai'],
  ['bedrock.anthropic.messages', 'aws.bedrock'],
  ['xai.responses', 'x_ai'],
  ['mistral.chat', 'mistral_ai'],
  ['openai.completion', 'openai'],
  ['mistral.embedding', 'mistral_ai'],
  ['deepseek.chat', 'deepseek'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google-gla', 'gcp.gemini'],
  ['bedrock_converse', 'aws.bedrock'],
  ['aws_bedrock', 'aws.bedrock'],
  ['azure.ai.openai', 'azure.ai.openai'],
  ['gcp.gemini', 'gcp.gemini'],
  ['langgenius/openai/openai', 'openai'],
  ['open_ai', 'openai'],
  ['google_ai_gemini', 'gcp.gemini'],
  ['Google AI Studio', 'gcp.gemini'],
  ['z.ai', 'z.ai'],
  ['character.ai', 'character.ai'],
])('%s is %s', (spelling, provider) => {
  expect(canonicalProvider(spelling)).toBe(provider)
})
