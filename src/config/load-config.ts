/** Environment, token files and flywheel.yaml together: one frozen Config, or one error that names every mistake. */
import { readFileSync } from 'node:fs'
import type { ProxyTrust, User } from '../model/person.ts'
import { ConfigError, quote } from './config-error.ts'
import { expectedOf, parseEnvironment } from './environment.ts'
import type { Settings } from './environment.ts'
import { emptyFileConfig, parseFileConfig } from './file-config.ts'
import type { FileConfig } from './file-config.ts'

export { ConfigError } from './config-error.ts'

export interface Config {
  /** Address to listen on. */
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  /** Where people reach the service, without a slash at its end; null = derive it from the address that was bound. */
  readonly publicUrl: string | null
  /** Where people reach Grafana, without a slash at its end; null = no links to it. */
  readonly grafanaUrl: string | null
  /** Where agents send spans to, without a slash at its end; null = to the public address. */
  readonly otlpUrl: string | null
  readonly dataDir: string
  readonly settleMs: number
  readonly idleMs: number
  readonly maxOpenMs: number
  /** 0 = no zero rule. */
  readonly scrapeIntervalMs: number
  /** Null = everybody may send. */
  readonly ingestToken: string | null
  /** Null, and neither users nor a proxy = everybody may read. */
  readonly apiToken: string | null
  /** Null = no header names anybody. */
  readonly proxy: ProxyTrust | null
  readonly logRetentionMs: number
  readonly logMaxBytes: number
  readonly retentionMs: number
  readonly content: 'redacted' | 'off' | 'full'
  /** As sent and inflated. */
  readonly maxBodyBytes: number
  /** Sample lines. */
  readonly maxSeries: number
  readonly feedbackHoldMs: number
  /** Of failed runs. */
  readonly transcriptsPerSecond: number
  /** Share of the other runs, 0 to 1. */
  readonly transcriptSample: number
  readonly runRowsPerSecond: number
  /** What signs feedback links: the first signs, all are accepted. None = there are no links. */
  readonly feedbackSecrets: readonly string[]
  /** Origins of pages that may use the widget; `*` = any. */
  readonly feedbackOrigins: readonly string[]
  /** Where `file` was read; null = there is none. */
  readonly configPath: string | null
  readonly file: FileConfig
}

/** Returns the text of a file, null when it does not exist. May throw for every other reason. */
export type ReadFile = (path: string) => string | null

const defaultConfigPath = './flywheel.yaml'

/**
 * Reads all settings. `env` is usually process.env; only FLYWHEEL_* counts, and an empty string is unset.
 * @throws ConfigError naming every problem; secrets are never part of it.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>, readFile: ReadFile = readFileIfExists): Config {
  const { settings, problems } = parseEnvironment(env)
  const { isInsecure, ingestTokenFile, apiTokenFile, feedbackSecretFile, proxyUserHeader, trustedProxies, ...rest } = settings
  const secretOf = <T>(name: string, path: string | null, valueIn: (of: Settings) => T | null): T | null =>
    path === null ? valueIn(settings) : secretInFile({ name, path, valueIn, settings, readFile, problems })
  const ingestToken = secretOf('FLYWHEEL_INGEST_TOKEN', ingestTokenFile, (of) => of.ingestToken)
  const apiToken = secretOf('FLYWHEEL_API_TOKEN', apiTokenFile, (of) => of.apiToken)
  const feedbackSecrets = secretOf('FLYWHEEL_FEEDBACK_SECRET', feedbackSecretFile, (of) => of.feedbackSecrets) ?? []
  const feedbackOrigins = settings.feedbackOrigins ?? []
  const missingTokens = ['FLYWHEEL_INGEST_TOKEN', 'FLYWHEEL_API_TOKEN'].filter((name) => !isGiven(env, name))
  if (!isLoopback(settings.host) && !isInsecure) problems.push(...openDoor(settings.host, missingTokens))
  const hasProxy = isProxySetUp(env, problems)
  const fromFile = loadFile(settings.configPath, readFile, problems)
  if (!hasProxy) problems.push(...unreachableUsers(fromFile.file.users, fromFile.configPath))
  if (problems.length > 0) throw new ConfigError(problems)
  const proxy =
    proxyUserHeader === null || trustedProxies === null ? null : { userHeader: proxyUserHeader, addresses: trustedProxies }
  return Object.freeze({ ...rest, ingestToken, apiToken, feedbackSecrets, feedbackOrigins, proxy, ...fromFile })
}

function loadFile(
  stated: string | null,
  readFile: ReadFile,
  problems: string[],
): { configPath: string | null; file: FileConfig } {
  const path = stated ?? defaultConfigPath
  const text = readOrExplain('FLYWHEEL_CONFIG', path, readFile, problems)
  if (text === undefined) return { configPath: null, file: emptyFileConfig }
  if (text === null) {
    if (stated !== null) problems.push(missingFile('FLYWHEEL_CONFIG', path))
    return { configPath: null, file: emptyFileConfig }
  }
  const file = parseFileConfig(text, path)
  if ('prices' in file) return { configPath: path, file }
  problems.push(...file)
  return { configPath: path, file: emptyFileConfig }
}

interface SecretFile<T> {
  readonly name: string
  readonly path: string
  readonly valueIn: (settings: Settings) => T | null
  readonly settings: Settings
  readonly readFile: ReadFile
  readonly problems: string[]
}

/** A file holds what the variable would hold. */
function secretInFile<T>({ name, path, valueIn, settings, readFile, problems }: SecretFile<T>): T | null {
  const fileName = `${name}_FILE`
  if (valueIn(settings) !== null) {
    problems.push(`${name}, ${fileName}: expected one of them, got both. Remove one.`)
    return null
  }
  const content = readOrExplain(fileName, path, readFile, problems)
  if (content === undefined) return null
  if (content === null) {
    problems.push(missingFile(fileName, path))
    return null
  }
  const value = valueIn(parseEnvironment({ [name]: content.trim() }).settings)
  if (value !== null) return value
  problems.push(`${fileName}: expected a file with ${expectedOf(name)}, got other content in "${path}".`)
  return null
}

/** Undefined when it could not be read and the problem is noted. */
function readOrExplain(name: string, path: string, readFile: ReadFile, problems: string[]): string | null | undefined {
  try {
    return readFile(path)
  } catch (cause) {
    problems.push(`${name}: expected a readable file, got "${path}" (${cause instanceof Error ? cause.message : String(cause)}).`)
    return undefined
  }
}

function missingFile(name: string, path: string): string {
  return `${name}: expected an existing file, got "${path}", which does not exist. Correct the path or remove the setting.`
}

function openDoor(host: string, missingTokens: readonly string[]): string[] {
  if (missingTokens.length === 0) return []
  return [
    `FLYWHEEL_HOST: others can reach "${host}", and ${missingTokens.join(' and ')} ${missingTokens.length === 1 ? 'is' : 'are'} not set. ` +
      'Set both tokens, listen on 127.0.0.1, or set FLYWHEEL_INSECURE=1 when something else checks who may come in.',
  ]
}

/** The header alone would be believed from anybody or nobody, and addresses alone say nothing. */
function isProxySetUp(env: Readonly<Record<string, string | undefined>>, problems: string[]): boolean {
  const names = ['FLYWHEEL_PROXY_USER_HEADER', 'FLYWHEEL_TRUSTED_PROXIES']
  const [given, ...others] = names.filter((name) => isGiven(env, name))
  if (given !== undefined && others.length === 0)
    problems.push(`${names.join(', ')}: expected both or neither, got ${given} alone. Set the other one or remove it.`)
  return given !== undefined
}

/** Somebody without a token can only come through a proxy. */
function unreachableUsers(users: readonly User[], path: string | null): string[] {
  return users.flatMap(({ name, tokenDigest }, i) =>
    tokenDigest === null
      ? [
          `${path ?? ''}: users[${i}].tokenHash: expected a hash, got nothing: without FLYWHEEL_PROXY_USER_HEADER only a token can let ` +
            `${quote(name)} in. "npx agent-flywheel user" makes one.`,
        ]
      : [],
  )
}

/** Also when the value is wrong: that is a problem of its own and not a missing token. */
function isGiven(env: Readonly<Record<string, string | undefined>>, name: string): boolean {
  return [env[name], env[`${name}_FILE`]].some((value) => value !== undefined && value !== '')
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function readFileIfExists(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
