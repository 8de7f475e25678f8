/** Lets scripts of pages on other sites read answers, where a route says of which. */
import type { Express, Request } from 'express'
import { sendProblem } from './problem.ts'

/** Which sites, as the Origin header spells them: `https://shop.example`; `*` = any. */
export interface CorsPolicy {
  readonly origins: ReadonlySet<string>
  /** The setting that lists them, for whoever wonders why they are refused. */
  readonly setting: string
}

/** How long a browser may remember that it is allowed to ask; Chromium takes no more than this. */
const MAX_AGE_S = 7_200

export function isAllowed(policy: CorsPolicy, origin: string): boolean {
  return policy.origins.has('*') || policy.origins.has(origin)
}

/** Comes before the routes of a path. No answer lets a script send or read cookies. */
export function serveCors(app: Express, path: string, policy: CorsPolicy, methods: readonly string[]): void {
  app.all(path, (request, response, next) => {
    response.vary('Origin')
    const origin = request.get('Origin')
    if (origin !== undefined && isAllowed(policy, origin)) {
      response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': 'Retry-After' })
    }
    next()
  })
  app.options(path, (request, response) => {
    response.set('Allow', [...methods, 'OPTIONS'].join(', '))
    const refused = refusal(request, policy)
    if (refused !== null) return sendProblem(response, 403, refused)
    response
      .set({
        'Access-Control-Allow-Methods': methods.join(', '),
        'Access-Control-Allow-Headers': 'content-type',
        'Access-Control-Max-Age': String(MAX_AGE_S),
      })
      .status(204)
      .end()
  })
}

/** Why a page on another site may not; null = it may, or nobody says that it comes from another site. */
function refusal(request: Request, policy: CorsPolicy): string | null {
  const origin = request.get('Origin')
  if (origin === undefined || isAllowed(policy, origin)) return null
  return `Pages of ${origin} may not ask here: add it to ${policy.setting}.`
}
