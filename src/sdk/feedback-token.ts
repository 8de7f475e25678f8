/**
 * What a feedback link says and proves: who may rate what, until when. The application signs it, the processor checks it; both use this one file.
 *
 * A token is `payload.mac`. Both parts are compared as the text they came as, because base64url has several spellings of the same bytes.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** What can be judged, in the order in which ids are made of it. */
const targetKeys = ['traceId', 'spanId', 'conversationId', 'responseId', 'messageId'] as const

/** What is judged; at least one of these. */
type TokenTarget = { readonly [Key in (typeof targetKeys)[number]]?: string | undefined }

export interface FeedbackClaims {
  readonly target: TokenTarget
  /** What is asked. */
  readonly name: string
  /** Who is asked; null = whoever has the link. */
  readonly userId: string | null
  /** Who asks, in words for the page that the link opens; null = it does not say. */
  readonly from: string | null
  /** Whole seconds since 1970. */
  readonly expiresAt: number
}

export type TokenCheck =
  | { readonly kind: 'valid'; readonly claims: FeedbackClaims }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' }

/** The name of a question that is not named. */
export const DEFAULT_NAME = 'user_rating'
/** Whoever holds a token can try secrets on it for as long as they like. */
const MIN_SECRET_CHARACTERS = 32
const TOKEN_LIMITS = { key: 256, name: 128, from: 80 } as const

const VERSION = 1
/** Longer than any token that can be signed. */
const MAX_TOKEN_CHARACTERS = 16_384
/** Keeps the key apart from whatever else a secret is used for. */
const PURPOSE = 'agent-flywheel feedback token v1'

const shortOf = { traceId: 't', spanId: 's', conversationId: 'c', responseId: 'r', messageId: 'm' } as const

/** Secrets of FLYWHEEL_FEEDBACK_SECRET: the first signs, the others still count, so that a secret can be replaced without breaking links. */
export function parseSecrets(text: string): string[] {
  const secrets = text.split(',').map((secret) => secret.trim())
  return secrets.filter((secret) => secret !== '')
}

/** @throws {TypeError} for claims that no feedback could have */
export function signToken(claims: FeedbackClaims, secret: string): string {
  if (secret.length < MIN_SECRET_CHARACTERS) {
    throw new TypeError(`secret: expected at least ${MIN_SECRET_CHARACTERS} characters, got ${secret.length}`)
  }
  const payload = Buffer.from(JSON.stringify(packed(checked(claims)))).toString('base64url')
  return `${payload}.${macOf(payload, secret)}`
}

/** Tells what a token says, if it was signed with one of the secrets and is not over. */
export function verifyToken(token: string, secrets: readonly string[], nowMs: number): TokenCheck {
  const [payload = '', mac = '', ...rest] = token.length > MAX_TOKEN_CHARACTERS ? [] : token.split('.')
  const isSigned = rest.length === 0 && secrets.some((secret) => isSameText(mac, macOf(payload, secret)))
  const claims = isSigned ? unpacked(parsed(payload)) : null
  if (claims === null) return { kind: 'invalid' }
  return nowMs < claims.expiresAt * 1_000 ? { kind: 'valid', claims } : { kind: 'expired' }
}

/** The id of what is said with a token: one value for a target, question and user, whichever token it came with. */
export function feedbackIdOf({ target, name, userId }: FeedbackClaims): string {
  const identity = [name, userId, ...targetKeys.map((key) => target[key] ?? null)]
  return `link:${createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 32)}`
}

/** The claims as they are signed: ids in hex in lower case. */
function checked(claims: FeedbackClaims): FeedbackClaims {
  const target = { ...pick(claims.target) }
  if (Object.keys(target).length === 0) throw new TypeError(`target: expected one of ${targetKeys.join(', ')}, got none`)
  if (target.traceId !== undefined) target.traceId = hex('target.traceId', target.traceId, 32)
  if (target.spanId !== undefined) target.spanId = hex('target.spanId', target.spanId, 16)
  for (const key of targetKeys) bounded(`target.${key}`, target[key] ?? null, TOKEN_LIMITS.key)
  bounded('name', claims.name, TOKEN_LIMITS.name)
  bounded('userId', claims.userId, TOKEN_LIMITS.key)
  bounded('from', claims.from, TOKEN_LIMITS.from)
  if (!Number.isSafeInteger(claims.expiresAt)) throw new TypeError(`expiresAt: expected whole seconds, got ${claims.expiresAt}`)
  return { ...claims, target }
}

type Target = { -readonly [Key in keyof TokenTarget]: string }

function pick(target: TokenTarget): Target {
  return Object.fromEntries(targetKeys.flatMap((key) => (target[key] === undefined ? [] : [[key, target[key]]])))
}

function hex(field: string, id: string, digits: number): string {
  const lower = id.toLowerCase()
  if (lower.length === digits && /^[0-9a-f]*$/.test(lower) && /[^0]/.test(lower)) return lower
  throw new TypeError(`${field}: expected ${digits} hexadecimal digits that are not all 0, got "${lower.slice(0, 64)}"`)
}

function bounded(field: string, text: unknown, max: number): void {
  if (text === null || (typeof text === 'string' && text !== '' && text.length <= max)) return
  const came = typeof text === 'string' ? `${text.length} characters` : typeof text
  throw new TypeError(`${field}: expected a text of 1 to ${max} characters, got ${came}`)
}

/** Short names and no defaults: links are read by people and cut by mail programs. */
function packed({ target, name, userId, from, expiresAt }: FeedbackClaims): object {
  return {
    v: VERSION,
    e: expiresAt,
    // JSON leaves out what is undefined.
    ...Object.fromEntries(targetKeys.map((key) => [shortOf[key], target[key]])),
    ...(name === DEFAULT_NAME ? {} : { n: name }),
    ...(userId === null ? {} : { u: userId }),
    ...(from === null ? {} : { f: from }),
  }
}

/** Null for what another version signed. */
function unpacked(fields: Readonly<Record<string, unknown>> | null): FeedbackClaims | null {
  if (fields === null || fields['v'] !== VERSION || typeof fields['e'] !== 'number') return null
  const text = (key: string): string | undefined => (typeof fields[key] === 'string' ? fields[key] : undefined)
  const target: TokenTarget = Object.fromEntries(targetKeys.map((key) => [key, text(shortOf[key])]))
  return {
    target: pick(target),
    name: text('n') ?? DEFAULT_NAME,
    userId: text('u') ?? null,
    from: text('f') ?? null,
    expiresAt: fields['e'],
  }
}

function parsed(payload: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

function macOf(payload: string, secret: string): string {
  const key = Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, 32))
  return createHmac('sha256', key).update(payload).digest('base64url')
}

function isSameText(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
