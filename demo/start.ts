/** The demo: processor, stand-in models and a support agent with its customers, each process of its own as in life. `--help` says the rest. */
import { mkdirSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { playScenario } from './customers/play.ts'
import { runsOf } from './customers/plan.ts'
import { type Scenario, ScenarioError, readScenario } from './customers/scenario.ts'
import { DemoProcessor, freePortFrom } from './demo-processor.ts'
import { StartFlagError, type StartFlags, help, readStartFlags } from './start-flags.ts'

const EXIT_FAILED = 1
const EXIT_MISUSED = 2
const DEFAULT_PORT = 4_318
const firstLook = fileURLToPath(new URL('./scenarios/first-look.yaml', import.meta.url))
/** From the customer's question until the run is shown: the models, the sending, the settling. */
const SHOWN_AFTER_SECONDS = 7

async function main(): Promise<number> {
  const flags = readStartFlags(process.argv.slice(2), firstLook)
  if (flags === null) {
    process.stdout.write(help)
    return 0
  }
  const scenario = readScenario(flags.scenarioFile)
  const stop = stopOnSignals()
  const wantedPort = flags.port ?? (Number(process.env['FLYWHEEL_PORT'] ?? '') || DEFAULT_PORT)
  const port = flags.port ?? (await freePortFrom(wantedPort))
  const dataDir = prepareDataDir(flags, port)
  const died = new AbortController()
  const processor = new DemoProcessor(port, dataDir, () => died.abort())
  try {
    await processor.start(stop)
    await playScenario({
      scenario,
      url: processor.url,
      signal: AbortSignal.any([stop, died.signal]),
      keepsTruth: false,
      onLine: (line) => process.stderr.write(`agent: ${line}\n`),
      onStart: (modelUrl) => process.stdout.write(announcement({ scenario, flags, processor, modelUrl, dataDir, wantedPort })),
      ...(flags.speed === null ? {} : { speed: flags.speed }),
      ...(flags.durationMs === null ? {} : { durationMs: flags.durationMs }),
    })
  } finally {
    await processor.stop()
  }
  if (!died.signal.aborted) return 0
  process.stderr.write(`The processor ended by itself, so the demo ends. It said:\n${processor.complaints}\n`)
  return EXIT_FAILED
}

/** The demo's own folder begins fresh; one that was named by the user may hold something of theirs. */
function prepareDataDir(flags: StartFlags, port: number): string {
  const named = process.env['FLYWHEEL_DATA_DIR']
  if (named !== undefined && named !== '') return named
  // A demo that runs already has its folder; this one gets another.
  const name = port === DEFAULT_PORT ? 'demo' : `demo-${port}`
  const folder = fileURLToPath(new URL(`../data/${name}`, import.meta.url))
  if (!flags.keepsData) rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

interface Announced {
  readonly scenario: Scenario
  readonly flags: StartFlags
  readonly processor: DemoProcessor
  readonly modelUrl: string
  readonly dataDir: string
  readonly wantedPort: number
}

function announcement({ scenario, flags, processor, modelUrl, dataDir, wantedPort }: Announced): string {
  const isMoved = !processor.url.endsWith(`:${wantedPort}`)
  const isKept = flags.keepsData || process.env['FLYWHEEL_DATA_DIR'] !== undefined
  return [
    `Agent Flywheel demo, scenario "${scenario.name}": a simulated support agent, real telemetry. Nothing leaves this machine.`,
    `  page     ${processor.url}/${isMoved ? `   (port ${wantedPort} is taken)` : ''}`,
    `  metrics  ${processor.url}/metrics`,
    `  truth    ${modelUrl}/stand-in/calls   (what the stand-in models really served)`,
    `  next     ${outlook(scenario, flags.speed ?? scenario.speed)}`,
    `Ctrl-C ends it. Data: ${relative(process.cwd(), dataDir) || '.'}${isKept ? '' : ', fresh each time; --keep goes on with it'}.`,
    '',
  ].join('\n')
}

/** What can be seen when, looked up in the scenario itself. */
function outlook(scenario: Scenario, speed: number): string {
  const seen = new Map<string, number>()
  const see = (what: string, atMs: number): void => {
    if (!seen.has(what)) seen.set(what, Math.round(atMs / speed / 1_000) + SHOWN_AFTER_SECONDS)
  }
  for (const { atMs, story, expected, opinion } of runsOf(scenario)) {
    see('first runs in about', atMs)
    if (story !== 'fine') see('failures from', atMs)
    if (expected.kinds.includes('recursion_loop')) see('a loop at about', atMs)
    if (opinion !== null) see('feedback from', atMs + opinion.afterMs)
    if (seen.size === 4 || atMs / speed > MAX_OUTLOOK_MS) break
  }
  return [...seen]
    .sort(([, a], [, b]) => a - b)
    .map(([what, second]) => `${what} ${second} s`)
    .join(', ')
}

const MAX_OUTLOOK_MS = 600_000

function stopOnSignals(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    // The second time somebody means it; what was started ends with this process.
    if (controller.signal.aborted) process.exit(EXIT_FAILED)
    controller.abort()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  return controller.signal
}

try {
  process.exitCode = await main()
} catch (error) {
  const isMisuse = error instanceof StartFlagError || error instanceof ScenarioError
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = isMisuse ? EXIT_MISUSED : EXIT_FAILED
}
