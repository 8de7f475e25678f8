/** What programs send as a file, byte by byte. */
import express from 'express'
import type { Request, RequestHandler } from 'express'
import { Problem } from './problem.ts'
import type { Guards } from './route.ts'

const bodies = new WeakMap<Request, Uint8Array>()

/** The body of this request; empty when there was none. */
export function bytesOf(request: Request): Uint8Array {
  return bodies.get(request) ?? new Uint8Array()
}

/** Makes what comes before a route that takes a file. `checks` see to it that no other site makes a browser send it. */
export function bytesGuard(checks: readonly RequestHandler[]): Guards['bytes'] {
  return ({ maxBytes }) => [...checks, read(maxBytes)]
}

function read(maxBytes: number): RequestHandler {
  const parse = express.raw({ limit: maxBytes, type: () => true })
  return (request, response, next) =>
    parse(request, response, (error: unknown) => {
      const body: unknown = request.body
      if (body instanceof Uint8Array) bodies.set(request, body)
      next(error === undefined || error === null ? undefined : unreadable(error, maxBytes))
    })
}

function unreadable(error: unknown, maxBytes: number): unknown {
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
  if (status >= 500) return error
  if (status === 413) return new Problem(413, `Expected a file of at most ${maxBytes} bytes. Split it.`)
  return new Problem(status, 'The body could not be read: expected it whole, plain or compressed with gzip, deflate or br.')
}
