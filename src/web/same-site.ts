/** Whether a request was sent by a page of another site. A browser adds cookies, and whatever a proxy goes by, to those as well. */
import type { Request } from 'express'

/** `publicUrl` is where people reach the service. */
export function siteCheck(publicUrl: string): (request: Request) => boolean {
  const ownOrigin = originOf(publicUrl)
  return (request) => isFromElsewhere(request, ownOrigin)
}

/** Null = it is no address. */
function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null
}

/** Browsers say where a request comes from in Sec-Fetch-Site, but only to https and loopback addresses; everywhere else Origin tells. */
function isFromElsewhere(request: Request, ownOrigin: string | null): boolean {
  const site = request.get('Sec-Fetch-Site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = request.get('Origin')
  // No browser leaves it out of a POST: this is a program, and it has only the cookies that it was given.
  if (origin === undefined || origin === ownOrigin) return false
  // A proxy in front may speak https: the scheme is not compared.
  return !URL.canParse(origin) || new URL(origin).host !== request.get('Host')
}
