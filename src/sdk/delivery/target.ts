/** Where one signal goes and how: explicit options first, then the standard OTEL_EXPORTER_OTLP_* variables, then our defaults. */
import { readFileSync } from 'node:fs'
import { warn } from '../quietly.ts'

/** The processor as it listens when nothing is configured. */
const DEFAULT_URL = 'http://127.0.0.1:4318'
const DEFAULT_TIMEOUT_MS = 10_000

export type Environment = Readonly<Record<string, string | undefined>>
type OtlpEncoding = 'protobuf' | 'json'

export interface Target {
  /** With the signal's path. */
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly encoding: OtlpEncoding
  readonly isGzipped: boolean
  /** One request, until its answer is complete. */
  readonly timeoutMs: number
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer }
}

export interface Address {
  /** Base address of the processor or a Collector, without `/v1/traces`. */
  readonly url?: string | undefined
  readonly token?: string | undefined
}

type Signal = 'TRACES' | 'LOGS'
const paths: Readonly<Record<Signal, string>> = { TRACES: 'v1/traces', LOGS: 'v1/logs' }

/** The target of a signal. Headers of the environment stay with the address of the environment: they may be another receiver's secret. */
export function targetOf(signal: Signal, address: Address, env: Environment): Target {
  const setting = (name: string): string | undefined =>
    trimmed(env[`OTEL_EXPORTER_OTLP_${signal}_${name}`]) ?? trimmed(env[`OTEL_EXPORTER_OTLP_${name}`])
  const explicit = address.url === undefined ? null : withPath(address.url, paths[signal], 'url')
  const headers = explicit === null ? parseHeaders(setting('HEADERS')) : {}
  if (address.token !== undefined && address.token !== '') headers['authorization'] = `Bearer ${address.token}`
  return {
    url: explicit ?? urlOfEnvironment(signal, env) ?? new URL(paths[signal], `${DEFAULT_URL}/`),
    headers,
    encoding: encodingOf(setting('PROTOCOL')),
    isGzipped: setting('COMPRESSION') === 'gzip',
    timeoutMs: positive(setting('TIMEOUT')) ?? DEFAULT_TIMEOUT_MS,
    tls: tlsOf(setting),
  }
}

/** The base address that a signal's target belongs to, for the routes beside OTLP. */
export function baseOf(target: Target): URL {
  const base = new URL(target.url)
  base.pathname = base.pathname.replace(/\/?v1\/(?:traces|logs)\/?$/, '/')
  base.search = ''
  return base
}

function urlOfEnvironment(signal: Signal, env: Environment): URL | null {
  const own = trimmed(env[`OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`])
  if (own !== undefined) return parseUrl(own, `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`)
  const shared = trimmed(env['OTEL_EXPORTER_OTLP_ENDPOINT'])
  return shared === undefined ? null : withPath(shared, paths[signal], 'OTEL_EXPORTER_OTLP_ENDPOINT')
}

function withPath(base: string, path: string, source: string): URL | null {
  const url = parseUrl(base, source)
  if (url === null) return null
  // Who pastes the full OTLP address means the same.
  url.pathname = `${url.pathname.replace(/\/?(?:v1\/(?:traces|logs))?\/?$/, '')}/${path}`
  return url
}

function parseUrl(text: string, source: string): URL | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  warn(`${source}: expected an address such as ${DEFAULT_URL}, got "${text}". It is ignored.`)
  return null
}

function encodingOf(protocol: string | undefined): OtlpEncoding {
  if (protocol === 'http/json') return 'json'
  if (protocol !== undefined && protocol !== 'http/protobuf') {
    warn(
      `OTEL_EXPORTER_OTLP_PROTOCOL: expected http/protobuf or http/json, got "${protocol}". http/protobuf is used: give an OTLP/HTTP address, usually port 4318.`,
    )
  }
  return 'protobuf'
}

/** `key1=value1,key2=value2` with percent-encoded values, as the OpenTelemetry specification has it. */
function parseHeaders(text: string | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const pair of text?.split(',') ?? []) {
    const separator = pair.indexOf('=')
    const name = pair.slice(0, separator).trim().toLowerCase()
    const value = decoded(pair.slice(separator + 1).trim())
    if (separator > 0 && /^[!#$%&'*+.^_`|~\w-]+$/.test(name) && !/[\r\n\0]/.test(value)) headers[name] = value
  }
  return headers
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function tlsOf(setting: (name: string) => string | undefined): Target['tls'] {
  const ca = fileOf(setting('CERTIFICATE'))
  const cert = fileOf(setting('CLIENT_CERTIFICATE'))
  const key = fileOf(setting('CLIENT_KEY'))
  return { ...(ca === null ? {} : { ca }), ...(cert === null ? {} : { cert }), ...(key === null ? {} : { key }) }
}

function fileOf(path: string | undefined): Buffer | null {
  if (path === undefined) return null
  try {
    return readFileSync(path)
  } catch {
    warn(`cannot read ${path}, named by an OTEL_EXPORTER_OTLP_* certificate variable. It is ignored.`)
    return null
  }
}

function trimmed(text: string | undefined): string | undefined {
  const value = text?.trim()
  return value === '' ? undefined : value
}

/** A positive number, or nothing. */
export function positive(text: string | undefined): number | null {
  const value = Number(text?.trim() || Number.NaN)
  return Number.isFinite(value) && value > 0 ? value : null
}
