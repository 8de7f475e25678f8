/** Secrets that are known by what stands before them: a header, an address, the name of what they are assigned to. */
import { hasDigit, isMadeOfWords, isMixed } from './randomness.ts'
import type { Found, Rule } from './rule.ts'

const SECRET = '[secret]'
const keepStart = ({ group }: Found): string => `${group}${SECRET}`

const headers: readonly Rule[] = [
  {
    pattern:
      /\b(authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:bearer|basic|token|digest)\s{1,3})?)(?!(?:bearer|basic|token|digest)\s)[^\s"',;[\]]+/gi,
    replace: ({ match, group }) => (isPlaceholder(match.slice(group.length)) ? match : `${group}${SECRET}`),
  },
  {
    pattern: /\b(bearer\s{1,3})[\w.~+/=-]{8,}/gi,
    replace: ({ match, group }) => {
      const token = match.slice(group.length)
      // "Bearer authentication failed" is prose.
      return hasDigit(token) || token.length >= 24 ? `${group}${SECRET}` : match
    },
  },
]

/** Up to the last @ before a slash: a password may hold one. */
const urlPassword: Rule = {
  pattern: /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#@:]{0,100}:)[^\s/?#]{1,200}@/gi,
  needs: ['://'],
  replace: ({ group }) => `${group}${SECRET}@`,
}

/** `name=value` and `name: value` where the name says that the value is secret. */
const assignments: readonly Rule[] = [
  {
    pattern:
      /((?:AccountKey|SharedAccessKey|SharedSecretKey|SharedAccessSignature|[?&;]sig|X-Amz-Signature|X-Amz-Credential|X-Goog-Signature)=)[\w+/%.~-]{16,}={0,2}/g,
    replace: keepStart,
  },
  {
    pattern:
      /((?:passw(?:or)?d|passwort|pwd|passphrase|secret|(?:api|app|access|secret|private|auth|account|encryption|signing|master|client|service|storage|subscription|license)[ _.-]?(?:key|token|secret)|(?:refresh|id|session|bearer|security|csrf|bot|personal|deploy)[ _.-]?token|credentials?)["']?(?:\s{0,3}(?:=>|:=|[:=])\s{0,3}|\s{1,3}(?:is|was|ist|est|es|è)\s{1,3}))["']?[^\s"',;&<>[\](){}`]{4,}/gi,
    replace: replaceAssigned,
  },
  {
    pattern: /(\w[_.-]?(?:key|token|secret|auth|pat)["'`]?\s{0,3}(?:=>|:=|[:=])\s{0,3}["'`]?)[\w+/=.~-]{16,200}/gi,
    replace: replaceLikely,
  },
  {
    pattern:
      /(\b(?:aws|amazon|twilio|azure|datadog|cloudflare|secret)\b[^\n]{0,30}?[\s:=("'])(?:[\w+/]{40}={0,2}|[0-9a-f]{32})(?![\w+/=-])/gi,
    replace: ({ match, group }) => (isMixed(match.slice(group.length)) ? `${group}${SECRET}` : match),
  },
]

/** After `=` anything may be the value; elsewhere it has to look like one, because "password: required" and "the secret is patience" are prose. */
function replaceAssigned({ match, group }: Found): string {
  const value = match.slice(group.length).replace(/^["']/, '')
  const quote = match.slice(group.length, match.length - value.length)
  const isAssigned = /[=]["']?$/.test(group) || quote !== ''
  const isLikely = isAssigned
    ? !isPlaceholder(value)
    : value.length >= 6 && (/\d/.test(value) || value.length >= 24) && !isPlaceholder(value)
  return isLikely ? `${group}${quote}${SECRET}` : match
}

function isPlaceholder(value: string): boolean {
  return /^(?:[*.x•…-]+|[$%<{`].*|f|[A-Z]+(?:[_-][A-Z]+)+|(?:your|my|the|example)[_-].*|null|none|nil|undefined|true|false|\.{3}.*|process\.env.*|os\.environ.*|str|string|required|optional|redacted)$/i.test(
    value,
  )
}

/** Any name that ends in key or token, if the value is random: `TELEGRAM_TOKEN=…`. Keys of caches, tables and pages open nothing. */
function replaceLikely({ match, group, text, start }: Found): string {
  const value = match.slice(group.length)
  const name = /[\w.-]*$/.exec(text.slice(Math.max(0, start - 24), start))?.[0] ?? ''
  const isHarmless = harmless.test(name + group) || !isMixed(value) || isMadeOfWords(value)
  return isHarmless ? match : `${group}${SECRET}`
}

const harmless =
  /(?:idempotency|cache|primary|foreign|sort|partition|range|hash|routing|public|publishable|page|next|prev|continuation|cursor|object|group|dedup\w*|s3|trace|row|unique|lookup)[_.-]?(?:key|token)/i

export const namedSecrets: readonly Rule[] = [...headers, urlPassword, ...assignments]
