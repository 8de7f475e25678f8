/** The command `init`: gives a clone the .env without which docker-compose.yml refuses to start. It says names, never values. */
import { randomBytes } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { completion, newEnv } from './env-file.ts'

const EXIT_FAILED = 1
const EXIT_MISUSED = 2
const SECRET_BYTES = 32
/** Of its owner alone. */
const PRIVATE_MODE = 0o600
const MODE_OF_OTHERS = 0o077

export interface Terminal {
  say(line: string): void
  complain(line: string): void
}

/** Returns the exit code: 0 when .env is complete afterwards. */
export function init(args: readonly string[], terminal: Terminal): number {
  const dir = dirOf(args)
  if ('mistake' in dir) {
    terminal.complain(`${dir.mistake} "npx agent-flywheel --help" lists what there is.`)
    return EXIT_MISUSED
  }
  const problem = wrongFolder(dir.path)
  if (problem !== null) {
    terminal.complain(problem)
    return EXIT_FAILED
  }
  const path = join(dir.path ?? '.', '.env')
  try {
    return existsSync(path) ? complete(path, terminal) : create(path, terminal)
  } catch (error) {
    terminal.complain(
      `${path}: expected a file that can be read and written (${error instanceof Error ? error.message : String(error)}).`,
    )
    return EXIT_FAILED
  }
}

/** Path null: not stated. */
function dirOf(args: readonly string[]): { path: string | null } | { mistake: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: { dir: { type: 'string' } } })
    return { path: values.dir ?? null }
  } catch (error) {
    if (error instanceof TypeError) return { mistake: `init: ${error.message.split('. ')[0] ?? ''}.` }
    throw error
  }
}

/** Compose reads .env beside docker-compose.yml: one written elsewhere by accident would be missed only when nothing starts. */
function wrongFolder(stated: string | null): string | null {
  if (stated !== null) {
    return statSync(stated, { throwIfNoEntry: false })?.isDirectory() === true
      ? null
      : `--dir: expected an existing folder, got "${stated}".`
  }
  if (existsSync('docker-compose.yml')) return null
  return `${resolve('.')}: expected a folder with docker-compose.yml. Go to your clone of Agent Flywheel, or name a folder with --dir.`
}

function create(path: string, terminal: Terminal): number {
  // "wx": a file that appeared meanwhile is not overwritten.
  writeFileSync(path, newEnv(freshSecret), { flag: 'wx', mode: PRIVATE_MODE })
  terminal.say(`${path}: written with fresh secrets, readable by you alone. Next:`)
  terminal.say('  docker compose up --detach --wait')
  terminal.say('  http://127.0.0.1:3000    Grafana: user admin, password GRAFANA_ADMIN_PASSWORD of .env')
  terminal.say('  http://127.0.0.1:4319    runs as they come: log in with FLYWHEEL_API_TOKEN of .env')
  terminal.say('  With COMPOSE_PROFILES=demo in .env, simulated agents send traffic, to see something.')
  return 0
}

function complete(path: string, terminal: Terminal): number {
  const result = completion(readFileSync(path, 'utf8'), freshSecret)
  if (result.kind === 'empty') {
    terminal.complain(`${path}: ${result.names.join(', ')} has no value. Fill it in, or remove the line and run this again.`)
    return EXIT_FAILED
  }
  if (result.kind === 'missing') {
    appendFileSync(path, result.text)
    terminal.say(
      `${path}: added ${result.names.join(', ')}. What was there is unchanged. Next: docker compose up --detach --wait`,
    )
  } else {
    terminal.say(`${path}: has everything, nothing changed.`)
  }
  warnWhenOpen(path, terminal)
  return 0
}

/** Not changed by us: somebody may have shared it on purpose, for instance with a group that deploys. */
function warnWhenOpen(path: string, terminal: Terminal): void {
  if ((statSync(path).mode & MODE_OF_OTHERS) === 0) return
  terminal.complain(`${path}: other users of this machine may read it, and it holds secrets. To change that: chmod 600 ${path}`)
}

function freshSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}
