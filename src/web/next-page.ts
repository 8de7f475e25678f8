/** Where a login leads: a page of ours, whatever the address says. Also a link that somebody made up must not lead to another site. */

const MAX_LENGTH = 2_000
/** No host has this name; an address that leaves it leads elsewhere. */
const HERE = 'http://flywheel.invalid'

/** Path, query and fragment of a page of ours, or `/` when `text` is none. */
export function nextPage(text: unknown): string {
  // Browsers read a backslash as a slash and leave out line breaks and tabs: what holds them is not looked at any further.
  if (typeof text !== 'string' || text.length > MAX_LENGTH || !/^\/[^\s\\\p{Cc}]*$/u.test(text)) return '/'
  if (!URL.canParse(text, HERE)) return '/'
  const { origin, pathname, search, hash } = new URL(text, HERE)
  // Once more after dots are resolved: /.//host has become //host.
  if (origin !== HERE || pathname.startsWith('//') || pathname === '/login' || pathname === '/logout') return '/'
  return pathname + search + hash
}
