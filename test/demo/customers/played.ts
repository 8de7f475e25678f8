/** A scenario that was played to a real processor, and what the processor says of it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { type Truth, playScenario } from '../../../demo/customers/play.ts'
import type { Scenario } from '../../../demo/customers/scenario.ts'
import { Processor } from '../../helpers/processor.ts'

export interface SeenRun {
  readonly traceId: string
  readonly conversationId: string | null
  readonly userId: string | null
  readonly agent: string
  readonly release: string
  readonly outcome: string
  readonly failures: readonly { readonly kind: string; readonly detail: string }[]
  readonly llmCalls: number
}

export interface PlayedTo {
  readonly scenario: Scenario
  /** Scenario seconds in one. */
  readonly speed: number
  /** Of the agents. */
  readonly environment: Readonly<Record<string, string>>
  /** Of the processor. */
  readonly settings: Readonly<Record<string, string>>
  /** How many runs there are besides those of the customers. */
  readonly otherRuns: (truth: Truth) => number
}

export class Played {
  readonly truth: Truth
  readonly runs: readonly SeenRun[]
  readonly #processor: Processor
  readonly #dataDir: string

  private constructor(truth: Truth, runs: readonly SeenRun[], processor: Processor, dataDir: string) {
    this.truth = truth
    this.runs = runs
    this.#processor = processor
    this.#dataDir = dataDir
  }

  /** Plays and waits until every run has settled. */
  static async play({ scenario, speed, environment, settings, otherRuns }: PlayedTo): Promise<Played> {
    const dataDir = mkdtempSync(join(tmpdir(), 'flywheel-demo-'))
    const processor = await Processor.create({ FLYWHEEL_DATA_DIR: dataDir, FLYWHEEL_SCRAPE_INTERVAL_MS: '0', ...settings })
    await processor.start()
    const truth = await playScenario({ scenario, url: processor.url, speed, timeoutMs: 4_000, retryAfterMs: 10, environment })
    const expected = truth.runs.length + truth.releases.length + otherRuns(truth)
    const runs = await vi.waitFor(
      async () => {
        const all = await readPages<SeenRun>(processor.url, 'runs')
        if (all.length !== expected) throw new Error(`expected ${expected} runs, got ${all.length}`)
        return all
      },
      { timeout: 30_000, interval: 200 },
    )
    return new Played(truth, runs, processor, dataDir)
  }

  async end(): Promise<void> {
    await this.#processor.end('SIGTERM')
    rmSync(this.#dataDir, { recursive: true, force: true })
  }

  /** What the processor complained about. */
  get stderr(): string {
    return this.#processor.stderr
  }

  list<T>(what: 'runs' | 'feedback'): Promise<readonly T[]> {
    return readPages<T>(this.#processor.url, what)
  }

  async metrics(): Promise<Metrics> {
    return new Metrics(await (await fetch(`${this.#processor.url}/metrics`)).text())
  }

  /** The metrics, once `total` of them is there. */
  metricsOnce(total: (metrics: Metrics) => unknown, expected: unknown): Promise<Metrics> {
    return vi.waitFor(
      async () => {
        const metrics = await this.metrics()
        expect(total(metrics)).toEqual(expected)
        return metrics
      },
      { timeout: 30_000, interval: 200 },
    )
  }
}

export class Metrics {
  readonly #lines: readonly string[]

  constructor(page: string) {
    this.#lines = page.split('\n')
  }

  /** Sum of the samples of a metric that have these labels. */
  total(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const samples = this.#lines.filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`)
    const values = samples
      .filter((line) => wanted.every((pair) => line.includes(pair)))
      .map((line) => Number(line.split(' ').at(-1)))
    return sum(values)
  }
}

async function readPages<T>(url: string, what: 'runs' | 'feedback'): Promise<readonly T[]> {
  const all: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const response = await fetch(`${url}/api/${what}?limit=200${query}`)
    const page = (await response.json()) as Readonly<Record<typeof what, readonly T[]>> & { readonly next: string | null }
    all.push(...page[what])
    cursor = page.next
  }
  return all
}

export function sum(values: readonly (number | undefined)[]): number {
  return values.reduce<number>((all, value) => all + (value ?? 0), 0)
}
