/** What programs show to be let in. */

const bearer = /^bearer +(\S+)$/i
const basic = /^basic +([A-Za-z0-9+/=]+)$/i

/**
 * The secret in an Authorization header: a bearer token, or the password of Basic, which is how Langfuse's clients send their secret key. We never ask
 * for Basic, so no browser keeps one for us. Null where there is none.
 */
export function secretIn(authorization: string | undefined): string | null {
  const header = (authorization ?? '').trim()
  const token = bearer.exec(header)?.[1]
  if (token !== undefined) return token
  const credentials = decoded(basic.exec(header)?.[1] ?? '')
  const password = credentials.slice(credentials.indexOf(':') + 1)
  return credentials.includes(':') && password !== '' ? password : null
}

function decoded(base64: string): string {
  try {
    return atob(base64)
  } catch {
    return ''
  }
}
