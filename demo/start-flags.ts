/** Command line of the demo. */
import { parseArgs } from 'node:util'

export class StartFlagError extends Error {
  override readonly name = 'StartFlagError'
}

export interface StartFlags {
  readonly scenarioFile: string
  /** Null: the processor's own, or the next one that is free. */
  readonly port: number | null
  readonly keepsData: boolean
  /** Null: the scenario's. */
  readonly speed: number | null
  readonly durationMs: number | null
}

export const help = `Starts the processor and a simulated support agent that sends it real telemetry. Nothing leaves this machine.

  npm run demo -- [options]

  --scenario FILE   what happens; default demo/scenarios/first-look.yaml. month.yaml beside it is a month in ten minutes
  --port N          port of the processor; default 4318, or the next one that is free
  --keep            go on with the data of the last demo instead of beginning fresh
  --speed N         seconds of the scenario in one second; default: the scenario's
  --duration TIME   end after 30s, 5min or 2h; default: when the scenario ends, or never
  --help            this text

Data goes to ./data/demo, or to FLYWHEEL_DATA_DIR, which is never emptied. Other FLYWHEEL_* settings hold too, except host and tokens.
`

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 }

/** Null: help is asked for. `defaultScenario` is the file that is played where none is named. */
export function readStartFlags(args: readonly string[], defaultScenario: string): StartFlags | null {
  const { values } = parsed(args)
  if (values.help === true) return null
  return {
    scenarioFile: values.scenario ?? defaultScenario,
    port: values.port === undefined ? null : portOf(values.port),
    keepsData: values.keep === true,
    speed: values.speed === undefined ? null : speedOf(values.speed),
    durationMs: values.duration === undefined ? null : durationOf(values.duration),
  }
}

interface Values {
  readonly scenario?: string
  readonly port?: string
  readonly keep?: boolean
  readonly speed?: string
  readonly duration?: string
  readonly help?: boolean
}

function parsed(args: readonly string[]): { readonly values: Values } {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string' },
        port: { type: 'string' },
        keep: { type: 'boolean' },
        speed: { type: 'string' },
        duration: { type: 'string' },
        help: { type: 'boolean' },
      },
    })
  } catch (cause) {
    throw new StartFlagError(`${cause instanceof Error ? cause.message : String(cause)} See --help.`, { cause })
  }
}

function portOf(raw: string): number {
  const port = Number(raw)
  if (/^\d+$/.test(raw) && port >= 1 && port <= 65_535) return port
  throw new StartFlagError(`--port: expected a whole number from 1 to 65535, got "${raw}".`)
}

function speedOf(raw: string): number {
  const speed = Number(raw)
  if (Number.isFinite(speed) && speed > 0) return speed
  throw new StartFlagError(`--speed: expected a number above 0, got "${raw}".`)
}

function durationOf(raw: string): number {
  const [, amount = '', unit = ''] = /^(\d+)(s|min|h)$/.exec(raw) ?? []
  const durationMs = Number(amount) * (unitMs[unit] ?? 0)
  if (durationMs > 0) return durationMs
  throw new StartFlagError(`--duration: expected a time such as 30s, 5min or 2h, got "${raw}".`)
}
