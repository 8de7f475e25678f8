/** The models of the simulated agents: real names, so that the price table prices them, and one that it cannot know. */

export interface Model {
  /** As `gen_ai.provider.name` spells it. */
  readonly provider: string
  /** What the agent asks for. */
  readonly requested: string
  /** What answers: often the dated name. */
  readonly answered: string
  readonly firstTokenMs: number
  readonly outputTokensPerSecond: number
  /** Spends output tokens on thinking. */
  readonly thinks: boolean
  readonly promptCache: 'none' | 'read' | 'read_and_write'
}

function model(
  provider: string,
  requested: string,
  answered: string,
  [firstTokenMs, outputTokensPerSecond]: readonly [firstTokenMs: number, outputTokensPerSecond: number],
  more: Partial<Pick<Model, 'thinks' | 'promptCache'>> = {},
): Model {
  return { provider, requested, answered, firstTokenMs, outputTokensPerSecond, thinks: false, promptCache: 'read', ...more }
}

/** What one provider offers: a strong model for the work and a small one for the simple steps. */
export interface Offer {
  readonly strong: Model
  readonly small: Model
}

const writesCache = { promptCache: 'read_and_write' } as const

/** In the order in which services take them: the first three services use three providers. */
export const offers: readonly Offer[] = [
  {
    strong: model('anthropic', 'claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', [900, 75], writesCache),
    small: model('anthropic', 'claude-haiku-4-5', 'claude-haiku-4-5-20251001', [450, 150], writesCache),
  },
  {
    strong: model('openai', 'gpt-5.1', 'gpt-5.1-2025-11-13', [1_400, 110], { thinks: true }),
    small: model('openai', 'gpt-5-mini', 'gpt-5-mini-2025-08-07', [700, 170], { thinks: true }),
  },
  {
    strong: model('gcp.gemini', 'gemini-2.5-pro', 'gemini-2.5-pro', [1_600, 130], { thinks: true }),
    small: model('gcp.gemini', 'gemini-2.5-flash', 'gemini-2.5-flash', [400, 220]),
  },
  {
    strong: model('openai', 'gpt-4.1', 'gpt-4.1-2025-04-14', [600, 95]),
    small: model('openai', 'gpt-4.1-mini', 'gpt-4.1-mini-2025-04-14', [400, 130]),
  },
]

/** A model of the house that an agent tries out now and then: no table has a price for it. */
export const unpricedModel: Model = model('vllm', 'house-tuned-8b', 'house-tuned-8b', [150, 60], { promptCache: 'none' })

export const embeddingModel: Model = model('openai', 'text-embedding-3-small', 'text-embedding-3-small', [80, 1_000], {
  promptCache: 'none',
})

/** The providers whose outages are simulated. */
export const providers: readonly string[] = [...new Set(offers.map(({ strong }) => strong.provider))]
