/** Who holds which token. Every token is compared with every digest in constant time, so that the answer's delay tells nothing. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { API_TOKEN_NAME } from '../model/person.ts'
import type { Person, User } from '../model/person.ts'

/** Something that proves who somebody is. */
export interface Credential {
  readonly person: Person
  /** SHA-256 of the token. */
  readonly digest: Buffer
  readonly kind: 'user' | 'api-token'
}

export class People {
  readonly #credentials: readonly Credential[]
  readonly #roles: ReadonlyMap<string, Person>

  constructor(users: readonly User[], apiToken: string | null) {
    const ofUsers = users.flatMap(({ name, role, tokenDigest }): Credential[] =>
      tokenDigest === null ? [] : [{ person: { name, role }, digest: Buffer.from(tokenDigest, 'hex'), kind: 'user' }],
    )
    const ofApi: Credential[] =
      apiToken === null ? [] : [{ person: { name: API_TOKEN_NAME, role: 'viewer' }, digest: sha256(apiToken), kind: 'api-token' }]
    this.#credentials = [...ofUsers, ...ofApi]
    this.#roles = new Map(users.map(({ name, role }) => [name, { name, role }]))
  }

  /** Which tokens there are. */
  get kinds(): ReadonlySet<Credential['kind']> {
    return new Set(this.#credentials.map(({ kind }) => kind))
  }

  /** Whose token it is; null = nobody's. */
  holderOf(token: string): Credential | null {
    const sent = sha256(token)
    // No early end: which of them matched must not show in the time it took.
    const matches = this.#credentials.filter(({ digest }) => timingSafeEqual(digest, sent))
    return matches[0] ?? null
  }

  credentialOf(name: string): Credential | null {
    return this.#credentials.find(({ person }) => person.name === name) ?? null
  }

  /** Somebody whom the proxy named: a viewer, unless the file says otherwise. */
  named(name: string): Person {
    return this.#roles.get(name) ?? { name, role: 'viewer' }
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
