/** Start: read the configuration, start the app, stop cleanly. The only file that exits the process. */
import { readFileSync } from 'node:fs'
import { type App, startApp } from './app.ts'
import { type Config, ConfigError, loadConfig } from './config/load-config.ts'
import { LogOpenError } from './log/log.ts'
import { StoreOpenError } from './records/store.ts'

const EXIT_FAILED = 1
const EXIT_MISCONFIGURED = 2
/** A stop that takes longer is cut off: what was accepted is in the log and is counted at the next start. */
const STOP_TIMEOUT_MS = 9_000

async function main(): Promise<void> {
  requireNode()
  // Whoever read what is said here may have gone away.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const config = readConfig()
  const app = await start(config)
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(EXIT_FAILED), STOP_TIMEOUT_MS).unref()
    app.close().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  say(`Agent Flywheel  ${app.url}`)
  say(`  send spans to   ${app.url}/v1/traces   (OTEL_EXPORTER_OTLP_ENDPOINT=${app.url})`)
  say(`  metrics         ${app.url}/metrics`)
  await app.ready
}

async function start(config: Config): Promise<App> {
  try {
    return await startApp({ config, version: packageVersion(), report, onFatal: fail })
  } catch (error) {
    if (error instanceof LogOpenError || error instanceof StoreOpenError)
      misconfigured(`FLYWHEEL_DATA_DIR=${config.dataDir}: ${error.message}`)
    const code = codeOf(error)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      misconfigured(`FLYWHEEL_HOST=${config.host}: expected an address of this machine to listen on (${code}).`)
    }
    if (code !== null && folderErrors.has(code)) {
      misconfigured(`FLYWHEEL_DATA_DIR=${config.dataDir}: expected a folder that can be created and written (${code}).`)
    }
    if (code === 'EADDRINUSE') {
      misconfigured(
        `FLYWHEEL_PORT=${config.port}: another program listens there. Set FLYWHEEL_PORT to a free port, for instance ${config.port + 1}; ` +
          `if it is an OpenTelemetry Collector (4318 is its default), let it export to http://127.0.0.1:${config.port + 1}.`,
      )
    }
    throw error
  }
}

function readConfig(): Config {
  try {
    return loadConfig(process.env)
  } catch (error) {
    if (error instanceof ConfigError) misconfigured(error.message)
    throw error
  }
}

/** node:sqlite and type stripping need it; npm start brings its own, a bare `node src/main.ts` may not. */
function requireNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return
  misconfigured(
    `Node.js ${process.versions.node}: expected 22.18 or newer. Run it with "npm start", which uses the version this project brings.`,
  )
}

const folderErrors: ReadonlySet<string> = new Set(['EEXIST', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC'])

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(text)
  return version
}

function say(line: string): void {
  console.log(line)
}

function report(message: string, error?: unknown): void {
  const cause = error === undefined ? '' : `: ${error instanceof Error ? error.message : JSON.stringify(error)}`
  console.error(`${new Date().toISOString()} ${message}${cause}`)
}

function misconfigured(message: string): never {
  console.error(message)
  process.exit(EXIT_MISCONFIGURED)
}

function fail(error: unknown): never {
  console.error(error)
  process.exit(EXIT_FAILED)
}

main().catch(fail)
