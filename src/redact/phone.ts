/**
 * Phone numbers. What is written as one (with + or 00, in the groups of North America, with the leading 0 of other countries) is checked by
 * libphonenumber-js; a number without such a sign needs a word beside it that says what it is.
 */
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { isSaidToBePhone } from './phone-words.ts'
import type { Rule } from './rule.ts'

const PHONE = '[phone]'

/** Numbers of one text that the library is asked about: it takes 10 to 200 microseconds each. After so many all that look like one are. */
const MAX_CHECKED = 300

/** Countries whose numbers are recognised without their code when they begin with 0. */
const countries: readonly CountryCode[] = ['GB', 'DE', 'FR', 'IT', 'CH', 'NL', 'BE', 'AU', 'SE', 'JP', 'IN', 'BR']

const international: Rule = {
  pattern: /(?<![\w+]|\d )(?:\+|(?<!-)00)[1-9](?:[ .()/-]{0,3}\d){6,14}(?: ?(?:x|ext\.? ?)\d{1,5})?(?!\w)/gi,
  replace: ({ match, text, start, nth }) => {
    // Digits in one piece behind two zeros are rather an id, and so is what goes on with a dash.
    const isWritten =
      match.startsWith('+') || (/\D/.test(match) && !/^-\w/.test(text.slice(start + match.length, start + match.length + 2)))
    const isPossible =
      isWritten && (nth >= MAX_CHECKED || parsePhoneNumberFromString(match.replace(/^00/, '+'))?.isPossible() === true)
    return isPossible || isSaidToBePhone(match, text, start) ? PHONE : match
  },
}

const northAmerican: Rule = {
  pattern: /(?<![\w.+-])(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}(?: ?(?:x|ext\.? ?)\d{1,5})?(?!\w|-\d)/gi,
  replace: ({ match, text, start, nth }) => {
    // Numbers in a row have spaces between them too.
    const isList = /^[\d ]+$/.test(match) && nth < MAX_CHECKED && parsePhoneNumberFromString(match, 'US')?.isValid() !== true
    return isList && !isSaidToBePhone(match, text, start) ? match : PHONE
  },
}

const national: Rule = {
  pattern: /(?<![\w.+-]|\d )\(?0[1-9]\d{0,3}\)?[ /.-]\d{2,8}(?:[ .-]\d{2,8}){0,4}(?!\w|[.:-]\d)/g,
  replace: ({ match, text, start, nth }) => {
    if (isDate(match)) return match
    const digits = match.replace(/\D/g, '').length
    const mayBe = digits >= 9 && digits <= 12
    return (mayBe && (nth >= MAX_CHECKED || isValidNational(match))) || isSaidToBePhone(match, text, start) ? PHONE : match
  },
}

const said: Rule = {
  pattern: /(?<![\w.+-]|\d[ /])\(?\d{1,14}\)?(?:[ ./-]{1,2}\d{2,9}|-\d(?=-)){0,5}(?: ?(?:x|ext\.? ?)\d{1,5})?(?!\w|[ .,:/-]\d)/gi,
  replace: ({ match, text, start }) => (!isDate(match) && isSaidToBePhone(match, text, start) ? PHONE : match),
}

function isValidNational(match: string): boolean {
  return countries.some(
    (country) => parsePhoneNumberFromString(match, { defaultCountry: country, extract: false })?.isValid() === true,
  )
}

function isDate(match: string): boolean {
  return dayFirst.test(match) || yearFirst.test(match)
}

const dayFirst = /^(?:0?[1-9]|[12]\d|3[01])([-/. ])(?:0?[1-9]|[12]\d|3[01])\1(?:19|20)?\d\d(?!\1|\d)/
const yearFirst = /^(?:19|20)\d\d([-/. ])(?:0?[1-9]|1[0-2])\1[0-3]?\d(?!\d)/

export const phoneRules: readonly Rule[] = [international, northAmerican, national, said]
