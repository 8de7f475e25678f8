/** The bearer check of the door. Compares digests in constant time, so that the answer's delay tells nothing about the token. */
import { createHash, timingSafeEqual } from 'node:crypto'

const bearer = /^bearer +(\S+)$/i

/** Whether an Authorization header carries `token` in the Bearer scheme. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const sent = bearer.exec((authorization ?? '').trim())?.[1]
  return sent !== undefined && timingSafeEqual(digest(sent), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
