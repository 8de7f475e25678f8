/** Personal data with a structure of its own: candidates by a pattern, checked by a library where there is something to check. */
import { isIP } from 'node:net'
import validator from 'validator'
import { cardRule } from './card.ts'
import { isNear } from './near.ts'
import type { Found, Rule } from './rule.ts'

/** The last part has letters only, so that package versions (kysely@0.29.9) stay. */
const email: Rule = {
  pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]{1,256}@(?:[\p{L}\p{N}-]{1,63}\.){1,6}\p{L}{2,24}(?![\p{L}\p{N}])/gu,
  needs: ['@'],
  replace: () => '[email]',
}

const iban: Rule = {
  pattern: /(?<![A-Z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?:[ -][A-Z0-9]{4}){2,7}(?:[ -][A-Z0-9]{1,4})?)(?![A-Z0-9])/gi,
  replace: replaceIban,
}

/** Words in capitals may follow the groups of a number: they are left off one after the other until the number is right. */
function replaceIban({ match }: Found): string {
  for (let end = match.length; end >= 15; end = Math.max(match.lastIndexOf(' ', end - 1), match.lastIndexOf('-', end - 1)))
    if (validator.isIBAN(match.slice(0, end))) return `[iban]${match.slice(end)}`
  return match
}

const ssn: Rule = {
  pattern: /(?<![\w.-])(?!000|666|9)\d{3}(?:-(?!00)\d{2}-|[ ]?(?!00)\d{2}[ ]?)(?!0000)\d{4}(?![\w-])/g,
  replace: ({ match, text, start }) => (match.includes('-') || isNear(text, start, ssnWords) ? '[ssn]' : match),
}

const ssnWords = /\bssns?\b|social security/i

const ipv6: Rule = {
  pattern: /(?<![\w.:])[0-9A-F]{0,4}:[0-9A-F:]{1,38}(?:\.\d{1,3}){0,3}(?!\w)/gi,
  needs: [':'],
  replace: ({ match }) => {
    const address = match.endsWith(':') && !match.endsWith('::') ? match.slice(0, -1) : match
    // Without a digit it is rather a name with double colons of some programming language.
    const isAddress = /\d/.test(address) && isIP(address) === 6 && !everybodys.has(address)
    return isAddress ? `[ip]${match.slice(address.length)}` : match
  },
}

const ipv4: Rule = {
  pattern: /(?<![\w.-])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)/g,
  replace: ({ match, text, start }) =>
    isIP(match) === 4 && !everybodys.has(match) && !versionBefore.test(text.slice(Math.max(0, start - 12), start))
      ? '[ip]'
      : match,
}

/** Every machine has them. */
const everybodys: ReadonlySet<string> = new Set(['127.0.0.1', '0.0.0.0', '::1'])

/** `Chrome/126.0.0.0`, `version 1.2.3.4` */
const versionBefore = /(?:version|release|build|chrome|chromium|electron|safari|edge?|opr)[ /:=]{1,2}$/i

export const personalRules: readonly Rule[] = [email, iban, cardRule, ssn, ipv6, ipv4]
