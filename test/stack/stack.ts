/**
 * The whole chain on loopback, from the shipped configuration files: Collector, processor, Prometheus, Alertmanager and a webhook receiver, with
 * tokens on as in docker-compose.yml. Only addresses and paths differ, unless a test says otherwise.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePorts } from '../helpers/free-port.ts'
import { Processor } from '../helpers/processor.ts'
import { Program } from './programs.ts'
import { PrometheusApi } from './prometheus.ts'
import type { Door } from './sender.ts'
import { collectorConfig, collectorOverlay, repositoryPath, shippedFile } from './shipped.ts'
import { Webhook } from './webhook.ts'

export const ingestToken = 'ingest-token-of-the-stack-tests'
const apiToken = 'api-token-of-the-stack-tests'

/** Nothing listens on the discard port: where traces go when a test has no Tempo. */
const NOBODY = '127.0.0.1:9'

export interface CollectorOptions {
  /** Where its queue is; survives a restart. */
  readonly folder: string
  readonly processorUrl: string
  readonly tempoAddress?: string
  readonly queueBytes?: number
}

/** The Collector with the shipped configuration. */
export class Collector {
  readonly door: Door
  readonly grpcUrl: string
  readonly metricsAddress: string
  readonly program: Program

  private constructor(options: CollectorOptions, ports: readonly number[]) {
    const [grpcPort = 0, httpPort = 0, healthPort = 0, metricsPort = 0] = ports
    this.door = { httpUrl: `http://127.0.0.1:${httpPort}` }
    this.grpcUrl = `http://127.0.0.1:${grpcPort}`
    this.metricsAddress = `127.0.0.1:${metricsPort}`
    const overlay = join(options.folder, 'overlay.yaml')
    const queueFolder = join(options.folder, 'queue')
    writeFileSync(overlay, collectorOverlay({ grpcPort, httpPort, healthPort, metricsPort, queueFolder }))
    this.program = new Program({
      tool: 'otelcol',
      args: ['--config', repositoryPath(collectorConfig), '--config', overlay],
      env: {
        FLYWHEEL_ENDPOINT: options.processorUrl,
        FLYWHEEL_INGEST_TOKEN: ingestToken,
        TEMPO_ENDPOINT: options.tempoAddress ?? NOBODY,
        ...(options.queueBytes === undefined ? {} : { COLLECTOR_QUEUE_BYTES: String(options.queueBytes) }),
      },
      readyUrl: `http://127.0.0.1:${healthPort}`,
    })
  }

  static async create(options: CollectorOptions): Promise<Collector> {
    mkdirSync(options.folder, { recursive: true })
    return new Collector(options, await freePorts(4))
  }

  /** Sum of one of its own metrics over all series whose labels hold the given text. */
  async metric(name: string, labels = ''): Promise<number> {
    const page = await (await fetch(`http://${this.metricsAddress}/metrics`)).text()
    const lines = page.split('\n').filter((line) => /^\w+/.exec(line)?.[0] === name && line.includes(labels))
    return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
  }
}

export interface StackOptions {
  readonly processor?: Readonly<Record<string, string>>
  readonly tempoAddress?: string
  /** More replacements in prometheus.yml, for a test that cannot wait for the shipped intervals and says so. */
  readonly prometheus?: Readonly<Record<string, string>>
}

export class Stack {
  readonly folder: string
  readonly webhook: Webhook
  readonly processor: Processor
  readonly collector: Collector
  readonly prometheus: PrometheusApi
  readonly #programs: readonly Program[]

  private constructor(
    parts: Pick<Stack, 'folder' | 'webhook' | 'processor' | 'collector' | 'prometheus'>,
    programs: readonly Program[],
  ) {
    this.folder = parts.folder
    this.webhook = parts.webhook
    this.processor = parts.processor
    this.collector = parts.collector
    this.prometheus = parts.prometheus
    this.#programs = programs
  }

  /** Starts everything; on failure nothing stays behind. */
  static async start(options: StackOptions = {}): Promise<Stack> {
    const folder = mkdtempSync(join(tmpdir(), 'flywheel-stack-'))
    const webhook = await Webhook.start()
    const processor = await Processor.create({ ...processorEnvironment(join(folder, 'data')), ...options.processor })
    const { tempoAddress } = options
    const collector = await Collector.create({
      folder: join(folder, 'collector'),
      processorUrl: processor.url,
      ...(tempoAddress === undefined ? {} : { tempoAddress }),
    })
    const [prometheusPort = 0, alertmanagerPort = 0] = await freePorts(2)
    const alertmanager = alertmanagerProgram(folder, alertmanagerPort, webhook.url)
    const prometheus = prometheusProgram(folder, prometheusPort, {
      'processor:4319': address(processor.url),
      'collector:8888': collector.metricsAddress,
      'alertmanager:9093': `127.0.0.1:${alertmanagerPort}`,
      'localhost:9090': `127.0.0.1:${prometheusPort}`,
      ...options.prometheus,
    })
    const api = new PrometheusApi(`http://127.0.0.1:${prometheusPort}`)
    const stack = new Stack({ folder, webhook, processor, collector, prometheus: api }, [
      alertmanager,
      prometheus,
      collector.program,
    ])
    try {
      await Promise.all([processor.start(), alertmanager.start(), collector.program.start()])
      await prometheus.start()
      return stack
    } catch (error) {
      await stack.end()
      throw error
    }
  }

  /** What the processor shows at /metrics; null when nobody answers or it is not ready. */
  metricsPage(): Promise<string | null> {
    return metricsPage(this.processor.url)
  }

  async end(): Promise<void> {
    await Promise.all([...this.#programs.map((program) => program.end()), this.processor.end('SIGTERM')])
    await this.webhook.end()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** As docker-compose.yml sets it, but on loopback. */
export function processorEnvironment(dataDir: string): Readonly<Record<string, string>> {
  return { FLYWHEEL_DATA_DIR: dataDir, FLYWHEEL_INGEST_TOKEN: ingestToken, FLYWHEEL_API_TOKEN: apiToken }
}

export async function metricsPage(processorUrl: string): Promise<string | null> {
  return fetch(`${processorUrl}/metrics`, { headers: { authorization: `Bearer ${apiToken}` } }).then(
    async (response) => (response.status === 200 ? response.text() : null),
    () => null,
  )
}

/** Writes the shipped configuration with other addresses; the program is not started yet. */
export function prometheusProgram(folder: string, port: number, addresses: Readonly<Record<string, string>>): Program {
  const home = join(folder, 'prometheus')
  const token = join(home, 'api_token')
  mkdirSync(home)
  writeFileSync(token, apiToken)
  // The rules lie beside the file that names them, as in the container.
  cpSync(repositoryPath('grafana/prometheus/rules'), join(home, 'rules'), { recursive: true })
  const replacements = { '/run/flywheel/api_token': token, ...addresses }
  writeFileSync(join(home, 'prometheus.yml'), shippedFile('grafana/prometheus/prometheus.yml', replacements))
  return new Program({
    tool: 'prometheus',
    args: [
      `--config.file=${join(home, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(home, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--enable-feature=exemplar-storage',
    ],
    readyUrl: `http://127.0.0.1:${port}/-/ready`,
  })
}

/** As `prometheusProgram`. */
export function alertmanagerProgram(folder: string, port: number, webhookUrl: string): Program {
  const home = join(folder, 'alertmanager')
  const urlFile = join(home, 'webhook_url')
  mkdirSync(home)
  writeFileSync(urlFile, webhookUrl)
  const replacements = { '/run/flywheel/webhook_url': urlFile }
  writeFileSync(join(home, 'alertmanager.yml'), shippedFile('grafana/prometheus/alertmanager.yml', replacements))
  return new Program({
    tool: 'alertmanager',
    args: [
      `--config.file=${join(home, 'alertmanager.yml')}`,
      `--storage.path=${join(home, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    readyUrl: `http://127.0.0.1:${port}/-/ready`,
  })
}

function address(url: string): string {
  return url.replace('http://', '')
}
