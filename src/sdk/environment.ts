/** Standard OTEL_* variables that decide whether anything happens at all. */
import type { Environment } from './delivery/target.ts'

/** OTEL_SDK_DISABLED, as the specification has it: only "true" counts. */
export function isDisabled(env: Environment): boolean {
  return env['OTEL_SDK_DISABLED']?.trim().toLowerCase() === 'true'
}

/** OTEL_LOG_LEVEL=none: not a word. */
export function isSilenced(env: Environment): boolean {
  return env['OTEL_LOG_LEVEL']?.trim().toLowerCase() === 'none'
}

/** The exporters named in a variable such as OTEL_TRACES_EXPORTER; null when it is not set. */
export function exportersOf(name: string, env: Environment): ReadonlySet<string> | null {
  const names = (env[name] ?? '')
    .split(',')
    .map((exporter) => exporter.trim().toLowerCase())
    .filter((exporter) => exporter !== '')
  return names.length === 0 ? null : new Set(names)
}
