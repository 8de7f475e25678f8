/** Provider names in the spelling of the conventions, so that one provider is one label whatever the emitter calls it. */

/** Spellings seen on the wire, lower-cased. What is not here stays as it is. */
const aliases: ReadonlyMap<string, string> = new Map([
  ['az.ai.openai', 'azure.ai.openai'],
  ['azure', 'azure.ai.openai'],
  ['azure-openai', 'azure.ai.openai'],
  ['azure_openai', 'azure.ai.openai'],
  // LangChain4j's own names, in lower case.
  ['open_ai', 'openai'],
  ['azure_open_ai', 'azure.ai.openai'],
  ['google_ai_gemini', 'gcp.gemini'],
  ['az.ai.inference', 'azure.ai.inference'],
  ['azure_ai', 'azure.ai.inference'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['vertexai', 'gcp.vertex_ai'],
  ['google-vertex', 'gcp.vertex_ai'],
  ['google_vertexai', 'gcp.vertex_ai'],
  ['vertex', 'gcp.vertex_ai'],
  ['gemini', 'gcp.gemini'],
  ['google.vertex', 'gcp.vertex_ai'],
  // Models of Anthropic that a cloud sells.
  ['vertex.anthropic', 'gcp.vertex_ai'],
  ['bedrock.anthropic', 'aws.bedrock'],
  ['google_anthropic_vertex', 'gcp.vertex_ai'],
  ['google.generative-ai', 'gcp.gemini'],
  ['google-gla', 'gcp.gemini'],
  ['google', 'gcp.gemini'],
  ['google ai studio', 'gcp.gemini'],
  ['google_genai', 'gcp.gemini'],
  ['google-generative-ai', 'gcp.gemini'],
  ['gcp.vertex.agent', 'gcp.vertex_ai'],
  ['bedrock', 'aws.bedrock'],
  ['bedrock_converse', 'aws.bedrock'],
  ['aws_bedrock', 'aws.bedrock'],
  ['amazon-bedrock', 'aws.bedrock'],
  ['amazon_bedrock', 'aws.bedrock'],
  ['aws', 'aws.bedrock'],
  ['mistral', 'mistral_ai'],
  ['mistralai', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['x-ai', 'x_ai'],
  ['moonshot', 'moonshot_ai'],
  ['moonshotai', 'moonshot_ai'],
])

/** Frameworks that put their own name where the provider belongs. */
const frameworks: ReadonlySet<string> = new Set([
  'langchain',
  'langgraph',
  'crewai',
  'llamaindex',
  'llama_index',
  'litellm',
  'autogen',
  'strands-agents',
  'microsoft.agent_framework',
])

/** Model name beginnings that only one provider uses; for spans that name a model but no provider. */
const modelPrefixes: readonly (readonly [prefix: string, provider: string])[] = [
  ['gpt-', 'openai'],
  ['o1', 'openai'],
  ['o3', 'openai'],
  ['o4', 'openai'],
  ['text-embedding-', 'openai'],
  ['claude-', 'anthropic'],
  ['gemini-', 'gcp.gemini'],
  ['mistral-', 'mistral_ai'],
  ['deepseek-', 'deepseek'],
  ['command-', 'cohere'],
  ['grok-', 'x_ai'],
]

/** The AI SDK, and who passes its names on, has a provider's API behind its name: `groq.chat`, `azure.responses`. */
const api = /\.(?:chat|responses|messages|completions?|embeddings?)$/

export function canonicalProvider(spelling: string): string {
  // Dify names the plugin of a provider with its path: `langgenius/openai/openai`.
  const last = spelling.slice(spelling.lastIndexOf('/') + 1)
  const name = (last === '' ? spelling : last).trim().toLowerCase().replace(api, '')
  return aliases.get(name) ?? name
}

/** The provider of a call from what its span says of it; a framework's name only where the model does not tell more. */
export function providerOfCall(spelling: string | null, model: string | null): string | null {
  const provider = spelling === null ? null : canonicalProvider(spelling)
  if (provider !== null && !frameworks.has(provider)) return provider
  return providerOfModel(model) ?? provider
}

/** The provider a model name gives away; null when several could serve it. */
export function providerOfModel(model: string | null): string | null {
  if (model === null) return null
  const lower = model.toLowerCase()
  return modelPrefixes.find(([prefix]) => lower.startsWith(prefix))?.[1] ?? null
}
