/**
 * Who is asking, and the lock of everything but health, login and the runbook. There are three ways in: a bearer token, the session cookie of a login, and
 * the header of a trusted proxy. Where none of them is set up, everybody may read.
 */
import { randomBytes } from 'node:crypto'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import type { Person, ProxyTrust, User } from '../model/person.ts'
import { isRebound } from './host-name.ts'
import type { Site } from './pages/site.ts'
import { People } from './people.ts'
import type { Credential } from './people.ts'
import { Problem, sendProblem } from './problem.ts'
import { createProxyUser } from './proxy-user.ts'
import type { ProxyUser } from './proxy-user.ts'
import { SessionCookies } from './session.ts'
import type { Session } from './session.ts'

export type { Person } from '../model/person.ts'

export interface AuthOptions {
  readonly apiToken: string | null
  readonly users?: readonly User[] | undefined
  readonly proxy?: ProxyTrust | null | undefined
  /** 32 bytes that sign sessions; asked for only when people can log in. Default: fresh ones, so that sessions end with the process. */
  readonly sessionKey?: (() => Buffer) | undefined
  readonly site: Site
  /** Unix milliseconds. */
  readonly nowMs: () => number
}

/** What a request proves about whoever sent it. */
type Identity =
  /** Nothing is set up: everybody may read. */
  | { readonly kind: 'open' }
  | { readonly kind: 'nobody'; readonly hasWrongToken: boolean }
  | { readonly kind: 'bearer'; readonly person: Person | null }
  | { readonly kind: 'proxy'; readonly person: Person; readonly csrfToken: string }
  | { readonly kind: 'session'; readonly person: Person; readonly csrfToken: string; readonly session: Session }

export interface Auth {
  /** Nothing is set up: everybody may read, nobody logs in. */
  readonly isOpen: boolean
  readonly people: People
  readonly cookies: SessionCookies
  readonly proxyUser: ProxyUser
  /** Notes who is asking; comes before all routes. */
  readonly identify: RequestHandler
  /** Stops whoever did not prove who they are; comes before the routes that are locked. */
  readonly requireLogin: RequestHandler
}

const identities = new WeakMap<Request, Identity>()

/** Who is asking; null = nobody is known by name: an open instance, the API token as a bearer, or somebody who did not log in. */
export function personOf(request: Request): Person | null {
  const identity = identities.get(request)
  return identity !== undefined && 'person' in identity ? identity.person : null
}

/** What forms have to send back as `csrf`; null = nothing that a browser sends by itself lets this visitor in. */
export function csrfTokenOf(request: Request): string | null {
  const identity = identities.get(request)
  return identity !== undefined && 'csrfToken' in identity ? identity.csrfToken : null
}

/** `csrf` of the form that logs out; null = there is nothing to log out of: an open instance, or somebody whom the proxy names. */
export function logoutTokenOf(request: Request): string | null {
  const identity = identities.get(request)
  return identity?.kind === 'session' ? identity.csrfToken : null
}

/** The session that can be logged out; null = there is none, also for somebody who comes through the proxy. */
export function sessionOf(request: Request): Session | null {
  const identity = identities.get(request)
  return identity?.kind === 'session' ? identity.session : null
}

/** Whether the request carries a token that no browser adds by itself. */
export function isBearer(request: Request): boolean {
  return identities.get(request)?.kind === 'bearer'
}

/** Whether the request may pass the lock. */
export function isLetIn(request: Request): boolean {
  const kind = identities.get(request)?.kind ?? 'nobody'
  return kind !== 'nobody'
}

export function createAuth({ apiToken, users = [], proxy = null, sessionKey, site, nowMs }: AuthOptions): Auth {
  const people = new People(users, apiToken)
  const isOpen = people.kinds.size === 0 && proxy === null
  const key = !isOpen && sessionKey !== undefined ? sessionKey() : randomBytes(32)
  const cookies = new SessionCookies({ key, isSecure: isHttps(site.publicUrl), nowMs })
  const proxyUser = createProxyUser(proxy)

  const identityOf = (request: Request): Identity => {
    if (isOpen) return { kind: 'open' }
    const sent = /^bearer +(\S+)$/i.exec(request.headers.authorization?.trim() ?? '')?.[1]
    const holder = sent === undefined ? null : people.holderOf(sent)
    if (holder !== null) return { kind: 'bearer', person: holder.kind === 'user' ? holder.person : null }
    const named = proxyUser.nameOf(request)
    if (named !== null) return { kind: 'proxy', person: people.named(named), csrfToken: cookies.csrfToken(`proxy ${named}`) }
    const session = cookies.read(request.headers.cookie)
    const credential = session === null ? null : people.credentialOf(session.name)
    if (session === null || credential === null || !isOpenedWith(cookies, session, credential))
      return { kind: 'nobody', hasWrongToken: sent !== undefined }
    return { kind: 'session', person: credential.person, csrfToken: cookies.csrfToken(`session ${session.id}`), session }
  }

  const identify = (request: Request, response: Response, next: NextFunction): void => {
    const identity = identityOf(request)
    identities.set(request, identity)
    // Only when a page is opened: an answer that was under way during a logout must not bring the cookie back.
    const renewed = identity.kind === 'session' && isNavigation(request) ? cookies.renew(identity.session) : null
    if (renewed !== null) response.append('Set-Cookie', renewed)
    next()
  }

  const requireLogin = (request: Request, response: Response, next: NextFunction): void => {
    if (isOpen && isRebound(request.socket.localAddress, request.headers.host, site.publicUrl))
      throw new Problem(403, unknownName)
    if (isLetIn(request)) return next()
    if (isNavigation(request)) {
      return response.redirect(303, `${site.href('/login')}?next=${encodeURIComponent(request.originalUrl)}`)
    }
    refuse(request, response)
  }
  return { isOpen, people, cookies, proxyUser, identify, requireLogin }
}

const unknownName =
  'Everybody on this machine may read here, so this name is not answered: another site could have it. Open http://localhost with the port, ' +
  'set FLYWHEEL_PUBLIC_URL to the address with this name, or set FLYWHEEL_API_TOKEN.'

function refuse(request: Request, response: Response): void {
  const identity = identities.get(request)
  const hasWrongToken = identity?.kind === 'nobody' && identity.hasWrongToken
  response.set('WWW-Authenticate', `Bearer realm="flywheel"${hasWrongToken ? ', error="invalid_token"' : ''}`)
  const problem = hasWrongToken ? 'The token is not the right one' : 'This route needs a token'
  sendProblem(response, 401, `${problem}: send "Authorization: Bearer <FLYWHEEL_API_TOKEN>".`)
}

/** The token that opened the session is still the token of that name. */
function isOpenedWith(cookies: SessionCookies, session: Session, { digest }: Credential): boolean {
  return session.binding === cookies.bind(digest)
}

/** A person opens a page, as opposed to a script or a program that fetches something. */
export function isNavigation(request: Request): boolean {
  const mode = request.get('Sec-Fetch-Mode')
  return request.method === 'GET' && /\btext\/html\b/i.test(request.get('Accept') ?? '') && (mode ?? 'navigate') === 'navigate'
}

/** Whether people reach an address by https, so that cookies can be kept to it. */
export function isHttps(url: string): boolean {
  return /^https:/i.test(url)
}
