/** The token check of the door. Compares digests in constant time, so that the answer's delay tells nothing about the token. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { secretIn } from '../model/authorization.ts'

/** Whether an Authorization header carries `token`: in the Bearer scheme, or as Basic's password, as Langfuse's exporters send it. */
export function carriesToken(authorization: string | undefined, token: string): boolean {
  const sent = secretIn(authorization)
  return sent !== null && timingSafeEqual(digest(sent), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
