/** The one schema of the environment: every FLYWHEEL_* setting with its default, what it accepts and what it means. docs/configuration.md is generated from it. */
import { z } from 'zod'
import { quote } from './config-error.ts'
import {
  addressRanges,
  duration,
  flag,
  headerName,
  httpAddress,
  origins,
  secrets,
  share,
  size,
  token,
  wholeNumber,
} from './values.ts'
import type { TextTo } from './values.ts'

const PREFIX = 'FLYWHEEL_'
/** Whoever holds a link can try secrets on it for as long as they like. */
const MIN_SECRET_CHARACTERS = 32

interface SettingMeta {
  readonly expected: string
  readonly description: string
  readonly isSecret: boolean
}

const about = z.registry<SettingMeta>()

/** A setting with a default, spelled as a user would spell it. */
function setting<T>(schema: TextTo<T>, fallback: string, expected: string, description: string): z.ZodPrefault<TextTo<T>> {
  return schema.prefault(fallback).register(about, { expected, description, isSecret: false })
}

/** A setting that may be absent. */
function optional<T>(schema: TextTo<T>, expected: string, description: string, isSecret = false): z.ZodOptional<TextTo<T>> {
  return schema.optional().register(about, { expected, description, isSecret })
}

const milliseconds = (min: number): TextTo<number> => wholeNumber(min, 2_147_483_647)
const text = (): TextTo<string> => z.string().min(1)
const tokenExpected = 'printable ASCII characters without spaces, better 16 or more'

const environment = z.object({
  FLYWHEEL_HOST: setting(
    text(),
    '127.0.0.1',
    'an address or host name to listen on',
    'Address to listen on. Beyond loopback (`0.0.0.0`, `::`) both tokens are required.',
  ),
  FLYWHEEL_PORT: setting(
    wholeNumber(0, 65_535),
    '4318',
    'a port from 0 to 65535',
    'Port for everything: OTLP/HTTP, metrics, API and pages. 0 takes any free port.',
  ),
  FLYWHEEL_PUBLIC_URL: optional(
    httpAddress(),
    'an http or https address',
    'Address under which people reach this service, for links in alerts and dashboards. Unset: `http://` with host and port.',
  ),
  FLYWHEEL_GRAFANA_URL: optional(
    httpAddress(),
    'an http or https address',
    'Address under which people reach Grafana, for links in alerts. Unset: alerts have no link to a dashboard.',
  ),
  FLYWHEEL_OTLP_URL: optional(
    httpAddress(),
    'an http or https address',
    'Address that agents send to, shown while nothing has come: that of the Collector, where there is one in front. Unset: the public address.',
  ),
  FLYWHEEL_DATA_DIR: setting(
    text(),
    './data',
    'a path',
    'Folder of the log and the store. Created when it does not exist; must be on a local disk.',
  ),
  FLYWHEEL_SETTLE_MS: setting(
    milliseconds(0),
    '3000',
    'a whole number of milliseconds, 0 or more',
    'A run whose spans are all there settles when nothing new came for this many milliseconds.',
  ),
  FLYWHEEL_IDLE_MS: setting(
    milliseconds(1),
    '600000',
    'a whole number of milliseconds, 1 or more',
    'A run with spans missing settles when nothing new came for this many milliseconds.',
  ),
  FLYWHEEL_MAX_OPEN_MS: setting(
    milliseconds(1),
    '3600000',
    'a whole number of milliseconds, 1 or more',
    'A run settles at the latest this many milliseconds after its first span came.',
  ),
  FLYWHEEL_SCRAPE_INTERVAL_MS: setting(
    milliseconds(0),
    '15000',
    'a whole number of milliseconds, 0 or more',
    "Prometheus' scrape interval in milliseconds: a new series shows 0 for two of these, so that its first increase is seen. 0 turns that off.",
  ),
  FLYWHEEL_INGEST_TOKEN: optional(
    token(),
    tokenExpected,
    'Bearer token that senders of telemetry must show. Unset: anybody who reaches the port may send.',
    true,
  ),
  FLYWHEEL_INGEST_TOKEN_FILE: optional(text(), 'a path', 'File that holds the ingest token, instead of `FLYWHEEL_INGEST_TOKEN`.'),
  FLYWHEEL_API_TOKEN: optional(
    token(),
    tokenExpected,
    'Bearer token for metrics, API and pages; people can log in with it as well. Unset, and neither `users` nor a proxy set up: anybody who reaches the port may read.',
    true,
  ),
  FLYWHEEL_API_TOKEN_FILE: optional(text(), 'a path', 'File that holds the API token, instead of `FLYWHEEL_API_TOKEN`.'),
  FLYWHEEL_PROXY_USER_HEADER: optional(
    headerName(),
    'the name of a header, such as X-Forwarded-User',
    'Header in which a proxy names the person it has let in. Needs `FLYWHEEL_TRUSTED_PROXIES`. The proxy has to remove this header from what visitors send.',
  ),
  FLYWHEEL_TRUSTED_PROXIES: optional(
    addressRanges(),
    'addresses or ranges such as 10.0.0.7 or 10.0.0.0/24, separated by commas; not everybody (/0)',
    'Where connections of that proxy come from. From everywhere else the header means nothing.',
  ),
  FLYWHEEL_INSECURE: setting(
    flag(),
    '0',
    '0, 1, false or true',
    '1 allows to listen beyond loopback without tokens, for instance behind a proxy that checks them.',
  ),
  FLYWHEEL_LOG_RETENTION: setting(
    duration(1),
    '7d',
    'a duration such as 12h or 7d',
    'How long raw requests are kept in the log.',
  ),
  FLYWHEEL_LOG_MAX_BYTES: setting(
    size(1),
    '4GiB',
    'a size such as 512MiB or 4GiB, or plain bytes',
    'Size of the log at which its oldest part is dropped early.',
  ),
  FLYWHEEL_RETENTION: setting(duration(1), '30d', 'a duration such as 12h or 30d', 'How long runs and conversations are kept.'),
  FLYWHEEL_CONTENT: setting(
    z.string().pipe(z.enum(['redacted', 'off', 'full'])),
    'redacted',
    'redacted, off or full',
    'What is kept of texts (prompts, answers, error messages): without secrets and personal data, nothing, or everything.',
  ),
  FLYWHEEL_MAX_BODY_BYTES: setting(
    size(1),
    '16MiB',
    'a size such as 16MiB, or plain bytes',
    'Largest request body, as sent and inflated. Keep the batches of your Collector below it.',
  ),
  FLYWHEEL_MAX_SERIES: setting(
    wholeNumber(1, 10_000_000),
    '50000',
    'a whole number from 1 to 10000000',
    'Most sample lines the derived metrics may have; what exceeds them counts under `__other__`.',
  ),
  FLYWHEEL_TRANSCRIPTS_PER_SECOND: setting(
    wholeNumber(0, 10_000),
    '20',
    'a whole number from 0 to 10000',
    'Transcripts of failed runs kept a second, at most. Those of rated and hand-picked runs always are.',
  ),
  FLYWHEEL_TRANSCRIPT_SAMPLE: setting(
    share(),
    '0.01',
    'a share from 0 to 1, such as 0.01',
    'Share of the other runs whose transcript is kept, to see what is normal.',
  ),
  FLYWHEEL_RUN_ROWS_PER_SECOND: setting(
    wholeNumber(0, 1_000_000),
    '500',
    'a whole number from 0 to 1000000',
    'Most ok runs stored per second; above it they are sampled and the rate is noted. Failed and expensive runs are always stored.',
  ),
  FLYWHEEL_FEEDBACK_HOLD_MS: setting(
    milliseconds(0),
    '30000',
    'a whole number of milliseconds, 0 or more',
    'Feedback counts once it has stood unchanged for this many milliseconds: people turn their thumbs. 0 counts it at once.',
  ),
  FLYWHEEL_FEEDBACK_SECRET: optional(
    secrets(MIN_SECRET_CHARACTERS),
    `at least ${MIN_SECRET_CHARACTERS} printable ASCII characters without spaces; several are separated by commas`,
    'Key that signs feedback links; the application signs with the same. To replace it, put the new one first and the old one behind a comma until its links are over. Unset: there are no feedback links and no widget.',
    true,
  ),
  FLYWHEEL_FEEDBACK_SECRET_FILE: optional(text(), 'a path', 'File that holds the key, instead of `FLYWHEEL_FEEDBACK_SECRET`.'),
  FLYWHEEL_FEEDBACK_ORIGINS: optional(
    origins(),
    'origins such as https://shop.example, separated by commas; * = any',
    'Sites whose pages may send feedback with the widget. Unset: none but our own.',
  ),
  FLYWHEEL_CONFIG: optional(text(), 'a path', 'Path of `flywheel.yaml`. Unset: `./flywheel.yaml` when it exists.'),
})

/** The environment after parsing. */
export interface Settings {
  readonly host: string
  readonly port: number
  readonly publicUrl: string | null
  readonly grafanaUrl: string | null
  readonly otlpUrl: string | null
  readonly dataDir: string
  readonly settleMs: number
  readonly idleMs: number
  readonly maxOpenMs: number
  readonly scrapeIntervalMs: number
  readonly ingestToken: string | null
  readonly ingestTokenFile: string | null
  readonly apiToken: string | null
  readonly apiTokenFile: string | null
  readonly proxyUserHeader: string | null
  readonly trustedProxies: readonly string[] | null
  readonly isInsecure: boolean
  readonly logRetentionMs: number
  readonly logMaxBytes: number
  readonly retentionMs: number
  readonly content: 'redacted' | 'off' | 'full'
  readonly maxBodyBytes: number
  readonly maxSeries: number
  readonly feedbackHoldMs: number
  readonly transcriptsPerSecond: number
  readonly transcriptSample: number
  readonly runRowsPerSecond: number
  readonly feedbackSecrets: readonly string[] | null
  readonly feedbackSecretFile: string | null
  readonly feedbackOrigins: readonly string[] | null
  readonly configPath: string | null
}

/** One row of the table in docs/configuration.md. */
export interface SettingDoc {
  readonly name: string
  /** As a user would write it; null = unset. */
  readonly fallback: string | null
  readonly expected: string
  readonly description: string
}

/**
 * Parses the FLYWHEEL_* variables; everything else in `env` is ignored, an empty string is unset. Never throws: where a value is wrong
 * the settings hold its default, so that the checks that follow can find the other mistakes in the same go.
 */
export function parseEnvironment(env: Readonly<Record<string, string | undefined>>): { settings: Settings; problems: string[] } {
  const isOurs = ([name, value]: [string, string | undefined]): boolean =>
    name.startsWith(PREFIX) && value !== '' && value !== undefined
  const given = Object.fromEntries(Object.entries(env).filter(isOurs))
  const issues = environment.safeParse(given).error?.issues ?? []
  const wrongNames = new Set(issues.map(({ path }) => String(path[0])))
  const problems = [
    ...Object.keys(given).flatMap(unknownSetting),
    ...[...wrongNames].map((name) => wrongValue(name, given[name])),
  ]
  const right = Object.fromEntries(Object.entries(given).filter(([name]) => !wrongNames.has(name)))
  return { settings: settingsOf(environment.parse(right)), problems }
}

function settingsOf(data: z.output<typeof environment>): Settings {
  return {
    host: data.FLYWHEEL_HOST,
    port: data.FLYWHEEL_PORT,
    publicUrl: data.FLYWHEEL_PUBLIC_URL ?? null,
    grafanaUrl: data.FLYWHEEL_GRAFANA_URL ?? null,
    otlpUrl: data.FLYWHEEL_OTLP_URL ?? null,
    dataDir: data.FLYWHEEL_DATA_DIR,
    settleMs: data.FLYWHEEL_SETTLE_MS,
    idleMs: data.FLYWHEEL_IDLE_MS,
    maxOpenMs: data.FLYWHEEL_MAX_OPEN_MS,
    scrapeIntervalMs: data.FLYWHEEL_SCRAPE_INTERVAL_MS,
    ingestToken: data.FLYWHEEL_INGEST_TOKEN ?? null,
    ingestTokenFile: data.FLYWHEEL_INGEST_TOKEN_FILE ?? null,
    apiToken: data.FLYWHEEL_API_TOKEN ?? null,
    apiTokenFile: data.FLYWHEEL_API_TOKEN_FILE ?? null,
    proxyUserHeader: data.FLYWHEEL_PROXY_USER_HEADER ?? null,
    trustedProxies: data.FLYWHEEL_TRUSTED_PROXIES ?? null,
    isInsecure: data.FLYWHEEL_INSECURE,
    logRetentionMs: data.FLYWHEEL_LOG_RETENTION,
    logMaxBytes: data.FLYWHEEL_LOG_MAX_BYTES,
    retentionMs: data.FLYWHEEL_RETENTION,
    content: data.FLYWHEEL_CONTENT,
    maxBodyBytes: data.FLYWHEEL_MAX_BODY_BYTES,
    maxSeries: data.FLYWHEEL_MAX_SERIES,
    feedbackHoldMs: data.FLYWHEEL_FEEDBACK_HOLD_MS,
    transcriptsPerSecond: data.FLYWHEEL_TRANSCRIPTS_PER_SECOND,
    transcriptSample: data.FLYWHEEL_TRANSCRIPT_SAMPLE,
    runRowsPerSecond: data.FLYWHEEL_RUN_ROWS_PER_SECOND,
    feedbackSecrets: data.FLYWHEEL_FEEDBACK_SECRET ?? null,
    feedbackSecretFile: data.FLYWHEEL_FEEDBACK_SECRET_FILE ?? null,
    feedbackOrigins: data.FLYWHEEL_FEEDBACK_ORIGINS ?? null,
    configPath: data.FLYWHEEL_CONFIG ?? null,
  }
}

/** Every setting, in the order of the schema. */
export function settingDocs(): SettingDoc[] {
  return Object.entries(environment.shape).map(([name, schema]) => {
    const meta = about.get(schema)
    return { name, fallback: fallbackOf(schema), expected: meta?.expected ?? '', description: meta?.description ?? '' }
  })
}

/** What a setting accepts, in words. */
export function expectedOf(name: string): string {
  return settingDocs().find((doc) => doc.name === name)?.expected ?? ''
}

function fallbackOf(schema: z.ZodType): string | null {
  return schema instanceof z.ZodPrefault ? String(schema.def.defaultValue) : null
}

function wrongValue(name: string, value: string | undefined): string {
  const schema: z.ZodType | undefined = Object.entries(environment.shape).find(([known]) => known === name)?.[1]
  const meta = schema === undefined ? undefined : about.get(schema)
  const fallback = schema === undefined ? null : fallbackOf(schema)
  const came = meta?.isSecret === true ? `${value?.length ?? 0} characters that are not shown here` : quote(value)
  const remedy = fallback === null ? 'Correct it or remove it.' : `Correct it, or remove it for the default ${fallback}.`
  return `${name}: expected ${meta?.expected ?? 'another value'}, got ${came}. ${remedy}`
}

/** A mistyped setting would silently mean its default: it is an error, with the name that was meant if most letters of it are right. */
function unknownSetting(name: string): string[] {
  const names = Object.keys(environment.shape)
  if (names.includes(name)) return []
  const nearest = names
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance)[0]
  const hint =
    nearest !== undefined && nearest.distance * 3 <= name.length - PREFIX.length
      ? `Did you mean ${nearest.known}?`
      : 'Remove it; docs/configuration.md lists the names there are.'
  return [`${name}: unknown setting. ${hint}`]
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    previous = row
  }
  return previous[b.length] ?? 0
}
