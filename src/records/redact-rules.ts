/**
 * What the redactor looks for, in order: secrets first, because parts of them look like other things. Every repetition is bounded or over
 * one class of characters, so that time grows linearly with the text, whoever wrote it.
 */
import { isIP } from 'node:net'

export interface RedactionRule {
  /** Global. */
  readonly pattern: RegExp
  /** Gets the match and its groups, as String.replace gives them; returns the match to leave it as it is. */
  readonly replace: (match: string, ...groups: string[]) => string
}

export const redactionRules: readonly RedactionRule[] = [
  // A block whose end was cut off is a secret up to the end of the text.
  {
    pattern: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
    replace: () => '[secret]',
  },
  {
    pattern: /\b(authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:(?:bearer|basic|token|digest)\s{1,3})?)[^\s"',;[\]]+/gi,
    replace: (_match, name = '') => `${name}[secret]`,
  },
  {
    pattern: /\b(bearer\s{1,3})([\w.~+/=-]{8,})/gi,
    // "Bearer authentication failed" is prose.
    replace: (match, scheme = '', token = '') => (/\d/.test(token) || token.length >= 24 ? `${scheme}[secret]` : match),
  },
  { pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, replace: () => '[secret]' }, // JWT
  {
    pattern: /(?<![\w-])sk-[\w-]{16,}/g, // OpenAI, Anthropic and those that copied them
    replace: (match) => (/\d/.test(match) ? '[secret]' : match),
  },
  { pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, replace: () => '[secret]' },
  { pattern: /\bAIza[\w-]{35,}/g, replace: () => '[secret]' },
  {
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|hf_[A-Za-z0-9]{20,}|xox[abprs]-[\w-]{10,})/g,
    replace: () => '[secret]',
  },
  // The greedy group runs to the last @ before a slash: a password may hold one.
  {
    pattern: /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s/?#@:]{0,100}:)[^\s/?#]{1,200}@/gi,
    replace: (_match, start = '') => `${start}[secret]@`,
  },
  // The last part has letters only, so that package versions (kysely@0.29.9) stay.
  { pattern: /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,4}\p{L}{2,24}(?![\p{L}\p{N}])/gu, replace: () => '[email]' },
  { pattern: /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,40}/g, replace: replaceIban },
  // Not within an id: no word, point or dash on either side.
  {
    pattern: /(?<![\w.-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w-])/g,
    replace: (match) => (isCard(match.replace(/\D/g, '')) ? '[card]' : match),
  },
  { pattern: /(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g, replace: () => '[ssn]' },
  { pattern: /(?<![\w.])[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3}(?!\w)/g, replace: replaceIpv6 },
  { pattern: /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)/g, replace: (match) => (isIP(match) === 4 ? '[ip]' : match) },
  { pattern: /(?<![\w+])\+[1-9](?:[ .()/-]{0,3}\d){7,14}(?!\w)/g, replace: () => '[phone]' },
  { pattern: /(?<![\w.+-])(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])/g, replace: () => '[phone]' },
  { pattern: /(?<![\w.+-])\(?0[1-9]\d{0,3}\)?[ /-]\d{2,8}(?:[ -]\d{2,8}){0,4}(?![\w-]|[.:]\d)/g, replace: replaceNationalPhone },
]

function replaceNationalPhone(match: string): string {
  const digits = match.replace(/\D/g, '').length
  const isDate = /^\d{2}[-/]\d{2}[-/]\d{4}/.test(match)
  return digits >= 9 && digits <= 12 && !isDate ? '[phone]' : match
}

function replaceIpv6(match: string): string {
  const address = match.endsWith(':') && !match.endsWith('::') ? match.slice(0, -1) : match
  // Without a digit it is rather a name with double colons of some programming language.
  return /\d/.test(address) && isIP(address) === 6 ? `[ip]${match.slice(address.length)}` : match
}

/** Lengths by country, of the SWIFT registry. */
const ibanLengths = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ' +
    'ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ' +
    'ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
)

/** The match may go on into words in capitals behind the number: only as many characters as the country's numbers have count. */
function replaceIban(match: string): string {
  const length = ibanLengths.get(match.slice(0, 2)) ?? Infinity
  let end = 0
  for (let characters = 0; end < match.length && characters < length; end++) if (match[end] !== ' ') characters += 1
  const iban = match.slice(0, end).replaceAll(' ', '')
  const endsHere = !/^[A-Z0-9]/.test(match.slice(end))
  return iban.length === length && endsHere && isIban(iban) ? `[iban]${match.slice(end)}` : match
}

/** ISO 13616: with the first four characters moved to the end and letters as 10 to 35, the number leaves 1 when divided by 97. */
function isIban(iban: string): boolean {
  let remainder = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const value = parseInt(character, 36)
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97
  }
  return remainder === 1
}

/** A number range of a card network with its length, and the Luhn check digit. The ranges keep time stamps and counters out. */
function isCard(digits: string): boolean {
  const isKnownRange =
    /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7]|35)\d{14}|3[47]\d{13}|3(?:0|6|8)\d{12}|6(?:011|4|5)\d{12,14}|62\d{14,17}|(?:50|5[6-9]|6\d)\d{14})$/.test(
      digits,
    )
  return isKnownRange && luhnSum(digits) % 10 === 0
}

function luhnSum(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const weighted = i % 2 === 1 ? digit * 2 : digit
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum
}
