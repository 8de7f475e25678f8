/** Real programs as child processes on loopback: started when they answer, ended by their process id, their output kept for when a test fails. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const START_TIMEOUT_MS = 30_000
const END_TIMEOUT_MS = 15_000
const KEPT_OUTPUT_CHARACTERS = 200_000

export type ToolName = 'otelcol' | 'prometheus' | 'promtool' | 'alertmanager' | 'amtool'

/** Where `.ci/run` builds the programs. */
export function toolPath(name: ToolName): string {
  const path = fileURLToPath(new URL(`../../.cache/tools/bin/${name}`, import.meta.url))
  if (!existsSync(path)) throw new Error(`${path} is missing: .ci/run builds it`)
  return path
}

export interface ProgramOptions {
  readonly tool: ToolName
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Answers 200 once the program can be used. */
  readonly readyUrl: string
}

export class Program {
  readonly #options: ProgramOptions
  #child: ChildProcess | null = null
  #output = ''

  constructor(options: ProgramOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const { tool, args, env, readyUrl } = this.#options
    const child = spawn(toolPath(tool), args, { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-KEPT_OUTPUT_CHARACTERS)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const deadline = Date.now() + START_TIMEOUT_MS
    while (!(await answers(readyUrl))) {
      if (hasEnded(child)) throw new Error(`${tool} ended with ${child.exitCode ?? child.signalCode}:\n${this.#output}`)
      if (Date.now() > deadline) throw new Error(`${tool} was not ready in time:\n${this.#output}`)
      await sleep(50)
    }
  }

  /** Waits until it is gone; one that does not go is killed. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (child === null || hasEnded(child)) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    const timer = setTimeout(() => child.kill('SIGKILL'), END_TIMEOUT_MS)
    await ended
    clearTimeout(timer)
  }

  /** The last of what it printed. */
  get output(): string {
    return this.#output
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status === 200
    },
    () => false,
  )
}
