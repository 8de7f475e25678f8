/** The agent's processes, one for each release, as a deployment runs them; started when the first customer comes to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const main = fileURLToPath(new URL('../support/main.ts', import.meta.url))
const endsWithParent = new URL('../ends-with-parent.ts', import.meta.url).href
const instrumentation = new URL('../support/instrumentation.ts', import.meta.url).href

export interface AgentSettings {
  /** Where the models are, without a path. */
  readonly modelUrl: string
  /** Where the telemetry goes. */
  readonly collectorUrl: string
  readonly timeoutMs: number
  readonly retryAfterMs: number
  /** Further environment, for instance OTEL_*. */
  readonly environment: Readonly<Record<string, string>>
  readonly onLine: (line: string) => void
  /** An agent that ended without being asked to. */
  readonly onDeath: (release: string, how: string) => void
}

const STOP_TIMEOUT_MS = 5_000

export class Agents {
  readonly #settings: AgentSettings
  readonly #running = new Map<string, Promise<Agent>>()
  #isStopping = false

  constructor(settings: AgentSettings) {
    this.#settings = settings
  }

  /** The address of a release's agent. */
  async urlOf(release: string): Promise<string> {
    let agent = this.#running.get(release)
    if (agent === undefined) {
      agent = this.#start(release)
      this.#running.set(release, agent)
    }
    return (await agent).url
  }

  /** Releases of which an agent has been started. */
  get started(): readonly string[] {
    return [...this.#running.keys()]
  }

  /** Ends all and waits until they have sent what they had. */
  async stop(): Promise<void> {
    this.#isStopping = true
    const agents = await Promise.allSettled(this.#running.values())
    await Promise.all(agents.flatMap((agent) => (agent.status === 'fulfilled' ? [end(agent.value.child)] : [])))
  }

  async #start(release: string): Promise<Agent> {
    const { modelUrl, collectorUrl, timeoutMs, retryAfterMs, environment, onLine, onDeath } = this.#settings
    const child = spawn(process.execPath, ['--import', endsWithParent, '--import', instrumentation, main], {
      env: {
        PATH: process.env['PATH'],
        OPENAI_BASE_URL: `${modelUrl}/v1`,
        OPENAI_API_KEY: 'stand-in',
        OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
        SUPPORT_RELEASE: release,
        SUPPORT_TIMEOUT_MS: String(timeoutMs),
        SUPPORT_RETRY_AFTER_MS: String(retryAfterMs),
        ...environment,
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      // Ctrl-C reaches the whole group of a terminal; the agent ends when it is told to, after the customers.
      detached: true,
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => text.trimEnd().split('\n').forEach(onLine))
    child.once('exit', (exitCode, signal) => {
      if (!this.#isStopping) onDeath(release, signal ?? `exit code ${exitCode ?? 'unknown'}`)
    })
    const [url] = await Promise.race([
      once(child.stdout.setEncoding('utf8'), 'data'),
      once(child, 'exit').then(([exitCode]) => {
        throw new Error(`the agent of release ${release} ended before it was ready (exit code ${String(exitCode)})`)
      }),
    ])
    return { child, url: String(url).trim() }
  }
}

interface Agent {
  readonly child: ChildProcess
  readonly url: string
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
  await ended
  clearTimeout(timer)
}
