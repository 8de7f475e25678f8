/**
 * Sessions as signed cookies: the server keeps none, so a restart logs nobody out. A cookie is `payload.mac`; both are compared as the text they came as,
 * because base64url has several spellings of the same bytes.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** A session that nobody used for so long is over. */
const IDLE_MS = 12 * 3_600_000
/** However busy, a session is over so long after its login. */
const LIFETIME_MS = 7 * 86_400_000
/** A cookie younger than this is not written anew: not every page needs a new cookie. */
const RENEW_AFTER_MS = 600_000
/** Sessions that were logged out are remembered up to this many; then the oldest is forgotten. */
const MAX_ENDED = 10_000

export interface Session {
  readonly id: string
  readonly name: string
  /** Ties the session to the token it was opened with; see `SessionCookies.bind`. */
  readonly binding: string
  readonly startedMs: number
  readonly issuedMs: number
  readonly expiresMs: number
}

const payloadSchema: z.ZodType<Session> = z.strictObject({
  id: z.string(),
  name: z.string(),
  binding: z.string(),
  startedMs: z.number(),
  issuedMs: z.number(),
  expiresMs: z.number(),
})

export interface SessionCookieOptions {
  /** 32 random bytes. Another key ends all sessions. */
  readonly key: Buffer
  /** People reach the service by https. */
  readonly isSecure: boolean
  readonly nowMs: () => number
}

/** Opens, reads, renews and ends sessions. Cookies go in and out as header values. */
export class SessionCookies {
  /** Holds a part that differs from instance to instance: cookies are shared by all ports of a host. */
  readonly cookieName: string
  readonly #key: Buffer
  readonly #attributes: string
  readonly #nowMs: () => number
  /** Ids of sessions that were logged out, to their expiry. */
  readonly #ended = new Map<string, number>()

  constructor({ key, isSecure, nowMs }: SessionCookieOptions) {
    this.#key = key
    this.#nowMs = nowMs
    const instance = this.#mac('instance', '').slice(0, 8)
    this.cookieName = `${isSecure ? '__Host-' : ''}flywheel-${instance}`
    this.#attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
  }

  /** Value of Set-Cookie for a new session of whoever holds the token with this digest. */
  open(name: string, tokenDigest: Buffer): string {
    const now = this.#nowMs()
    const id = randomBytes(12).toString('base64url')
    return this.#cookieOf({
      id,
      name,
      binding: this.bind(tokenDigest),
      startedMs: now,
      issuedMs: now,
      expiresMs: now + IDLE_MS,
    })
  }

  /** The session of a Cookie header: one with a right signature, neither over nor logged out. */
  read(cookieHeader: string | undefined): Session | null {
    for (const value of valuesOf(cookieHeader, this.cookieName)) {
      const session = this.#verify(value)
      if (session !== null) return session
    }
    return null
  }

  /** Value of Set-Cookie that keeps a session in use alive; null = it is young enough, or near its end. */
  renew(session: Session): string | null {
    const now = this.#nowMs()
    if (now - session.issuedMs < RENEW_AFTER_MS) return null
    const expiresMs = Math.min(now + IDLE_MS, session.startedMs + LIFETIME_MS)
    return this.#cookieOf({ ...session, issuedMs: now, expiresMs })
  }

  /** Value of Set-Cookie that removes the cookie. A copy of it is refused until the next start of the process. */
  end(session: Session | null): string {
    if (session !== null) {
      const oldest = this.#ended.keys().next()
      if (this.#ended.size >= MAX_ENDED && oldest.done !== true) this.#ended.delete(oldest.value)
      this.#ended.set(session.id, session.startedMs + LIFETIME_MS)
    }
    return `${this.cookieName}=; Max-Age=0; ${this.#attributes}`
  }

  /** What stands in a cookie for the token it was opened with: with another token the session is over. */
  bind(tokenDigest: Buffer): string {
    return this.#mac('credential', tokenDigest.toString('hex'))
  }

  /** The secret of the forms of one session or person: other sites cannot know it. */
  csrfToken(subject: string): string {
    return this.#mac('form', subject)
  }

  #cookieOf(session: Session): string {
    const payload = Buffer.from(JSON.stringify(session)).toString('base64url')
    const maxAgeS = Math.max(0, Math.floor((session.expiresMs - this.#nowMs()) / 1_000))
    return `${this.cookieName}=${payload}.${this.#mac('session', payload)}; Max-Age=${maxAgeS}; ${this.#attributes}`
  }

  #verify(value: string): Session | null {
    const [payload = '', mac = '', ...rest] = value.split('.')
    if (rest.length > 0 || !isSameText(mac, this.#mac('session', payload))) return null
    // Signed by us, but perhaps by another version of us.
    const parsed = payloadSchema.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
    if (!parsed.success) return null
    const { id, expiresMs } = parsed.data
    return this.#nowMs() < expiresMs && !this.#ended.has(id) ? parsed.data : null
  }

  /** The purpose keeps one kind of signature from being taken for another. */
  #mac(purpose: string, text: string): string {
    return createHmac('sha256', this.#key).update(`${purpose}\0${text}`).digest('base64url')
  }
}

/** Compares two texts in a time that does not depend on where they differ. */
export function isSameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}

function valuesOf(cookieHeader: string | undefined, name: string): string[] {
  const pairs = (cookieHeader ?? '').split(';').map((pair) => pair.trim())
  return pairs.filter((pair) => pair.startsWith(`${name}=`)).map((pair) => pair.slice(name.length + 1))
}
