/** Who sells a model: the spellings of providers and of prefixes in model names, in the words of the price table. */

/** Spellings on spans, in SDKs and before the slash of a gateway's model name, each with its sellers' id in the table. */
const idsBySpelling: ReadonlyMap<string, string> = new Map(
  Object.entries({
    openai: ['text-completion-openai', 'openai_chat', 'openai-responses'],
    anthropic: ['anthropic_text', 'claude'],
    aws: ['aws.bedrock', 'bedrock', 'bedrock_converse', 'amazon-bedrock', 'amazon_bedrock'],
    azure: ['azure.ai.openai', 'azure.ai.inference', 'azure_ai', 'azure_openai', 'azure-openai', 'azure_text'],
    google: [
      'gcp.gemini',
      'gcp.gen_ai',
      'gcp.vertex_ai',
      'gemini',
      'google_genai',
      'google-gla',
      'google-generative-ai',
      'googleai',
    ].concat([
      'vertex_ai',
      'vertex_ai_beta',
      'vertexai',
      'vertex',
      'google-vertex',
      'google_vertexai',
      'google-vertex-anthropic',
    ]),
    mistral: ['mistral_ai', 'mistralai', 'codestral', 'text-completion-codestral'],
    'x-ai': ['x_ai', 'xai'],
    moonshotai: ['moonshot_ai', 'moonshot'],
    deepseek: [],
    cohere: ['cohere_chat', 'cohere_v2'],
    perplexity: [],
    voyageai: ['voyage'],
    minimax: [],
    zai: ['z-ai', 'z.ai'],
    zhipuai: ['zhipu'],
    openrouter: [],
    groq: [],
    together: ['together_ai', 'together-ai', 'togetherai'],
    fireworks: ['fireworks_ai', 'fireworks-ai'],
    cerebras: [],
    novita: ['novita_ai', 'novita-ai'],
    baseten: [],
    cloudflare: ['workers-ai'],
    ovhcloud: [],
    'github-copilot': ['github_copilot'],
  }).flatMap(([id, spellings]) => [id, ...spellings].map((spelling) => [spelling, id] as const)),
)

/** They sell models of others at prices of their own: the list of a model's maker says nothing about what they charge. */
const resellers: ReadonlySet<string> = new Set(
  [
    'groq',
    'together',
    'fireworks',
    'cerebras',
    'novita',
    'baseten',
    'cloudflare',
    'ovhcloud',
    'github-copilot',
    'huggingface',
  ].concat(['avian', 'doubleword', 'modal', 'quicksilverpro']),
)

/** Own machines, rented machines and sellers of whom the table has no list. */
const unlisted: ReadonlySet<string> = new Set(
  ['ollama', 'ollama_chat', 'vllm', 'hosted_vllm', 'lm_studio', 'lmstudio', 'llamafile', 'llamacpp', 'llama.cpp', 'llama_cpp']
    .concat(['localai', 'sglang', 'tgi', 'xinference', 'mlx', 'docker_model_runner', 'gpt4all', 'triton', 'huggingface_local'])
    .concat([
      'sagemaker',
      'aws.sagemaker',
      'sagemaker_chat',
      'amazon-sagemaker',
      'databricks',
      'watsonx',
      'ibm.watsonx.ai',
      'replicate',
    ])
    .concat([
      'deepinfra',
      'nvidia',
      'nvidia_nim',
      'sambanova',
      'hyperbolic',
      'nebius',
      'lambda_ai',
      'anyscale',
      'predibase',
      'runpod',
    ])
    .concat([
      'snowflake',
      'oci',
      'github',
      'github_models',
      'nscale',
      'featherless_ai',
      'lepton',
      'friendliai',
      'chutes',
      'deepgram',
    ]),
)

/** They pass calls on and say nothing about who sells. */
const gateways: ReadonlySet<string> = new Set(
  [
    'litellm_proxy',
    'litellm',
    'gateway',
    'vercel',
    'vercel_ai_gateway',
    'portkey',
    'helicone',
    'custom_openai',
    'openai_like',
  ].concat(['openai-compatible', 'openai_compatible', 'llmgateway', 'proxy', 'router']),
)

/** Short names for a provider of the conventions, where the table's id would take in more than one. */
const conventionNames: ReadonlyMap<string, string> = new Map([
  ['bedrock', 'aws.bedrock'],
  ['gemini', 'gcp.gemini'],
  ['vertex_ai', 'gcp.vertex_ai'],
  ['vertexai', 'gcp.vertex_ai'],
  ['azure_openai', 'azure.ai.openai'],
  ['mistralai', 'mistral_ai'],
  ['xai', 'x_ai'],
  ['moonshot', 'moonshot_ai'],
])

/** The table's id for a spelling that is known here. */
export function knownSeller(spelling: string): string | null {
  return idsBySpelling.get(spelling) ?? null
}

/** The id to look a call's provider up by; the table itself may know spellings that are not known here. Null = it has no list of this one. */
export function sellerOf(provider: string | null): string | null {
  if (provider === null || unlisted.has(provider) || gateways.has(provider)) return null
  return knownSeller(provider) ?? provider
}

/** True when a model is bought there at a price that its maker's list does not tell. */
export function hasPricesOfItsOwn(seller: string): boolean {
  return resellers.has(seller) || unlisted.has(seller) || seller.startsWith('huggingface')
}

export function isUnlisted(spelling: string): boolean {
  return unlisted.has(spelling)
}

export function isGateway(spelling: string): boolean {
  return gateways.has(spelling)
}

/** True when what a user calls a provider is the provider of a call: `azure.ai.openai`, or shorter `azure`. */
export function isSameProvider(named: string, provider: string | null): boolean {
  if (provider === null) return false
  const name = named.trim().toLowerCase()
  return name === provider || name === knownSeller(provider) || conventionNames.get(name) === provider
}
