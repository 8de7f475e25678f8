/** The real processor as a child process that can be killed and started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port.ts'

const START_TIMEOUT_MS = 30_000

export class Processor {
  readonly url: string
  readonly #env: Readonly<Record<string, string>>
  #child: ChildProcess | null = null
  #stderr = ''
  #stdout = ''

  private constructor(port: number, env: Readonly<Record<string, string>>) {
    this.url = `http://127.0.0.1:${port}`
    this.#env = { FLYWHEEL_PORT: String(port), ...env }
  }

  /** Picks a free port; it stays the same over restarts, as senders expect. */
  static async create(env: Readonly<Record<string, string>>): Promise<Processor> {
    return new Processor(await freePort(), env)
  }

  /** Starts it and waits until it accepts data. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, ['src/main.ts'], {
      env: { PATH: process.env['PATH'], ...this.#env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', (chunk: Buffer) => (this.#stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()))
    this.#child = child
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await this.#isReady())) {
      if (child.exitCode !== null) throw new Error(`the processor exited with ${child.exitCode}:\n${this.#stderr}`)
      if (Date.now() > deadline) throw new Error(`the processor was not ready in time:\n${this.#stderr}`)
      await sleep(20)
    }
  }

  /** Ends it with a signal and waits until it is gone. Returns the exit code, null after a kill. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (child === null || child.exitCode !== null) return child?.exitCode ?? null
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
    child.kill(signal)
    this.#child = null
    return ended
  }

  /** What it complained about so far. */
  get stderr(): string {
    return this.#stderr
  }

  /** What it said so far. */
  get stdout(): string {
    return this.#stdout
  }

  async #isReady(): Promise<boolean> {
    return fetch(`${this.url}/readyz`).then(
      (response) => response.status === 200,
      () => false,
    )
  }
}
