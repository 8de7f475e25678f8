/** A route is data: the app serves the list of them, openapi.json describes the same list, and a test walks it for missing locks. */
import type { Express, Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { Problem, sendProblem } from './problem.ts'

export interface RouteAnswer {
  readonly description: string
  readonly contentType: string
  /** What JSON bodies look like. */
  readonly schema?: z.ZodType
}

interface RouteBase {
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

/** Answers GET, and with it HEAD. */
interface GetRoute extends RouteBase {
  readonly method?: 'get'
}

/** Takes a form of our own pages; `formOf(request)` holds it. */
interface FormRoute extends RouteBase {
  readonly method: 'post'
}

export type Route = GetRoute | FormRoute

/** Registers routes; every other method of their paths is answered with 405. `guard` comes before whatever a form changes. */
export function serve(app: Express, routes: readonly Route[], guard: readonly RequestHandler[]): void {
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    for (const route of ofPath) {
      const handle: RequestHandler = (request, response) => route.handle(request, response)
      if (route.method === 'post') app.post(path, ...guard, handle)
      else app.get(path, handle)
    }
    const allowed = ofPath.flatMap(({ method }) => (method === 'post' ? ['POST'] : ['GET', 'HEAD'])).join(', ')
    app.all(path, (_request, response) => {
      response.set('Allow', allowed)
      sendProblem(response, 405, `This route only answers ${allowed}.`)
    })
  }
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
