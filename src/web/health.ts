/** Liveness and readiness: the only routes without a lock, so they say nothing but how the service is. */
import { sendJson } from './route.ts'
import type { Route } from './route.ts'
import { healthSchema } from './schemas.ts'
import type { HealthJson } from './schemas.ts'

/** `readiness` returns why the service is not ready, or null when it is. */
export function healthRoutes(readiness: () => string | null, version: string): Route[] {
  const contentType = 'application/json'
  return [
    {
      path: '/healthz',
      summary: 'Whether the process is alive.',
      answers: { 200: { description: 'It is.', contentType, schema: healthSchema } },
      handle: (_request, response) => sendJson(response, { status: 'ok', version, reason: null } satisfies HealthJson),
    },
    {
      path: '/readyz',
      summary: 'Whether the service accepts telemetry.',
      answers: {
        200: { description: 'It does.', contentType, schema: healthSchema },
        503: { description: 'It does not, for this reason.', contentType, schema: healthSchema },
      },
      handle: (_request, response) => {
        const reason = readiness()
        const health: HealthJson = { status: reason === null ? 'ready' : 'not ready', version, reason }
        sendJson(response, health, reason === null ? 200 : 503)
      },
    },
  ]
}
