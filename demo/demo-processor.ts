/** The processor as a child of the demo: on loopback, without tokens, ended when the demo ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000
/** Runs are shown this soon after their last span; a real one waits longer for stragglers. */
const SETTLE_MS = 1_500
/** Thumbs count this soon; real ones wait longer for those who think again. */
const FEEDBACK_HOLD_MS = 5_000
const MAX_COMPLAINT_CHARACTERS = 4_000
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const endsWithParent = new URL('./ends-with-parent.ts', import.meta.url).href

export class DemoProcessor {
  readonly url: string
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #onDeath: () => void
  #child: ChildProcess | null = null
  #isStopping = false
  #complaints = ''

  constructor(port: number, dataDir: string, onDeath: () => void) {
    this.url = `http://127.0.0.1:${port}`
    this.#environment = {
      ...withoutDoors(process.env),
      FLYWHEEL_HOST: '127.0.0.1',
      FLYWHEEL_PORT: String(port),
      FLYWHEEL_DATA_DIR: dataDir,
      FLYWHEEL_SETTLE_MS: process.env['FLYWHEEL_SETTLE_MS'] ?? String(SETTLE_MS),
      FLYWHEEL_FEEDBACK_HOLD_MS: process.env['FLYWHEEL_FEEDBACK_HOLD_MS'] ?? String(FEEDBACK_HOLD_MS),
    }
    this.#onDeath = onDeath
  }

  /** What it wrote to its error output. */
  get complaints(): string {
    return this.#complaints
  }

  /** Starts it and waits until it takes data. */
  async start(signal: AbortSignal): Promise<void> {
    const child = spawn(process.execPath, ['--import', endsWithParent, main], {
      env: this.#environment,
      stdio: ['pipe', 'ignore', 'pipe'],
      // Ctrl-C reaches the whole group of a terminal; the processor ends last, when the agent has sent what it had.
      detached: true,
    })
    this.#child = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-MAX_COMPLAINT_CHARACTERS)
    })
    let isGone = false
    child.once('exit', () => {
      isGone = true
      if (!this.#isStopping) this.#onDeath()
    })
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await isReady(this.url))) {
      if (isGone) throw new Error(`The processor did not start. It said:\n${this.#complaints}`)
      if (signal.aborted) return
      if (Date.now() > deadline)
        throw new Error(`The processor was not ready after ${START_TIMEOUT_MS / 1_000} s.\n${this.#complaints}`)
      await sleep(50)
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    const child = this.#child
    if (child === null || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS)
    await ended
    clearTimeout(timer)
  }
}

/** The port, or the next one that nobody listens on. */
export async function freePortFrom(port: number): Promise<number> {
  for (let candidate = port; candidate < port + 50 && candidate <= 65_535; candidate++)
    if (await isFree(candidate)) return candidate
  throw new Error(`expected a free port from ${port} on, got none of 50. Name one with --port.`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/readyz`).then(
    (response) => response.status === 200,
    () => false,
  )
}

/** Addresses, tokens and the user's file are for a real installation; the demo's own agent would stand before a closed door. */
function withoutDoors(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) =>
        !/^FLYWHEEL_(?:HOST|PUBLIC_URL|CONFIG|PROXY_USER_HEADER|TRUSTED_PROXIES|INSECURE)|^FLYWHEEL_.*(?:TOKEN|SECRET)/.test(
          name,
        ),
    ),
  )
}
