/** The lock of what programs send us besides telemetry: whoever may send spans may say what users thought of them. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { secretIn } from '../model/authorization.ts'
import { isBearer, personOf } from './auth.ts'
import { sendProblem } from './problem.ts'

/** Lets in who shows the ingest token, the API token or a reviewer's; null lets everybody in, as the door for telemetry does, but nobody who may only read. */
export function requireSender(ingestToken: string | null): RequestHandler {
  return (request: Request, response: Response, next: NextFunction): void => {
    const isViewer = personOf(request)?.role === 'viewer'
    if (!isViewer && (ingestToken === null || isBearer(request) || carries(request, ingestToken))) return next()
    if (isViewer) return sendProblem(response, 403, 'Reviewers and programs send feedback; you can read only.')
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
