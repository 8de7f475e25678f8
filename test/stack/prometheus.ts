/** Asks Prometheus' HTTP API, as Grafana does. */
import { setTimeout as sleep } from 'node:timers/promises'

const ASK_AGAIN_MS = 100

export interface Series {
  readonly labels: Readonly<Record<string, string>>
  /** Seconds and value, as scraped. */
  readonly samples: readonly (readonly [number, number])[]
}

export interface ActiveAlert {
  readonly state: 'pending' | 'firing'
  readonly labels: Readonly<Record<string, string>>
}

interface VectorOrMatrix {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>
    readonly value?: readonly [number, string]
    readonly values?: readonly (readonly [number, string])[]
  }[]
}

export class PrometheusApi {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  /** One sample a series for an instant query; all raw samples for a range selector such as `metric[10m]`. */
  async query(expression: string, atSeconds?: number): Promise<readonly Series[]> {
    const time = atSeconds === undefined ? {} : { time: String(atSeconds) }
    const { result } = (await this.#get('query', { query: expression, ...time })) as VectorOrMatrix
    return result.map(({ metric, value, values }) => ({
      labels: metric,
      samples: (values ?? (value === undefined ? [] : [value])).map(([at, text]) => [at, Number(text)] as const),
    }))
  }

  /** The value of a query that has one series; null while it has none. */
  async value(expression: string): Promise<number | null> {
    const [series, ...more] = await this.query(expression)
    if (more.length > 0) throw new Error(`${expression} has ${more.length + 1} series`)
    return series?.samples[0]?.[1] ?? null
  }

  async alerts(): Promise<readonly ActiveAlert[]> {
    const { alerts } = (await this.#get('alerts', {})) as { alerts: readonly ActiveAlert[] }
    return alerts
  }

  async #get(path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`)
    const body = (await response.json()) as { status: string; data: unknown; error?: string }
    if (body.status !== 'success') throw new Error(`${path} ${JSON.stringify(parameters)}: ${body.error}`)
    return body.data
  }
}

/** Name with labels, without those that a scrape adds -> value: what /metrics shows, as Prometheus knows it. */
export function bySeries(found: readonly Series[]): ReadonlyMap<string, number> {
  return new Map(
    found.map(({ labels, samples }) => {
      const { __name__: name = '', job: _job, instance: _instance, ...own } = labels
      return [seriesName(name, own), samples.at(-1)?.[1] ?? NaN]
    }),
  )
}

/** `name{a="1",b="2"}` with sorted labels and without empty ones, which Prometheus does not tell from absent ones. */
export function seriesName(name: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).filter(([, value]) => value !== '')
  return `${name}{${pairs
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .toSorted()
    .join(',')}}`
}

/** Asks until the answer is there or the time is over; returns the last one. */
export async function eventually<T>(ask: () => Promise<T>, isDone: (answer: T) => boolean, timeoutMs: number): Promise<T> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (isDone(answer) || Date.now() > deadline) return answer
    await sleep(ASK_AGAIN_MS)
  }
}
