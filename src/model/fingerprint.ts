/** Short stand-ins for texts that are compared but not kept: tool arguments, results, response ids. */

/**
 * 106-bit non-cryptographic hash of a text as 27 base-36 characters at most. Two rounds of cyrb53 (public domain, bryc) with different seeds:
 * equality of fingerprints is taken as equality of texts, inside one run only, where a chance collision is below 1e-20.
 */
export function fingerprint(text: string): string {
  return cyrb53(text, 0x9e3779b9).toString(36) + '.' + cyrb53(text, 0x85ebca6b).toString(36)
}

/** 53-bit hash as a non-negative integer. */
export function cyrb53(text: string, seed: number): number {
  let h1 = 0xdeadbeef ^ seed
  let h2 = 0x41c6ce57 ^ seed
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    h1 = Math.imul(h1 ^ code, 2654435761)
    h2 = Math.imul(h2 ^ code, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return 4294967296 * (2097151 & h2) + (h1 >>> 0)
}
