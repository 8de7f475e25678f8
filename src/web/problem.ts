/** Errors of our own routes as RFC 9457 problem details. What is not a Problem is a fault of ours: its text stays in the log. */
import { STATUS_CODES } from 'node:http'
import type { NextFunction, Request, Response } from 'express'
import type { z } from 'zod'
import { UnavailableError } from '../model/unavailable-error.ts'

/** One field that was wrong. */
export interface FieldError {
  readonly field: string
  readonly expected: string
  /** What came, as text, at most 100 characters; null = nothing. */
  readonly received: string | null
}

export interface ProblemJson {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly errors?: readonly FieldError[] | undefined
}

/** Thrown by a route to answer with a problem. `detail` and `errors` are shown to the caller. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly errors: readonly FieldError[] | undefined

  constructor(status: number, detail: string, errors?: readonly FieldError[]) {
    super(detail)
    this.status = status
    this.errors = errors
  }
}

/** Answers with a problem. */
export function sendProblem(response: Response, status: number, detail: string, errors?: readonly FieldError[]): void {
  const problem: ProblemJson = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors && { errors }),
  }
  response
    .status(status)
    .set('Content-Type', 'application/problem+json')
    .send(Buffer.from(JSON.stringify(problem)))
}

/** Answers with a page where a person opened the address; false = a program asks, and nothing was sent. */
export type ShowProblem = (request: Request, response: Response, problem: Problem) => boolean

/** The last middleware: turns whatever a route threw into a problem. `onFault` gets what is not the caller's mistake; `show` may answer in its place. */
export function problemHandler(onFault: (error: unknown) => void, show: ShowProblem = () => false) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) return next(error)
    const problem = problemOf(error)
    if (error instanceof UnavailableError) response.set('Retry-After', String(error.retryAfterSeconds))
    else if (problem.status >= 500 && !(error instanceof Problem)) onFault(error)
    if (!show(request, response, problem)) sendProblem(response, problem.status, problem.message, problem.errors)
  }
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof UnavailableError) return new Problem(503, error.message)
  // What express throws for a path that is no valid percent-encoding.
  if (error instanceof URIError) return new Problem(400, 'The path is not valid percent-encoding.')
  return new Problem(500, 'Something failed on our side. The log of the service says what.')
}

/** A 422 that names every field of a query that was wrong. `notYet` are filters of the API that are known but not served yet. */
export function invalidQuery(error: z.ZodError, query: Readonly<Record<string, unknown>>, notYet: ReadonlySet<string>): Problem {
  const errors = error.issues.flatMap((issue): FieldError[] => {
    if (issue.code !== 'unrecognized_keys') {
      const field = issue.path.join('.')
      return [{ field, expected: issue.message, received: shorten(query[field]) }]
    }
    return issue.keys.map((field) => ({
      field,
      expected: notYet.has(field) ? 'no such filter: it is not available yet' : 'no such parameter',
      received: shorten(query[field]),
    }))
  })
  return new Problem(422, `Wrong query parameters: ${errors.map(({ field }) => field).join(', ')}.`, errors)
}

/** A 422 that names every field of a JSON body that was wrong. */
export function invalidBody(error: z.ZodError, body: unknown): Problem {
  const errors = error.issues.flatMap((issue) => fieldErrors(issue, body))
  const fields = [...new Set(errors.map(({ field }) => field))]
  return new Problem(422, `Wrong fields: ${fields.slice(0, 10).join(', ')}${fields.length > 10 ? ', ...' : ''}.`, errors)
}

function fieldErrors(issue: z.core.$ZodIssue, body: unknown): FieldError[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => wrongField([...issue.path, key], 'no such field', body))
  // Of several shapes the one that the value is nearest to: what is wrong lies inside of it.
  const nearest =
    issue.code === 'invalid_union' ? issue.errors.find((issues) => issues.every(({ path }) => path.length > 0)) : undefined
  if (nearest !== undefined)
    return nearest.flatMap((inner) => fieldErrors({ ...inner, path: [...issue.path, ...inner.path] }, body))
  // zod's own words are "Invalid input: expected string, received number".
  const expected = /\bexpected (.+?)(?:, received \S+)?$/.exec(issue.message)?.[1] ?? issue.message
  return [wrongField(issue.path, expected, body)]
}

function wrongField(path: readonly PropertyKey[], expected: string, body: unknown): FieldError {
  return { field: path.length === 0 ? 'body' : path.map(String).join('.'), expected, received: shorten(valueAt(body, path)) }
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let value = body
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = Object.getOwnPropertyDescriptor(value, key)?.value
  }
  return value
}

function shorten(value: unknown): string | null {
  if (value === undefined) return null
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 97)}...` : text
}
