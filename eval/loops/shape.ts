/** A shape of run: how it goes, with everything that may vary drawn at random. */
import type { Random } from '../support/random.ts'
import type { ContentMode, RunWriter, ToolAct } from './run-writer.ts'

export interface Shape {
  readonly name: string
  /** How much the emitter lets out; default: any. */
  readonly modes?: readonly ContentMode[]
  write(run: RunWriter, random: Random): void
}

export function act(tool: string, args: unknown, result: string | Error): ToolAct {
  return { tool, args, result }
}

export function times(count: number, body: (index: number) => void): void {
  for (let index = 0; index < count; index++) body(index)
}

/** A result of some length, different for each seed text. */
export function record(about: string): string {
  const rows = Array.from({ length: 4 }, (_, row) => ({
    key: `${about}-${row}`,
    state: row % 2 === 0 ? 'open' : 'closed',
    note: 'as agreed',
  }))
  return JSON.stringify({ about, rows })
}

export const passingTrouble = (random: Random): Error =>
  new Error(
    random.pick([
      'connect ECONNREFUSED 10.0.0.7:5432',
      'Request timed out after 30s',
      '503 Service Unavailable',
      'Rate limit exceeded, try again in 2 seconds',
      'upstream temporarily unavailable',
      'socket hang up',
      'database is locked',
      'boom',
      'Internal server error',
    ]),
  )

export const refusal = (random: Random): Error =>
  new Error(
    random.pick([
      'Order 4711 not found',
      'payment amount does not add up: total is 320, paid 300',
      'Invalid date format, expected YYYY-MM-DD',
      'Permission denied for table invoices',
      'Cannot cancel a shipped order',
      'field "email" is required',
    ]),
  )
