/** Who sends: service, release, environment. Options win over OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. */
import {
  envDetector,
  hostDetector,
  osDetector,
  processDetector,
  type ResourceDetector,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import { ATTR_DEPLOYMENT_ENVIRONMENT_NAME, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'
import type { Environment } from './delivery/target.ts'
import { warn } from './quietly.ts'

export interface Identity {
  readonly service?: string | undefined
  readonly release?: string | undefined
  readonly environment?: string | undefined
}

const known: ReadonlyMap<string, readonly ResourceDetector[]> = new Map([
  ['env', [envDetector]],
  ['host', [hostDetector]],
  ['os', [osDetector]],
  ['process', [processDetector]],
  ['serviceinstance', [serviceInstanceIdDetector]],
  ['all', [envDetector, serviceInstanceIdDetector, hostDetector, osDetector, processDetector]],
  ['none', []],
])

/**
 * Detectors in the order in which they win. The process and host detectors are not among the defaults: command lines hold secrets, and
 * nothing in the flywheel needs them. OTEL_NODE_RESOURCE_DETECTORS chooses others.
 */
export function detectorsOf(identity: Identity, env: Environment): ResourceDetector[] {
  const chosen = env['OTEL_NODE_RESOURCE_DETECTORS']?.trim() || 'env,serviceinstance'
  const detectors = chosen.split(',').flatMap((name) => {
    const found = known.get(name.trim().toLowerCase())
    if (found === undefined)
      warn(`OTEL_NODE_RESOURCE_DETECTORS: expected ${[...known.keys()].join(', ')}, got "${name}". It is ignored.`)
    return found ?? []
  })
  return [...detectors, { detect: () => ({ attributes: attributesOf(identity) }) }]
}

function attributesOf({ service, release, environment }: Identity): Record<string, string> {
  return {
    ...(isText(service) ? { [ATTR_SERVICE_NAME]: service } : {}),
    ...(isText(release) ? { [ATTR_SERVICE_VERSION]: release } : {}),
    ...(isText(environment) ? { [ATTR_DEPLOYMENT_ENVIRONMENT_NAME]: environment } : {}),
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
