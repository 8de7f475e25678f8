/**
 * What forms of our pages send. A browser adds cookies and what a proxy goes by to any request, also to one that another site makes it send; so a form is
 * taken only from our own pages, and only with the secret that they hold.
 */
import express from 'express'
import type { NextFunction, Request, Response } from 'express'
import { z } from 'zod'
import { csrfTokenOf } from './auth.ts'
import { Problem } from './problem.ts'
import type { Guards } from './route.ts'
import { siteCheck } from './same-site.ts'
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
export function formGuard(publicUrl: string): Guards['form'] {
  const isFromElsewhere = siteCheck(publicUrl)
  const checkSite = (request: Request, _response: Response, next: NextFunction): void => {
    if (isFromElsewhere(request))
      throw new Problem(
        403,
        'This form was not sent by a page of this service, or under an address that FLYWHEEL_PUBLIC_URL does not know. Open the page there and send it again.',
      )
    next()
  }
  return ({ isFromAnywhere = false }) => (isFromAnywhere ? [read] : [checkSite, read, checkToken])
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
