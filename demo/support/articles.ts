/** The help center as vectors: articles are embedded once, a question finds those near to it. */
import type OpenAI from 'openai'
import { retrieval } from '../../src/sdk/index.ts'
import { type Article, articles } from './shop.ts'

/** Cosine below which an article has nothing to do with the question. */
const NEAR = 0.12
const MOST = 3
/** Nobody waits for the index yet, and without it the agent is of no use. */
const atStart: OpenAI.RequestOptions = { timeout: 30_000, maxRetries: 3 }

export class ArticleIndex {
  readonly #client: OpenAI
  readonly #model: string
  readonly #userId: string
  static #vectors: Promise<readonly (readonly number[])[]> | null = null

  constructor(client: OpenAI, model: string, userId: string) {
    this.#client = client
    this.#model = model
    this.#userId = userId
  }

  /** Embeds the help center. Done once, before the first customer comes. */
  async load(): Promise<void> {
    ArticleIndex.#vectors ??= this.#embed(
      articles.map(({ title, text }) => `${title}. ${text}`),
      atStart,
    )
    await ArticleIndex.#vectors
  }

  async search(query: string): Promise<readonly Article[]> {
    return retrieval({ source: 'help-center', query }, async () => {
      const [asked = []] = await this.#embed([query])
      const vectors = await (ArticleIndex.#vectors ?? [])
      return articles
        .map((article, index) => ({ article, nearness: cosine(asked, vectors[index] ?? []) }))
        .filter(({ nearness }) => nearness >= NEAR)
        .sort((a, b) => b.nearness - a.nearness)
        .slice(0, MOST)
        .map(({ article }) => article)
    })
  }

  async #embed(input: readonly string[], patience: OpenAI.RequestOptions = {}): Promise<readonly (readonly number[])[]> {
    const { data } = await this.#client.embeddings.create({ model: this.#model, input: [...input], user: this.#userId }, patience)
    return data.map(({ embedding }) => embedding)
  }
}

/** Embeddings have length 1, so that the product is the cosine. */
function cosine(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0)
}
