/**
 * Names under which an instance that everybody may read is asked. A web page can let a name of its own point to this machine (DNS rebinding) and then read
 * what answers there as its own; so names that anybody can have are not answered unless they are known to be ours.
 */
import { isIP } from 'node:net'

const loopback = /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/i
/** Endings that nobody can register: whatever has them is a name of this machine or of its network. */
const privateEnding = /\.(localhost|internal|local|lan|home\.arpa|test)$/

/**
 * Whether a connection that came in over loopback asks for a name that may be a stranger's. `localAddress` is our end of it, `host` its Host header,
 * `publicUrl` where people reach the service. Instances that listen further chose to answer everybody.
 */
export function isRebound(localAddress: string | undefined, host: string | undefined, publicUrl: string): boolean {
  if (localAddress === undefined || !loopback.test(localAddress)) return false
  const name = nameIn(`http://${host ?? ''}`)
  if (name === null || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return false
  return name.includes('.') && !privateEnding.test(name) && name !== nameIn(publicUrl)
}

function nameIn(url: string): string | null {
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : null
}
