import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config/load-config.ts'
import type { Config } from '../../src/config/load-config.ts'

const noFiles = (): null => null
const secret = 'a-token-of-enough-characters'

const defaults: Config = {
  host: '127.0.0.1',
  port: 4318,
  publicUrl: null,
  grafanaUrl: null,
  otlpUrl: null,
  dataDir: './data',
  settleMs: 3_000,
  idleMs: 600_000,
  maxOpenMs: 3_600_000,
  scrapeIntervalMs: 15_000,
  ingestToken: null,
  apiToken: null,
  proxy: null,
  logRetentionMs: 604_800_000,
  logMaxBytes: 4_294_967_296,
  retentionMs: 2_592_000_000,
  content: 'redacted',
  maxBodyBytes: 16_777_216,
  maxSeries: 50_000,
  feedbackHoldMs: 30_000,
  transcriptsPerSecond: 20,
  transcriptSample: 0.01,
  runRowsPerSecond: 500,
  feedbackSecrets: [],
  feedbackOrigins: [],
  configPath: null,
  file: { prices: [], feedback: [], redaction: [], users: [] },
}

function problemsOf(env: Record<string, string>, files: Record<string, string> = {}): readonly string[] {
  try {
    loadConfig(env, (path) => files[path] ?? null)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('values', () => {
  test('nothing set means the documented defaults, frozen', () => {
    const config = loadConfig({ PATH: '/bin', HOME: '/root' }, noFiles)
    expect(config).toEqual(defaults)
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('an empty string is unset', () => {
    expect(loadConfig({ FLYWHEEL_PORT: '', FLYWHEEL_API_TOKEN: '', FLYWHEEL_CONFIG: '', FLYWHEEL_TYPO: '' }, noFiles)).toEqual(
      defaults,
    )
  })

  test('every setting is read', () => {
    const config = loadConfig(
      {
        FLYWHEEL_HOST: '0.0.0.0',
        FLYWHEEL_PORT: '0',
        FLYWHEEL_PUBLIC_URL: 'https://flywheel.example.com/base/',
        FLYWHEEL_GRAFANA_URL: 'http://grafana.example.com:3000',
        FLYWHEEL_OTLP_URL: 'http://collector.example.com:4318/',
        FLYWHEEL_DATA_DIR: '/var/lib/flywheel',
        FLYWHEEL_SETTLE_MS: '1',
        FLYWHEEL_IDLE_MS: '2',
        FLYWHEEL_MAX_OPEN_MS: '3',
        FLYWHEEL_SCRAPE_INTERVAL_MS: '0',
        FLYWHEEL_INGEST_TOKEN: secret,
        FLYWHEEL_API_TOKEN_FILE: '/run/secrets/api',
        FLYWHEEL_PROXY_USER_HEADER: 'X-Forwarded-User',
        FLYWHEEL_TRUSTED_PROXIES: '10.0.0.7, 172.18.0.0/16,::1 ,fd00::/8',
        FLYWHEEL_INSECURE: 'true',
        FLYWHEEL_LOG_RETENTION: '12h',
        FLYWHEEL_LOG_MAX_BYTES: '512MiB',
        FLYWHEEL_RETENTION: '90m',
        FLYWHEEL_CONTENT: 'off',
        FLYWHEEL_MAX_BODY_BYTES: '1048576',
        FLYWHEEL_MAX_SERIES: '1000',
        FLYWHEEL_RUN_ROWS_PER_SECOND: '0',
        FLYWHEEL_FEEDBACK_HOLD_MS: '4',
        FLYWHEEL_TRANSCRIPTS_PER_SECOND: '5',
        FLYWHEEL_TRANSCRIPT_SAMPLE: '0.25',
        FLYWHEEL_FEEDBACK_SECRET: `${secret}-first-one, ${secret}-second`,
        FLYWHEEL_FEEDBACK_ORIGINS: 'https://shop.example, http://localhost:3000,*',
        FLYWHEEL_CONFIG: '/etc/flywheel.yaml',
      },
      (path) =>
        ({ '/run/secrets/api': `  ${secret}2\n`, '/etc/flywheel.yaml': 'prices:\n  - { model: my-*, input: 1, output: 2.5 }\n' })[
          path
        ] ?? null,
    )
    expect(config).toEqual({
      host: '0.0.0.0',
      port: 0,
      publicUrl: 'https://flywheel.example.com/base',
      grafanaUrl: 'http://grafana.example.com:3000',
      otlpUrl: 'http://collector.example.com:4318',
      dataDir: '/var/lib/flywheel',
      settleMs: 1,
      idleMs: 2,
      maxOpenMs: 3,
      scrapeIntervalMs: 0,
      ingestToken: secret,
      apiToken: `${secret}2`,
      proxy: { userHeader: 'X-Forwarded-User', addresses: ['10.0.0.7', '172.18.0.0/16', '::1', 'fd00::/8'] },
      logRetentionMs: 43_200_000,
      logMaxBytes: 536_870_912,
      retentionMs: 5_400_000,
      content: 'off',
      maxBodyBytes: 1_048_576,
      maxSeries: 1_000,
      runRowsPerSecond: 0,
      feedbackHoldMs: 4,
      transcriptsPerSecond: 5,
      transcriptSample: 0.25,
      feedbackSecrets: [`${secret}-first-one`, `${secret}-second`],
      feedbackOrigins: ['https://shop.example', 'http://localhost:3000', '*'],
      configPath: '/etc/flywheel.yaml',
      file: { prices: [{ model: 'my-*', input: 1, output: 2.5 }], feedback: [], redaction: [], users: [] },
    })
  })

  test('files are read from disk when no reader is given', () => {
    const folder = mkdtempSync(join(tmpdir(), 'flywheel-config-'))
    writeFileSync(join(folder, 'token'), `${secret}\n`)
    expect(loadConfig({ FLYWHEEL_API_TOKEN_FILE: join(folder, 'token') }).apiToken).toBe(secret)
    expect(() => loadConfig({ FLYWHEEL_API_TOKEN_FILE: join(folder, 'absent') })).toThrow(/does not exist/)
    expect(() => loadConfig({ FLYWHEEL_API_TOKEN_FILE: folder })).toThrow(/expected a readable file/)
  })

  test('flywheel.yaml in the working folder is used when it exists', () => {
    const config = loadConfig({}, (path) => (path === './flywheel.yaml' ? 'prices: []' : null))
    expect(config.configPath).toBe('./flywheel.yaml')
  })
})

describe('mistakes', () => {
  test('all are named at once: which, what was expected, what came, what to do', () => {
    expect(
      problemsOf(
        {
          FLYWHEEL_PORT: '65536',
          FLYWHEEL_IDLE_MS: '1.5',
          FLYWHEEL_SETLE_MS: '9',
          FLYWHEEL_HOST: '0.0.0.0',
          FLYWHEEL_CONTENT: 'all',
          FLYWHEEL_CONFIG: 'f.yaml',
        },
        { 'f.yaml': 'price: []' },
      ),
    ).toEqual([
      'FLYWHEEL_SETLE_MS: unknown setting. Did you mean FLYWHEEL_SETTLE_MS?',
      'FLYWHEEL_PORT: expected a port from 0 to 65535, got "65536". Correct it, or remove it for the default 4318.',
      'FLYWHEEL_IDLE_MS: expected a whole number of milliseconds, 1 or more, got "1.5". Correct it, or remove it for the default 600000.',
      'FLYWHEEL_CONTENT: expected redacted, off or full, got "all". Correct it, or remove it for the default redacted.',
      'FLYWHEEL_HOST: others can reach "0.0.0.0", and FLYWHEEL_INGEST_TOKEN and FLYWHEEL_API_TOKEN are not set. Set both tokens, listen on 127.0.0.1, or set FLYWHEEL_INSECURE=1 when something else checks who may come in.',
      'f.yaml:1: price: expected no such key. Remove it or correct its name.',
    ])
  })

  test('a name that is like no other is not guessed at', () => {
    expect(problemsOf({ FLYWHEEL_LOGS: '1' })).toEqual([
      'FLYWHEEL_LOGS: unknown setting. Remove it; docs/configuration.md lists the names there are.',
    ])
  })

  test('the message of one is the problem itself, that of several a list', () => {
    expect(() => loadConfig({ FLYWHEEL_PORT: 'x' }, noFiles)).toThrow(/^FLYWHEEL_PORT: expected/)
    expect(() => loadConfig({ FLYWHEEL_PORT: 'x', FLYWHEEL_RETENTION: '7' }, noFiles)).toThrow(
      /^2 settings are wrong:\n- FLYWHEEL_PORT: .*\n- FLYWHEEL_RETENTION: /,
    )
  })

  test.each([
    ['FLYWHEEL_PORT', '-1'],
    ['FLYWHEEL_PORT', '0x10'],
    ['FLYWHEEL_PORT', ' 80'],
    ['FLYWHEEL_SETTLE_MS', '1e3'],
    ['FLYWHEEL_IDLE_MS', '0'],
    ['FLYWHEEL_MAX_OPEN_MS', '2147483648'],
    ['FLYWHEEL_LOG_RETENTION', '7'],
    ['FLYWHEEL_LOG_RETENTION', '0d'],
    ['FLYWHEEL_RETENTION', '1w'],
    ['FLYWHEEL_LOG_MAX_BYTES', '4GB'],
    ['FLYWHEEL_LOG_MAX_BYTES', '0'],
    ['FLYWHEEL_MAX_BODY_BYTES', '-5MiB'],
    ['FLYWHEEL_MAX_SERIES', '0'],
    ['FLYWHEEL_INSECURE', 'yes'],
    ['FLYWHEEL_PUBLIC_URL', 'flywheel.example.com'],
    ['FLYWHEEL_PUBLIC_URL', 'ftp://flywheel.example.com'],
    ['FLYWHEEL_FEEDBACK_ORIGINS', 'https://shop.example/'],
    ['FLYWHEEL_FEEDBACK_ORIGINS', 'shop.example'],
    ['FLYWHEEL_FEEDBACK_ORIGINS', 'https://shop.example,,'],
    ['FLYWHEEL_FEEDBACK_ORIGINS', 'https://Shop.example'],
    ['FLYWHEEL_CONFIG', 'absent.yaml'],
    ['FLYWHEEL_INGEST_TOKEN_FILE', 'absent'],
  ])('%s=%s', (name, value) => {
    const problems = problemsOf({ [name]: value })
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name}: expected .+, got ${JSON.stringify(value).replaceAll('.', '\\.')}`))
  })

  test.each(['has a space in it somewhere', 'ümlaut-ümlaut-ümlaut'])(
    'a bad token (%s) is refused without being shown',
    (token) => {
      const problems = [
        ...problemsOf({ FLYWHEEL_API_TOKEN: token }),
        ...problemsOf({ FLYWHEEL_INGEST_TOKEN_FILE: 'f' }, { f: token }),
      ]
      expect(problems).toEqual([
        `FLYWHEEL_API_TOKEN: expected printable ASCII characters without spaces, better 16 or more, got ${token.length} characters that are not shown here. Correct it or remove it.`,
        'FLYWHEEL_INGEST_TOKEN_FILE: expected a file with printable ASCII characters without spaces, better 16 or more, got other content in "f".',
      ])
    },
  )

  test('a short key for feedback links is refused, also as one of several and in a file, without being shown', () => {
    const short = 's'.repeat(31)
    const long = 'l'.repeat(32)
    const expected = 'at least 32 printable ASCII characters without spaces; several are separated by commas'
    expect([
      ...problemsOf({ FLYWHEEL_FEEDBACK_SECRET: `${long},${short}` }),
      ...problemsOf({ FLYWHEEL_FEEDBACK_SECRET_FILE: 'f' }, { f: short }),
    ]).toEqual([
      `FLYWHEEL_FEEDBACK_SECRET: expected ${expected}, got 64 characters that are not shown here. Correct it or remove it.`,
      `FLYWHEEL_FEEDBACK_SECRET_FILE: expected a file with ${expected}, got other content in "f".`,
    ])
    const file = loadConfig({ FLYWHEEL_FEEDBACK_SECRET_FILE: 'f' }, (path) => (path === 'f' ? `${long},\n${long}2\n` : null))
    expect(file.feedbackSecrets).toEqual([long, `${long}2`])
  })

  test('a token and its file together are a contradiction', () => {
    expect(problemsOf({ FLYWHEEL_API_TOKEN: secret, FLYWHEEL_API_TOKEN_FILE: 'f' }, { f: secret })).toEqual([
      'FLYWHEEL_API_TOKEN, FLYWHEEL_API_TOKEN_FILE: expected one of them, got both. Remove one.',
    ])
  })

  test('a name that resembles nothing gets no guess', () => {
    expect(problemsOf({ FLYWHEEL_COMPLETELY_DIFFERENT: '1' })).toEqual([
      'FLYWHEEL_COMPLETELY_DIFFERENT: unknown setting. Remove it; docs/configuration.md lists the names there are.',
    ])
  })
})

describe('people', () => {
  const file = { './flywheel.yaml': 'users: [{ name: ada }]' }
  const both = { FLYWHEEL_PROXY_USER_HEADER: 'X-Forwarded-User', FLYWHEEL_TRUSTED_PROXIES: '10.0.0.0/8' }

  test('a header and the addresses it is believed from come together or not at all', () => {
    const start = 'FLYWHEEL_PROXY_USER_HEADER, FLYWHEEL_TRUSTED_PROXIES: expected both or neither, got '
    expect(problemsOf(both)).toEqual([])
    expect(problemsOf({ FLYWHEEL_PROXY_USER_HEADER: 'X-Forwarded-User' })).toEqual([
      `${start}FLYWHEEL_PROXY_USER_HEADER alone. Set the other one or remove it.`,
    ])
    expect(problemsOf({ FLYWHEEL_TRUSTED_PROXIES: '10.0.0.7' })).toEqual([
      `${start}FLYWHEEL_TRUSTED_PROXIES alone. Set the other one or remove it.`,
    ])
  })

  test.each([
    '10.0.0',
    '10.0.0.0/33',
    'proxy.example.com',
    '10.0.0.7,',
    '10.0.0.7 10.0.0.8',
    '0.0.0.0/0',
    '::/0',
    '*',
    'fe80::1%eth0',
  ])('addresses such as %j are refused', (value) => {
    expect(problemsOf({ ...both, FLYWHEEL_TRUSTED_PROXIES: value })).toEqual([
      'FLYWHEEL_TRUSTED_PROXIES: expected addresses or ranges such as 10.0.0.7 or 10.0.0.0/24, separated by commas; not everybody (/0), ' +
        `got ${JSON.stringify(value)}. Correct it or remove it.`,
    ])
  })

  test.each(['X Forwarded', 'X-User:', 'x_user', '-'])('a header cannot be named %j', (value) => {
    expect(problemsOf({ ...both, FLYWHEEL_PROXY_USER_HEADER: value })).toEqual([
      expect.stringMatching(/^FLYWHEEL_PROXY_USER_HEADER: expected the name of a header, such as X-Forwarded-User, got "/),
    ])
  })

  test('somebody without a token can only come through a proxy', () => {
    expect(problemsOf({}, file)).toEqual([
      './flywheel.yaml: users[0].tokenHash: expected a hash, got nothing: without FLYWHEEL_PROXY_USER_HEADER only a token can let "ada" in. ' +
        '"npx agent-flywheel user" makes one.',
    ])
    expect(problemsOf(both, file)).toEqual([])
  })

  test('users and a proxy do not replace the tokens beyond loopback: Prometheus and senders are no people', () => {
    expect(problemsOf({ ...both, FLYWHEEL_HOST: '0.0.0.0' }, file)).toEqual([
      expect.stringContaining('FLYWHEEL_INGEST_TOKEN and FLYWHEEL_API_TOKEN are not set'),
    ])
  })
})

describe('beyond loopback', () => {
  const tokens = { FLYWHEEL_INGEST_TOKEN: secret, FLYWHEEL_API_TOKEN: secret }
  test.each(['0.0.0.0', '::', '10.0.0.5', 'flywheel', '127.evil.example.com'])(
    '%s needs both tokens or a stated decision',
    (host) => {
      expect(problemsOf({ FLYWHEEL_HOST: host })).toHaveLength(1)
      expect(problemsOf({ FLYWHEEL_HOST: host, FLYWHEEL_INGEST_TOKEN: secret })).toHaveLength(1)
      expect(problemsOf({ FLYWHEEL_HOST: host, FLYWHEEL_API_TOKEN: secret, FLYWHEEL_INSECURE: '0' })).toHaveLength(1)
      expect(problemsOf({ FLYWHEEL_HOST: host, ...tokens })).toEqual([])
      expect(problemsOf({ FLYWHEEL_HOST: host, FLYWHEEL_INSECURE: '1' })).toEqual([])
    },
  )

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', '::1'])('%s needs none', (host) => {
    expect(problemsOf({ FLYWHEEL_HOST: host })).toEqual([])
  })
})
