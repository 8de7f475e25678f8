import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { init } from '../../src/init/init.ts'

const secretNames = [
  'FLYWHEEL_INGEST_TOKEN',
  'FLYWHEEL_API_TOKEN',
  'FLYWHEEL_FEEDBACK_SECRET',
  'GRAFANA_ADMIN_PASSWORD',
  'GRAFANA_SECRET_KEY',
]

let dir = ''

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'flywheel-init-'))
})

afterEach(() => rmSync(dir, { recursive: true }))

interface Outcome {
  readonly code: number
  readonly said: string
  readonly complained: string
}

function runInit(...args: string[]): Outcome {
  const [said, complained]: [string[], string[]] = [[], []]
  const code = init(args, { say: (line) => said.push(line), complain: (line) => complained.push(line) })
  return { code, said: said.join('\n'), complained: complained.join('\n') }
}

/** The program itself, as npx starts it. */
function runProgram(args: readonly string[], cwd: string): { status: number | null; stdout: string; stderr: string } {
  const path = fileURLToPath(new URL('../../bin/agent-flywheel.js', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { cwd, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function envFile(): string {
  return readFileSync(join(dir, '.env'), 'utf8')
}

function values(): ReadonlyMap<string, string> {
  return new Map([...envFile().matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]))
}

test('a new .env holds a different secret of 32 random bytes for each purpose, and only its owner may read it', () => {
  expect(runInit('--dir', dir).code).toBe(0)
  const secrets = secretNames.map((name) => values().get(name) ?? '')
  expect(secrets.map((secret) => Buffer.from(secret, 'base64url').length)).toEqual([32, 32, 32, 32, 32])
  expect(new Set(secrets).size).toBe(5)
  expect(statSync(join(dir, '.env')).mode & 0o777).toBe(0o600)
})

test('two clones share no secret', () => {
  runInit('--dir', dir)
  const first = secretNames.map((name) => values().get(name))
  rmSync(join(dir, '.env'))
  runInit('--dir', dir)
  expect(secretNames.map((name) => values().get(name)).filter((secret) => first.includes(secret))).toEqual([])
})

test('no secret is ever printed', () => {
  writeFileSync(join(dir, '.env'), 'FLYWHEEL_API_TOKEN=mine\n')
  const printed = JSON.stringify([runInit('--dir', dir), runInit('--dir', dir)])
  expect(secretNames.filter((name) => printed.includes(values().get(name) ?? '-'))).toEqual([])
})

test('a .env that is there keeps every line, gets what it lacks, and the names of that are said', () => {
  const mine = '# my comment\nexport FLYWHEEL_API_TOKEN="mine"\nGRAFANA_PORT=3001\nFLYWHEEL_PUBLIC_URL=https://flywheel.example'
  writeFileSync(join(dir, '.env'), mine, { mode: 0o600 })
  const outcome = runInit('--dir', dir)
  expect(outcome).toEqual({
    code: 0,
    said:
      `${join(dir, '.env')}: added FLYWHEEL_INGEST_TOKEN, FLYWHEEL_FEEDBACK_SECRET, GRAFANA_ADMIN_PASSWORD, GRAFANA_SECRET_KEY, ` +
      'FLYWHEEL_GRAFANA_URL, ALERT_WEBHOOK_URL. What was there is unchanged. Next: docker compose up --detach --wait',
    complained: '',
  })
  expect(envFile().startsWith(`${mine}\n`)).toBe(true)
  expect(envFile().match(/FLYWHEEL_API_TOKEN|FLYWHEEL_PUBLIC_URL/g)).toHaveLength(2)
})

test('a complete .env is not touched, however often init runs', () => {
  runInit('--dir', dir)
  const before = envFile()
  expect(runInit('--dir', dir)).toEqual({
    code: 0,
    said: `${join(dir, '.env')}: has everything, nothing changed.`,
    complained: '',
  })
  expect(envFile()).toBe(before)
})

test('a commented line is no value', () => {
  runInit('--dir', dir)
  writeFileSync(join(dir, '.env'), envFile().replace('FLYWHEEL_API_TOKEN=', '# FLYWHEEL_API_TOKEN='))
  expect(runInit('--dir', dir).said).toContain('added FLYWHEEL_API_TOKEN.')
})

test('a secret without a value is for a person to decide: nothing is written and the names are said', () => {
  const text = 'FLYWHEEL_API_TOKEN=\nFLYWHEEL_INGEST_TOKEN=""\n'
  writeFileSync(join(dir, '.env'), text)
  expect(runInit('--dir', dir)).toEqual({
    code: 1,
    said: '',
    complained: `${join(dir, '.env')}: FLYWHEEL_INGEST_TOKEN, FLYWHEEL_API_TOKEN has no value. Fill it in, or remove the line and run this again.`,
  })
  expect(envFile()).toBe(text)
})

test('a .env that others may read is reported and left as it is', () => {
  runInit('--dir', dir)
  chmodSync(join(dir, '.env'), 0o644)
  expect(runInit('--dir', dir).complained).toContain(`chmod 600 ${join(dir, '.env')}`)
  expect(statSync(join(dir, '.env')).mode & 0o777).toBe(0o644)
})

test('a .env that cannot be written ends with the path and the cause', () => {
  mkdirSync(join(dir, '.env'))
  expect(runInit('--dir', dir)).toMatchObject({ code: 1, said: '', complained: expect.stringContaining('EISDIR') as string })
})

test('a folder that does not exist, or without docker-compose.yml when none is named, gets no .env', () => {
  expect(runInit('--dir', join(dir, 'nowhere'))).toMatchObject({
    code: 1,
    complained: `--dir: expected an existing folder, got "${join(dir, 'nowhere')}".`,
  })
  expect(runProgram(['init'], dir)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('expected a folder with docker-compose.yml') as string,
  })
})

test('the program writes beside docker-compose.yml and says the next commands', () => {
  writeFileSync(join(dir, 'docker-compose.yml'), '')
  const { status, stdout, stderr } = runProgram(['init'], dir)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.split('\n').slice(1, 5)).toEqual([
    expect.stringContaining('docker compose up'),
    expect.stringContaining('http://127.0.0.1:3000'),
    expect.stringContaining('http://127.0.0.1:4319'),
    expect.stringContaining('COMPOSE_PROFILES=demo'),
  ])
  expect(values().get('FLYWHEEL_GRAFANA_URL')).toBe('http://127.0.0.1:3000')
})

test.each([
  [['deploy'], 'deploy: unknown command.'],
  [[], 'Expected a command.'],
  [['init', '--force'], "init: Unknown option '--force'."],
  [['init', 'here'], "init: Unexpected argument 'here'."],
  [['init', '--dir'], 'argument missing'],
])('%j ends with 2, what is wrong and where to read on', (args, message) => {
  const { status, stdout, stderr } = runProgram(args, dir)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).toContain('--help')
})

test.each([[['--help']], [['init', '--help']]])('%j explains itself', (args) => {
  expect(runProgram(args, dir)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('--dir FOLDER') as string,
    stderr: '',
  })
})
