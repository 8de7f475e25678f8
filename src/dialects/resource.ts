/** Where a process says it runs: the attributes that all its spans and log records share. */
import { ATTR_DEPLOYMENT_ENVIRONMENT_NAME, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions'
import type { Resource } from '../otlp/span.ts'
import { firstString } from './read.ts'

/** Null = not said. At most 128 characters each. */
export interface Deployment {
  readonly service: string | null
  readonly environment: string | null
  readonly release: string | null
}

export function deploymentOf({ attributes }: Resource): Deployment {
  return {
    service: firstString(attributes, [ATTR_SERVICE_NAME], 128)?.replace(unnamed, '$1') ?? null,
    environment: firstString(attributes, [ATTR_DEPLOYMENT_ENVIRONMENT_NAME, 'deployment.environment'], 128),
    release: firstString(attributes, [ATTR_SERVICE_VERSION], 128),
  }
}

/** Where nobody named the service, SDKs name it after the program, some of them with its path, which differs from machine to machine. */
const unnamed = /^(unknown_service:)(?:.*[\\/])+/
