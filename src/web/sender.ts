/** The lock of what programs send us besides telemetry: whoever may send spans may say what users thought of them. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { secretIn } from '../model/authorization.ts'
import { isBearer } from './auth.ts'
import { sendProblem } from './problem.ts'

/** Lets in who shows the ingest token, or a token that may read; null lets everybody in, as the door for telemetry does. */
export function requireSender(ingestToken: string | null): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (ingestToken === null || isBearer(request) || carries(request, ingestToken)) return next()
    response.set('WWW-Authenticate', 'Bearer realm="flywheel"')
    sendProblem(response, 401, 'This route needs a token: send "Authorization: Bearer <FLYWHEEL_INGEST_TOKEN>".')
  }
}

/** Digests have one length, and comparing them takes one time: neither tells anything of the token. */
function carries(request: Request, token: string): boolean {
  const sent = secretIn(request.headers.authorization)
  return sent !== null && timingSafeEqual(digest(sent), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
