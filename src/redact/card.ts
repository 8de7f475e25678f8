/** Numbers of payment cards, alone or among other numbers: an expiry date often follows, an order often goes before. */
import validator from 'validator'
import { isNear } from './near.ts'
import type { Rule } from './rule.ts'

/** Not within an id: no word, point or dash on either side. */
export const cardRule: Rule = {
  pattern: /(?<![\w.-])(?=(?:[ -]?\d){12})\d{1,19}(?:[ -]\d{1,19}){0,15}(?![\w-])/g,
  replace: ({ match, text, start }) => {
    const groups = [...match.matchAll(/\d+/g)].map(({ 0: digits, index }) => ({
      digits,
      start: index,
      end: index + digits.length,
    }))
    let made = ''
    let at = 0
    for (let from = 0; from < groups.length; from++) {
      const to = cardEnd(groups.slice(from), from === 0, () => isNear(text, start, cardWords))
      const first = groups[from]
      const last = groups[from + to - 1]
      if (to === 0 || first === undefined || last === undefined) continue
      made += `${match.slice(at, first.start)}[card]`
      at = last.end
      from += to - 1
    }
    return made + match.slice(at)
  },
}

interface Group {
  readonly digits: string
}

/** How many of the groups, from the first on, are a card's number; 0 = none. */
function cardEnd(groups: readonly Group[], isStart: boolean, isSaid: () => boolean): number {
  let number = ''
  let lengths = ''
  const found: number[] = []
  for (let count = 1; count <= groups.length; count++) {
    const { digits = '' } = groups[count - 1] ?? {}
    number += digits
    lengths += `${lengths === '' ? '' : ' '}${digits.length}`
    if (number.length > 19) break
    // Among other numbers only what is grouped as cards are.
    const isWhole = isStart && count === groups.length
    if (number.length >= 12 && (isWhole || cardGroups.test(lengths)) && isCard(number, isSaid)) found.push(count)
  }
  return found.at(-1) ?? 0
}

const cardGroups = /^(?:1[2-9]|4 4 4 [1-4]|4 4 4 4 [1-3]|4 6 [45]|4 4 5|6 [67]|6 1[0-3])$/

function isCard(digits: string, isSaid: () => boolean): boolean {
  if (cardStart.test(digits) && validator.isCreditCard(digits)) return true
  // Maestro has 12 to 19 digits and hardly a prefix of its own: a word has to say what it is.
  return validator.isLuhnNumber(digits) && isSaid()
}

/** The library takes any digits before the 16 of a Mastercard: time stamps in nanoseconds would be cards. */
const cardStart = /^(?:[3-6]|1800|2131|2[2-7]\d{14}$)/

const cardWords = /\b(?:cards?|cc|maestro|visa|debit|karten?(?:nummer)?|kreditkarte|carte|tarjeta|carta|cartão|kaart|karta)\b/i
