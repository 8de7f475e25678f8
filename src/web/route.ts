/** A route is data: the app serves the list of them, openapi.json describes the same list, and a test walks it for missing locks. */
import type { Express, Request, Response } from 'express'
import type { z } from 'zod'
import { Problem, sendProblem } from './problem.ts'

export interface RouteAnswer {
  readonly description: string
  readonly contentType: string
  /** What JSON bodies look like. */
  readonly schema?: z.ZodType
}

export interface Route {
  /** In express' spelling: `/api/runs/:traceId`. */
  readonly path: string
  readonly summary: string
  /** Query parameters by name, for the documentation; the handler parses them itself. */
  readonly query?: Readonly<Record<string, z.ZodType>>
  /** Meaning of each parameter in the path. */
  readonly pathParameters?: Readonly<Record<string, string>>
  /** Answers that are not problems, by status. */
  readonly answers: Readonly<Record<number, RouteAnswer>>
  /** Statuses answered with problem details, besides 401 and 500. */
  readonly problems?: readonly number[]
  readonly handle: (request: Request, response: Response) => void | Promise<void>
}

/** Registers GET (and with it HEAD); every other method of the path is answered with 405. */
export function serve(app: Express, route: Route): void {
  app.get(route.path, (request, response) => route.handle(request, response))
  app.all(route.path, (_request, response) => {
    response.set('Allow', 'GET, HEAD')
    sendProblem(response, 405, 'This route only answers GET.')
  })
}

/** A parameter of the path. */
export function pathParameter(request: Request, name: string): string {
  const value = request.params[name]
  if (typeof value === 'string') return value
  throw new Problem(404, 'There is nothing here.')
}

/** Sends JSON that is never cached: it may hold what users said, and the next moment knows more. */
export function sendJson(response: Response, body: object, status = 200): void {
  response.status(status).set('Cache-Control', 'no-store').json(body)
}
