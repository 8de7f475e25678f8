/** The pages where people log in and out. They work without script, and only a form that was sent changes anything: a GET never does. */
import { html, type SafeHtml } from '@remix-run/html-template'
import type { Request, Response } from 'express'
import { Attempts, attemptLimits } from './attempts.ts'
import { isHttps, isLetIn, sessionOf } from './auth.ts'
import type { Auth } from './auth.ts'
import { formOf } from './form.ts'
import { nextPage } from './next-page.ts'
import { page, sendPage } from './pages/shell.ts'
import type { Site } from './pages/site.ts'
import type { Route } from './route.ts'

export interface LoginOptions {
  readonly auth: Auth
  readonly site: Site
  /** Unix milliseconds. */
  readonly nowMs: () => number
}

export function loginRoutes({ auth, site, nowMs }: LoginOptions): Route[] {
  const attempts = new Attempts(attemptLimits, nowMs)
  const show = (response: Response, next: string, status = 200, error?: string): void =>
    sendPage(response, loginPage({ auth, site, next, error }), status)
  const leave = (response: Response, path: string): void => response.redirect(303, site.href(path))

  const open = (request: Request, response: Response): void => {
    const next = nextPage(request.query['next'])
    if (auth.isOpen || isLetIn(request)) return leave(response, next)
    if (request.query['direct'] === undefined && mayHideCookie(request, auth)) return sendPage(response, bouncePage(site, next))
    show(response, next)
  }

  const logIn = (request: Request, response: Response): void => {
    const { token = '', next: asked } = formOf(request)
    const next = nextPage(asked)
    if (auth.isOpen) return leave(response, next)
    if (isSecureCookieLost(request, site))
      return show(response, next, 400, `This address cannot keep a login. Open ${site.publicUrl} instead.`)
    const source = auth.proxyUser.sourceOf(request)
    const waitS = Math.ceil(attempts.waitMs(source) / 1_000)
    if (waitS > 0) {
      response.set('Retry-After', String(waitS))
      return show(response, next, 429, `Too many wrong tokens from your address. Try again in ${waitS} s.`)
    }
    const holder = auth.people.holderOf(token.trim())
    if (holder === null) {
      attempts.fail(source)
      response.set('WWW-Authenticate', 'Bearer realm="flywheel"')
      return show(response, next, 401, 'This is not a token of this service. Copy it again, whole and without quotes.')
    }
    response.append('Set-Cookie', auth.cookies.open(holder.person.name, holder.digest))
    leave(response, next)
  }

  const logOut = (request: Request, response: Response): void => {
    if (!auth.isOpen) response.append('Set-Cookie', auth.cookies.end(sessionOf(request)))
    leave(response, auth.isOpen ? '/' : '/login?direct=1')
  }

  const page200 = { 200: { description: 'The page with the form.', contentType: 'text/html' } }
  const left = { description: 'Done: `Location` is where to go on.', contentType: 'text/plain' }
  return [
    {
      path: '/login',
      summary: 'Where people log in. Leads on to `next` when nothing is left to do.',
      answers: { ...page200, 303: left },
      handle: open,
    },
    {
      method: 'post',
      path: '/login',
      summary: 'Logs in with `token` and leads to `next`.',
      answers: { 303: left },
      problems: [400, 403, 413, 429],
      handle: logIn,
    },
    { method: 'post', path: '/logout', summary: 'Logs out.', answers: { 303: left }, problems: [403], handle: logOut },
  ]
}

/**
 * A link in a chat or a mail leads here from another site, and then browsers keep the cookie (SameSite=Strict) back, also of somebody who is logged in. To
 * plain http addresses they do not even say that it was another site.
 */
function mayHideCookie(request: Request, auth: Auth): boolean {
  const site = request.get('Sec-Fetch-Site')
  const hasCookie = request.get('Cookie')?.includes(`${auth.cookies.cookieName}=`) ?? false
  return !hasCookie && (site === undefined || site === 'cross-site')
}

/** Asks for the login page once more, now from our own site, so that the cookie comes along when there is one. */
function bouncePage(site: Site, next: string): string {
  const address = `${site.href('/login')}?direct=1&next=${encodeURIComponent(next)}`
  return String(
    html`<!doctype html>
      <html lang="en">
        <meta charset="utf-8" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="refresh" content="0; url=${address}" />
        <title>Agent Flywheel</title>
        <a href="${address}">Go on</a>
      </html> `,
  )
}

/** A cookie for https only would be dropped, and the login page come again without a word. Browsers make an exception for loopback. */
function isSecureCookieLost(request: Request, site: Site): boolean {
  const origin = request.get('Origin')
  if (!isHttps(site.publicUrl) || origin === undefined || !URL.canParse(origin)) return false
  const { protocol, hostname } = new URL(origin)
  return protocol === 'http:' && !/^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}

interface LoginPage {
  readonly auth: Auth
  readonly site: Site
  readonly next: string
  readonly error: string | undefined
}

function loginPage({ auth, site, next, error }: LoginPage): string {
  const body = html`<h1>Log in</h1>
    ${auth.people.kinds.size === 0 ? throughProxy : form({ auth, site, next, error })}`
  return page(site, { title: 'Log in', person: null, csrfToken: null, body })
}

const throughProxy: SafeHtml = html`<p>
  This service lets people in through a proxy, and this request did not come through it. Open the address of the proxy, or ask
  whoever set it up.
</p>`

function form({ auth, site, next, error }: LoginPage): SafeHtml {
  const isWrong = error !== undefined
  return html`<form class="login" method="post" action="${site.href('/login')}">
    ${isWrong ? html`<p class="error" id="error" role="alert">${error}</p>` : ''}
    <input type="hidden" name="next" value="${next}" />
    <label for="token">Token</label>
    <input
      id="token"
      name="token"
      type="password"
      autocomplete="current-password"
      required
      autofocus
      aria-describedby="${isWrong ? 'error ' : ''}token-help"
      ${isWrong ? html`aria-invalid="true"` : ''}
    />
    <button>Log in</button>
    <p id="token-help">${auth.people.kinds.has('user') ? ownToken : ''} ${auth.people.kinds.has('api-token') ? apiToken : ''}</p>
  </form>`
}

const ownToken: SafeHtml = html`Your own token, as <code>npx agent-flywheel user</code> printed it.`

const apiToken: SafeHtml = html`To read without a name: the value of <code>FLYWHEEL_API_TOKEN</code>, for instance in
  <code>.env</code>.`
