/** docker-compose.yml read by docker compose itself, with the .env that init writes: what it refuses is found here and not by the first user. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newEnv } from '../../src/init/env-file.ts'
import { repositoryPath } from './shipped.ts'

const alwaysThere = ['alertmanager', 'collector', 'collector-volume', 'grafana', 'processor', 'prometheus', 'tempo']
const program = repositoryPath('.cache/tools/bin/docker-compose')

let home = ''

beforeAll(() => {
  if (!existsSync(program)) throw new Error(`${program} is missing: .ci/run builds it`)
  home = mkdtempSync(join(tmpdir(), 'flywheel-compose-'))
  let count = 0
  writeFileSync(
    join(home, '.env'),
    newEnv(() => `secret-${count++}`),
  )
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Config {
  readonly services: Readonly<Record<string, { readonly environment?: Readonly<Record<string, string | null>> }>>
}

function dockerCompose(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(program, ['--file', repositoryPath('docker-compose.yml'), ...args], {
    encoding: 'utf8',
    // Nothing of this process: a variable of the shell would win over the file.
    env: { HOME: home },
  })
  return { status, stdout, stderr }
}

function configWith(...args: readonly string[]): Config {
  const { status, stdout, stderr } = dockerCompose('--env-file', join(home, '.env'), ...args, 'config', '--format', 'json')
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return JSON.parse(stdout) as Config
}

test.each([
  [[], alwaysThere],
  [
    ['--profile', 'demo'],
    [...alwaysThere, 'demo'],
  ],
  [
    ['--profile', 'tls'],
    [...alwaysThere, 'proxy'],
  ],
  [
    ['--profile', 'demo', '--profile', 'tls'],
    [...alwaysThere, 'demo', 'proxy'],
  ],
])('docker compose accepts the file with %j', (args, expected) => {
  expect(Object.keys(configWith(...args).services).sort()).toEqual([...expected].sort())
})

test('without an .env it names what is missing and the command that helps', () => {
  const { status, stderr } = dockerCompose('--env-file', '/dev/null', 'config', '--quiet')
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/variable \w+ is missing a value: run npx agent-flywheel init/) as string,
  })
})

test('a setting in .env reaches the processor, and one that is not there leaves the default alone', () => {
  writeFileSync(join(home, 'more.env'), 'FLYWHEEL_CONTENT=off\n')
  const { services } = configWith('--env-file', join(home, 'more.env'))
  expect(services['processor']?.environment).toMatchObject({
    FLYWHEEL_INGEST_TOKEN: 'secret-0',
    FLYWHEEL_CONTENT: 'off',
    FLYWHEEL_RETENTION: null,
  })
})
