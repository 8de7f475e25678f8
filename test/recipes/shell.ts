/** Runs what a reader would type, as a process of its own group so that a command that hangs ends with all it started. */
import { spawn } from 'node:child_process'

export interface ShellResult {
  /** Null = ended by a signal, for instance because it took too long. */
  readonly exitCode: number | null
  /** Both streams in the order in which they came, the last part of it. */
  readonly output: string
}

export interface ShellOptions {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timeoutMs: number
}

const MAX_OUTPUT_CHARACTERS = 20_000

export function shell(script: string, { cwd, env, timeoutMs }: ShellOptions): Promise<ShellResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-e', '-c', script], { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-MAX_OUTPUT_CHARACTERS)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const timer = setTimeout(() => {
      output += `\n(ended after ${timeoutMs} ms)`
      endGroup(child.pid)
    }, timeoutMs)
    child.once('error', reject)
    child.once('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, output })
    })
  })
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group was already gone.
  }
}
