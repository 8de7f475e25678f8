/** The command line of the traffic generator: what it takes, what it says about itself, and what is wrong with what came. */
import { parseArgs } from 'node:util'
import { castServices, MAX_SERVICES } from './cast.ts'
import type { TrafficOptions } from './scenario.ts'

export interface Flags extends TrafficOptions {
  /** Null: until it is stopped. */
  readonly durationMs: number | null
  readonly isLive: boolean
  readonly isQuiet: boolean
}

/** A command line that cannot be understood; the message is for the user. */
export class FlagError extends Error {}

export const help: string = `Simulated agent traffic: runs of invented agents, sent through the OpenTelemetry SDK with the GenAI conventions, and what users say of some.
Everything it sends has the resource attribute deployment.environment.name=demo.

  node demo/traffic/main.ts [options]

  --services N          services that send, 1 to ${MAX_SERVICES} (default 3)
  --rate R              runs per second of all services together (default 1)
  --duration TIME       how long, such as 90s, 10m or 2h (default: until stopped)
  --seed N              the same seed gives the same runs (default: a new one each time, printed at the start)
  --failure-rate F      share of runs that fail, 0 to 1 (default 0.04); one and a half times as many have a failure that they
                        get over; 0 turns both off
  --spike-after TIME    let one service fail in most of its runs from then on
  --spike-for TIME      for this long (default 2m)
  --spike-service NAME  in this service (default: the first)
  --live                send each span when it ends, as a real agent does; without it a run is sent whole, as one that ends now
  --quiet               print problems only
  --help                this text

Where to: OTEL_EXPORTER_OTLP_ENDPOINT (default http://127.0.0.1:4318) and the other OTEL_EXPORTER_OTLP_* variables of the OpenTelemetry
specification, such as OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer%20<token>". It ends on SIGINT or SIGTERM, or when the time is over,
and sends what it has left; exit code 1 when spans were lost, 2 when an option is wrong.
`

/** Null when help is asked for. */
export function readFlags(args: readonly string[], newSeed: number): Flags | null {
  const values = parsed(args)
  if (values.help) return null
  const services = number(
    '--services',
    values.services,
    '3',
    (n) => Number.isInteger(n) && n >= 1 && n <= MAX_SERVICES,
    `a whole number from 1 to ${MAX_SERVICES}`,
  )
  const seed = number(
    '--seed',
    values.seed,
    String(newSeed),
    (n) => Number.isInteger(n) && n >= 0 && n < 2 ** 32,
    'a whole number from 0 to 4294967295',
  )
  return {
    services,
    seed,
    ratePerSecond: number('--rate', values.rate, '1', (n) => n > 0 && n <= 1_000, 'a number above 0, at most 1000'),
    failureRate: number('--failure-rate', values['failure-rate'], '0.04', (n) => n >= 0 && n <= 1, 'a number from 0 to 1'),
    spike: spikeOf(values, services, seed),
    durationMs: values.duration === undefined ? null : duration('--duration', values.duration),
    isLive: values.live,
    isQuiet: values.quiet,
  }
}

type Values = ReturnType<typeof parsed>

// oxlint-disable-next-line typescript/explicit-function-return-type -- the type is what parseArgs makes of the table
function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        services: { type: 'string' },
        rate: { type: 'string' },
        duration: { type: 'string' },
        seed: { type: 'string' },
        'failure-rate': { type: 'string' },
        'spike-after': { type: 'string' },
        'spike-for': { type: 'string' },
        'spike-service': { type: 'string' },
        live: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new FlagError(`${error instanceof Error ? error.message : 'the options cannot be read'} --help lists the options.`)
  }
}

function spikeOf(values: Values, services: number, seed: number): TrafficOptions['spike'] {
  if (values['spike-after'] === undefined) {
    const alone = values['spike-for'] ?? values['spike-service']
    if (alone !== undefined) throw new FlagError('--spike-for and --spike-service: expected --spike-after with them.')
    return null
  }
  const names = castServices(services, seed).map(({ name }) => name)
  const service = values['spike-service'] ?? names[0] ?? ''
  if (!names.includes(service)) {
    throw new FlagError(`--spike-service: expected one of the services that send (${names.join(', ')}), got "${service}".`)
  }
  return {
    service,
    afterMs: duration('--spike-after', values['spike-after']),
    forMs: duration('--spike-for', values['spike-for'] ?? '2m'),
  }
}

function number(
  flag: string,
  text: string | undefined,
  fallback: string,
  isRight: (n: number) => boolean,
  expected: string,
): number {
  const given = text ?? fallback
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (!Number.isFinite(value) || !isRight(value)) throw new FlagError(`${flag}: expected ${expected}, got "${given}".`)
  return value
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
])

function duration(flag: string, text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? []
  const perUnit = unit === undefined ? undefined : unitMs.get(unit)
  if (digits === undefined || perUnit === undefined) {
    throw new FlagError(`${flag}: expected a time such as 90s, 10m or 2h, got "${text}".`)
  }
  return Number(digits) * perUnit
}
