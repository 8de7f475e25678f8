/** The bearer check of everything but health. Compares digests in constant time, so that the answer's delay tells nothing about the token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'
import { sendProblem } from './problem.ts'

/** Lets requests pass that carry the token in the Bearer scheme; 401 for all others. Null lets everybody pass. */
export function requireToken(token: string | null) {
  const expected = token === null ? null : digest(token)
  return (request: Request, response: Response, next: NextFunction): void => {
    if (expected === null) return next()
    const sent = /^bearer +(\S+)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
    if (sent !== undefined && timingSafeEqual(digest(sent), expected)) return next()
    response.set(
      'WWW-Authenticate',
      sent === undefined ? 'Bearer realm="flywheel"' : 'Bearer realm="flywheel", error="invalid_token"',
    )
    const problem = sent === undefined ? 'This route needs a token' : 'The token is not the right one'
    sendProblem(response, 401, `${problem}: send "Authorization: Bearer <FLYWHEEL_API_TOKEN>".`)
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
