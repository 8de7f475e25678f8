/** The configuration files that are shipped, with nothing but their addresses and paths changed to those of a test. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'

/** Text as it stands in a shipped file -> what a test puts in its place. */
export type Replacements = Readonly<Record<string, string>>

/** The path of a file of the repository. */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}

/** A shipped file with addresses and paths replaced. Each has to be there: a file that changed must not silently be tested with its own. */
export function shippedFile(path: string, replacements: Replacements): string {
  let text = readFileSync(repositoryPath(path), 'utf8')
  for (const [shipped, replacement] of Object.entries(replacements)) {
    if (!text.includes(shipped)) throw new Error(`${path} does not hold ${shipped}, which the stack tests replace`)
    text = text.replaceAll(shipped, replacement)
  }
  return text
}

export interface CollectorPlaces {
  readonly grpcPort: number
  readonly httpPort: number
  readonly healthPort: number
  readonly metricsPort: number
  readonly queueFolder: string
}

interface CollectorConfig {
  readonly service: {
    readonly telemetry: {
      readonly metrics: { readonly readers: readonly { readonly pull: { readonly exporter: { readonly prometheus: object } } }[] }
    }
  }
}

export const collectorConfig = 'otel-collector/config.yaml'

/**
 * What the Collector merges over its shipped file: listen addresses and the folder of the queue. A list cannot be merged, so the reader of its own
 * metrics is taken from the shipped file and gets another address.
 */
export function collectorOverlay(places: CollectorPlaces): string {
  const { service } = parse(readFileSync(repositoryPath(collectorConfig), 'utf8')) as CollectorConfig
  const [reader] = service.telemetry.metrics.readers
  const prometheus = { ...reader?.pull.exporter.prometheus, host: '127.0.0.1', port: places.metricsPort }
  return stringify({
    extensions: {
      health_check: { endpoint: `127.0.0.1:${places.healthPort}` },
      file_storage: { directory: places.queueFolder, compaction: { directory: places.queueFolder } },
    },
    receivers: {
      otlp: {
        protocols: { grpc: { endpoint: `127.0.0.1:${places.grpcPort}` }, http: { endpoint: `127.0.0.1:${places.httpPort}` } },
      },
    },
    service: { telemetry: { metrics: { readers: [{ pull: { exporter: { prometheus } } }] } } },
  })
}
