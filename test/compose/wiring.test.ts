/** What one file of the stack says about another: names, ports, paths and versions that have to agree. */
import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { settingDocs } from '../../src/config/environment.ts'
import { newEnv } from '../../src/init/env-file.ts'
import { compose, mountsOf, repositoryFile, repositoryPath, requiredVariables, service, services } from './compose-file.ts'

/** Settings that cannot be set in .env, with the reason. */
const notPassed = new Map([
  ['FLYWHEEL_INGEST_TOKEN_FILE', 'the token itself is passed'],
  ['FLYWHEEL_API_TOKEN_FILE', 'the token itself is passed'],
  ['FLYWHEEL_FEEDBACK_SECRET_FILE', 'the secret itself is passed'],
  ['FLYWHEEL_INSECURE', 'both tokens are required'],
  ['FLYWHEEL_CONFIG', 'docs/deploy.md mounts flywheel.yaml where it is found without'],
])

const names = services.map(([name]) => name)

test.each(services)('what %s mounts from the repository exists', (_name, one) => {
  for (const { source, isBind } of mountsOf(one)) {
    if (isBind) expect([source, existsSync(repositoryPath(source))]).toEqual([source, true])
  }
})

test('the processor gets settings that exist, and every setting is passed on or left out for a reason', () => {
  const passed = Object.keys(service('processor').environment ?? {})
  const known = settingDocs().map(({ name }) => name)
  expect(passed.filter((name) => !known.includes(name))).toEqual([])
  expect(known.filter((name) => !passed.includes(name))).toEqual(
    [...notPassed.keys()].sort((a, b) => known.indexOf(a) - known.indexOf(b)),
  )
})

test('the .env that init writes has everything without which compose refuses to start, and nothing that compose does not read', () => {
  const text = repositoryFile('docker-compose.yml')
  const written = [...newEnv(() => 'secret').matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value]) => ({ name, value }))
  expect(requiredVariables().filter((name) => !written.some((one) => one.name === name && one.value !== ''))).toEqual([])
  expect(written.filter(({ name }) => !text.includes(`\${${name}:`))).toEqual([])
})

test('what .env leaves empty means the same as the values that init writes', () => {
  const text = repositoryFile('docker-compose.yml')
  for (const [, name = '', value = ''] of newEnv(() => '').matchAll(/^(\w+)=(.+)$/gm))
    expect(text).toContain(`\${${name}:-${value}}`)
})

test('the Collector gets every variable for which its configuration has no default', () => {
  const config = repositoryFile('otel-collector/config.yaml')
  const { environment = {}, volumes = [] } = service('collector')
  const wanted = [...config.matchAll(/\$\{env:(\w+)\}/g)].map(([, name = '']) => name)
  expect(wanted.filter((name) => !(name in environment))).toEqual([])
  const [, folder = ''] = /file_storage:\s+directory: (\S+)/.exec(config) ?? []
  expect(mountsOf({ image: '', volumes }).some(({ target, isReadOnly }) => !isReadOnly && folder.startsWith(target))).toBe(true)
})

test('the folder of the queue belongs to the user of the Collector', () => {
  const { entrypoint } = service('collector-volume')
  expect(entrypoint).toEqual(['/bin/chown', service('collector').user, '/var/lib/otelcol'])
  expect(service('collector').volumes).toContain('collector-queue:/var/lib/otelcol')
})

test('Prometheus and Alertmanager read their secrets from where they are written, in memory', () => {
  const prometheus = repositoryFile('grafana/prometheus/prometheus.yml')
  const alertmanager = repositoryFile('grafana/prometheus/alertmanager.yml')
  for (const [name, path, config] of [
    ['prometheus', '/run/flywheel/api_token', prometheus],
    ['alertmanager', '/run/flywheel/webhook_url', alertmanager],
  ] as const) {
    expect(config).toContain(`_file: ${path}`)
    expect(service(name).entrypoint?.[2]).toContain(`> ${path}\n`)
    expect(service(name)).toMatchObject({ tmpfs: [expect.stringMatching(/^\/run\/flywheel:/)] })
  }
})

test('the processor knows how often Prometheus scrapes', () => {
  const { global } = parse(repositoryFile('grafana/prometheus/prometheus.yml')) as { global: { scrape_interval: string } }
  expect(service('processor').environment?.['FLYWHEEL_SCRAPE_INTERVAL_MS']).toBe(
    `${Number.parseInt(global.scrape_interval, 10)}000`,
  )
})

test.each([
  'grafana/prometheus/prometheus.yml',
  'otel-collector/config.yaml',
  'grafana/provisioning/datasources/flywheel.yaml',
  'tls/Caddyfile',
])('%s names services that exist', (path) => {
  const hosts = [...repositoryFile(path).matchAll(/(?<![\w.$])([a-z]+):(?:4317|4318|4319|8888|9090|9093|3000|3200)\b/g)].map(
    ([, host = '']) => host,
  )
  expect(hosts).not.toEqual([])
  expect(hosts.filter((host) => host !== 'localhost' && !names.includes(host))).toEqual([])
})

test('the stack tests run the versions that are shipped', () => {
  const { dist } = parse(repositoryFile('otel-collector/builder-config.yaml')) as { dist: { version: string } }
  const [, prometheus] = /github\.com\/prometheus\/prometheus v0\.(\d+)\.\d+/.exec(repositoryFile('tools/go.mod')) ?? []
  const [, alertmanager] = /alertmanager_version=(\S+)/.exec(repositoryFile('tools/build.sh')) ?? []
  expect(service('collector').image).toMatch(new RegExp(`:${dist.version}$`))
  // Prometheus 3.14 is 0.314 as a Go module.
  expect(service('prometheus').image).toMatch(new RegExp(`:v${prometheus?.replace(/^(\d)(\d+)$/, '$1.$2')}\\.\\d+$`))
  expect(service('alertmanager').image).toMatch(new RegExp(`:v${alertmanager}$`))
})

test('each volume is used', () => {
  const used = new Set(services.flatMap(([, one]) => mountsOf(one).map(({ source }) => source)))
  expect(Object.keys(compose.volumes).filter((name) => !used.has(name))).toEqual([])
})
