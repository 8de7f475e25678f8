/** The promise of the SDK in one function: what goes wrong in here never reaches the application. */
import { diag } from '@opentelemetry/api'

/** Runs `work`; an exception goes to OpenTelemetry's diagnostics and becomes `undefined`. */
export function quietly<T>(what: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    warn(`${what} failed: ${describe(error)}`)
    return undefined
  }
}

/** A message for whoever switched OpenTelemetry's diagnostics on (`OTEL_LOG_LEVEL`). */
export function warn(message: string): void {
  try {
    diag.warn(`agent-flywheel: ${message}`)
  } catch {
    // A diagnostics logger of the application's own that throws is not worth its life either.
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : 'no reason given'
}
