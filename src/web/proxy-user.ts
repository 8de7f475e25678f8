/** Who a trusted proxy says is asking. The header counts only when the connection itself comes from the proxy: anybody can send a header. */
import { BlockList, isIP } from 'node:net'
import type { Request } from 'express'
import { isPersonName } from '../model/person.ts'
import type { ProxyTrust } from '../model/person.ts'
import type { Source } from './attempts.ts'

export interface ProxyUser {
  /** The name that the proxy vouches for; null = it does not come from the proxy, or names nobody. */
  nameOf(request: Request): string | null
  /** Where the request comes from. What a proxy says of the visitor tells visitors apart and proves nothing. */
  sourceOf(request: Request): Source
}

/** Null = no proxy is trusted. */
export function createProxyUser(trust: ProxyTrust | null): ProxyUser {
  const trusted = blockListOf(trust?.addresses ?? [])
  const isTrusted = (address: string): boolean => {
    const version = isIP(address)
    return version !== 0 && trusted.check(address, version === 6 ? 'ipv6' : 'ipv4')
  }
  const header = trust?.userHeader.toLowerCase() ?? null
  return {
    nameOf: (request) => (header !== null && isTrusted(peerOf(request)) ? nameIn(request.headersDistinct[header]) : null),
    sourceOf: (request) => {
      const peer = peerOf(request)
      // Each proxy appends whom it heard: behind those that are trusted, the last address is the one that the visitor did not make up.
      const hops = (request.headersDistinct['x-forwarded-for'] ?? []).join(',').split(',')
      return { peer, visitor: hops.map((hop) => hop.trim()).findLast((hop) => isIP(hop) !== 0 && !isTrusted(hop)) ?? peer }
    },
  }
}

/** Without the zone of a link-local address. */
function peerOf(request: Request): string {
  return (request.socket.remoteAddress ?? '').replace(/%.*$/, '')
}

function blockListOf(addresses: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of addresses) {
    const [address = '', prefix] = text.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** Two headers, or one with a list, name nobody: one of them may be the visitor's own. */
function nameIn(values: readonly string[] | undefined): string | null {
  const [value = '', ...others] = values ?? []
  const name = decode(value).trim()
  return others.length === 0 && isPersonName(name) ? name : null
}

/** Node reads header bytes as Latin-1; proxies write names in UTF-8. */
function decode(value: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}
