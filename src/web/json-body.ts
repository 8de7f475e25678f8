/**
 * What programs and scripts of our pages send as JSON. No form of another site can be of this type, and before any other request a browser asks us first;
 * so together with the check where it comes from, a session's cookie cannot be used by others.
 */
import express from 'express'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { z } from 'zod'
import { isBearer } from './auth.ts'
import { invalidBody, Problem } from './problem.ts'
import type { Guards } from './route.ts'
import { siteCheck } from './same-site.ts'

const MAX_JSON_BYTES = 1_048_576

/**
 * The body of a JSON route, as its schema reads it.
 *
 * @throws {Problem} 422 that names every wrong field
 */
export function jsonOf<Body>(request: Request, schema: z.ZodType<Body>): Body {
  const body: unknown = request.body
  if (body === undefined) throw new Problem(400, 'Expected a body of JSON; there was none.')
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw invalidBody(parsed.error, body)
}

/** Makes what comes before a route that takes JSON. `publicUrl` is where people reach the service. */
export function jsonGuard(publicUrl: string): Guards['json'] {
  const isFromElsewhere = siteCheck(publicUrl)
  const checkSite = (request: Request, _response: Response, next: NextFunction): void => {
    // A bearer token is not added by a browser: whoever sends it has it.
    if (!isBearer(request) && isFromElsewhere(request))
      throw new Problem(
        403,
        'This was not sent by a page of this service, or under an address that FLYWHEEL_PUBLIC_URL does not know. Programs send a token and no Origin.',
      )
    next()
  }
  return ({ method, isFromAnywhere = false, maxBytes = MAX_JSON_BYTES }) => [
    ...(isFromAnywhere ? [] : [checkSite]),
    ...(method === 'delete' ? [] : [checkType, read(maxBytes)]),
  ]
}

function checkType(request: Request, response: Response, next: NextFunction): void {
  if (request.is('application/json') !== false) return next()
  response.set('Accept', 'application/json')
  throw new Problem(415, `Expected Content-Type: application/json, got ${request.get('Content-Type') ?? 'none'}.`)
}

function read(maxBytes: number): RequestHandler {
  // Not strict: that a body is no object is said by the schema, field by field.
  const parse = express.json({ limit: maxBytes, strict: false })
  return (request, response, next) =>
    parse(request, response, (error: unknown) => next(error === undefined ? undefined : unreadable(error, maxBytes)))
}

function unreadable(error: unknown, maxBytes: number): unknown {
  if (!(error instanceof Error)) return error
  const status = 'status' in error && typeof error.status === 'number' ? error.status : 500
  if (status >= 500) return error
  if (status === 413) return new Problem(413, `Expected at most ${maxBytes} bytes of JSON.`)
  if (status === 415) return new Problem(415, 'Expected JSON in UTF-8, plain or compressed with gzip.')
  return new Problem(status, `The body is not JSON: ${error.message}`)
}
