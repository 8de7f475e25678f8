/** People who look at what agents did: who they are, and what they may decide. */

/** A viewer reads and adds notes; a reviewer also keeps runs, gives feedback, decides what notes are about, and deletes. */
export type Role = 'viewer' | 'reviewer'

/** Somebody whose name is known. */
export interface Person {
  readonly name: string
  readonly role: Role
}

/** A person as `flywheel.yaml` names them. */
export interface User extends Person {
  /** SHA-256 of their token in lower-case hex; null = they come through the proxy only. */
  readonly tokenDigest: string | null
}

/** A proxy that says in a header who is asking. */
export interface ProxyTrust {
  /** Name of the header. */
  readonly userHeader: string
  /** Addresses and CIDR ranges from which the header is believed. */
  readonly addresses: readonly string[]
}

/** Name under which the API token logs in; no user may have it. */
export const API_TOKEN_NAME = 'api-token'

/** Whether a text can be somebody's name: one line, 1 to 100 characters, no comma (lists of headers are joined by them). */
export function isPersonName(text: string): boolean {
  return /^[^\p{Cc},]{1,100}$/u.test(text) && text.trim() === text && text !== API_TOKEN_NAME
}
