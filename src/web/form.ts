/**
 * What forms of our pages send. A browser adds cookies and what a proxy goes by to any request, also to one that another site makes it send; so a form is
 * taken only from our own pages, and only with the secret that they hold.
 */
import express from 'express'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { csrfTokenOf } from './auth.ts'
import { Problem } from './problem.ts'
import { isSameText } from './session.ts'

const MAX_FORM_BYTES = 65_536

/** Fields of a form by name. */
export type FormFields = Readonly<Record<string, string>>

const fieldsSchema: z.ZodType<FormFields> = z.record(z.string(), z.string())
const parse = express.urlencoded({ extended: false, limit: MAX_FORM_BYTES })
const forms = new WeakMap<Request, FormFields>()

/** What the form of this request holds, once `formGuard` has let it pass. */
export function formOf(request: Request): FormFields {
  return forms.get(request) ?? {}
}

/** Comes before everything that a form changes. `publicUrl` is where people reach the service. */
export function formGuard(publicUrl: string): RequestHandler[] {
  const ownOrigin = URL.canParse(publicUrl) ? new URL(publicUrl).origin : null
  const checkSite = (request: Request, _response: Response, next: NextFunction): void => {
    if (isFromElsewhere(request, ownOrigin))
      throw new Problem(
        403,
        'This form was not sent by a page of this service, or under an address that FLYWHEEL_PUBLIC_URL does not know. Open the page there and send it again.',
      )
    next()
  }
  return [checkSite, read, checkToken]
}

/** Browsers say where a request comes from in Sec-Fetch-Site, but only to https and loopback addresses; everywhere else Origin tells. */
function isFromElsewhere(request: Request, ownOrigin: string | null): boolean {
  const site = request.get('Sec-Fetch-Site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = request.get('Origin')
  // No browser leaves it out of a POST: this is a program, and it has only the cookies that it was given.
  if (origin === undefined || origin === ownOrigin) return false
  // A proxy in front may speak https: the scheme is not compared.
  return !URL.canParse(origin) || new URL(origin).host !== request.get('Host')
}

function read(request: Request, response: Response, next: NextFunction): void {
  parse(request, response, (error: unknown) => {
    if (error !== undefined && error !== null) return next(unreadable(error))
    const fields = fieldsSchema.safeParse(request.body ?? {})
    if (!fields.success) return next(new Problem(400, 'Expected a form that names each field once.'))
    forms.set(request, fields.data)
    next()
  })
}

function checkToken(request: Request, _response: Response, next: NextFunction): void {
  const expected = csrfTokenOf(request)
  if (expected === null || isSameText(formOf(request)['csrf'] ?? '', expected)) return next()
  throw new Problem(403, 'This form is out of date: you logged in again since it was opened. Reload the page and send it again.')
}

function unreadable(error: unknown): unknown {
  const status = error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
  if (status >= 500) return error
  if (status === 413) return new Problem(413, `Expected a form of at most ${MAX_FORM_BYTES} bytes.`)
  return new Problem(status, 'Expected a form: application/x-www-form-urlencoded in UTF-8.')
}
