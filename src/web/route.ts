/** A route is data: the app serves the list of them, openapi.json describes the same list, and a test walks it for missing locks. */
import type { Express, Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { type CorsPolicy, serveCors } from './cors.ts'
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
  /** Other sites whose scripts may use the path. Default: none. */
  readonly cors?: CorsPolicy
  readonly handle: (request: Request, response: Response) => void | Promise<void>
}

/** Answers GET, and with it HEAD. */
interface GetRoute extends RouteBase {
  readonly method?: 'get'
}

/** Takes a form of our own pages; `formOf(request)` holds it. */
interface FormRoute extends RouteBase {
  readonly method: 'post'
  readonly takes?: 'form'
  /** Its fields, for the documentation. */
  readonly body?: z.ZodType
  /** Other sites may send it as well: nothing that a browser adds by itself lets it in, so there is no secret of our pages to ask for. */
  readonly isFromAnywhere?: boolean
}

/** Takes JSON, also from programs; `jsonOf(request, schema)` reads it. DELETE has no body. Errors are problems: 400, 403, 413, 415, 422. */
interface JsonRoute extends RouteBase {
  readonly method: 'post' | 'put' | 'delete'
  readonly takes: 'json'
  /** For the documentation; the handler reads it with `jsonOf`. */
  readonly body?: z.ZodType
  /** Default: 1 MiB, inflated. */
  readonly maxBytes?: number
  /** Other sites may send it as well: nothing that a browser adds by itself lets it in. Their scripts still need `cors`. */
  readonly isFromAnywhere?: boolean
}

/** Takes a file as it is; `bytesOf(request)` holds it. Whether its type is one that can be read says the handler. Errors are problems: 403, 413. */
interface BytesRoute extends RouteBase {
  readonly method: 'post'
  readonly takes: 'bytes'
  /** Media types, for the documentation. */
  readonly types: readonly string[]
  /** Inflated. */
  readonly maxBytes: number
}

export type Route = GetRoute | FormRoute | JsonRoute | BytesRoute

type JsonTaking = Pick<JsonRoute, 'method' | 'maxBytes' | 'isFromAnywhere'>

/** What comes before whatever a request changes. */
export interface Guards {
  readonly form: (route: { readonly isFromAnywhere?: boolean }) => readonly RequestHandler[]
  readonly json: (route: JsonTaking) => readonly RequestHandler[]
  readonly bytes: (route: Pick<BytesRoute, 'maxBytes'>) => readonly RequestHandler[]
}

/** Registers routes; every other method of their paths is answered with 405. A path may take both JSON and a form: the type of the body decides. */
export function serve(app: Express, routes: readonly Route[], guards: Guards): void {
  for (const [path, ofPath] of Map.groupBy(routes, (route) => route.path)) {
    const methods = [...new Set(ofPath.flatMap(methodsOf))]
    const cors = ofPath.find((route) => route.cors !== undefined)?.cors
    if (cors !== undefined) serveCors(app, path, cors, methods)
    const takesBoth = ['json', 'form'].every((kind) => ofPath.some((route) => route.method === 'post' && takenBy(route) === kind))
    for (const route of ofPath) register(app, route, guards, takesBoth)
    const allowed = [...methods, ...(cors === undefined ? [] : ['OPTIONS'])].join(', ')
    app.all(path, (_request, response) => {
      response.set('Allow', allowed)
      sendProblem(response, 405, `This route only answers ${allowed}.`)
    })
  }
}

function register(app: Express, route: Route, guards: Guards, takesBoth: boolean): void {
  const handle: RequestHandler = (request, response) => route.handle(request, response)
  if (isRead(route)) return void app.get(route.path, handle)
  const guard = guardOf(route, guards)
  const pick = takesBoth && route.method === 'post' ? [onlyFor(takenBy(route))] : []
  app[route.method](route.path, ...pick, ...guard, handle)
}

function guardOf(route: Exclude<Route, GetRoute>, guards: Guards): readonly RequestHandler[] {
  switch (route.takes) {
    case 'json':
      return guards.json(route)
    case 'bytes':
      return guards.bytes(route)
    case 'form':
    case undefined:
      return guards.form(route)
    default:
      return route satisfies never
  }
}

function isRead(route: Route): route is GetRoute {
  return route.method === undefined || route.method === 'get'
}

function takenBy(route: Route): 'form' | 'json' {
  return !isRead(route) && route.takes === 'json' ? 'json' : 'form'
}

/** Passes on what the other route of the path takes. Whatever is no form goes to the one for JSON, which says what is wrong with it. */
function onlyFor(kind: 'form' | 'json'): RequestHandler {
  return (request, _response, next) => {
    const isForm = request.is('application/x-www-form-urlencoded') !== false
    next(isForm === (kind === 'form') ? undefined : 'route')
  }
}

function methodsOf({ method = 'get' }: Route): string[] {
  return method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]
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
