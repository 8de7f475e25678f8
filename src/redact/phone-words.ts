/** Words that say that the number beside them is a phone's, in some languages. */

/** Words for a phone, with no more than "number is" and signs behind them. */
const noun =
  /(?:\b(?:tel|tele(?:ph|f)on\w{0,6}|t[eé]l[eé]phone|tel[eé]fono|phones?|mobile|m[oó]vil|cell|cell(?:ular|phone|ulare)|celular|portable|handy|fax|hotline|whatsapp|sms|desk)|電話|电话|手机|전화|тел|телефон)(?:[\s:=#"'.,()\\_*：>-]|番号|号码|numbers?|nummer|num|no|nr|is|ist|est|es){0,10}$/iu

/** What one does with it, with the number right behind. */
const verb =
  /\b(?:(?:call|ring|text|reach|phone|contact|dial)(?:ed|ing)? (?:(?:me|us|him|her|them|back) )?(?:at|on|under)|(?:messages?|calls?|texts?) (?:to|from)|answer(?:ing|ed)? (?:at|on)|rufen? (?:(?:sie|du|mich|uns) ){1,2}(?:an )?unter|erreichbar unter|appelez(?:-moi)?(?: au)?|ll[aá]m[ae](?:me|nos|r)?(?: al)?|bel(?:len)?|zadzwo[nń])[\s:"'(]{1,3}$/iu

const after = /^(?: ?[-(] ?(?:office|fax|mobile|home|work|cell|desk)\b| (?:office|fax|mobile|desk)[ \t]*(?=$|[\n,;.)]))/i

/** "tool call 12345678": only what is written in groups is a number to call. */
const bareVerb = /\b(?:call|dial)[\s:]{1,3}$/i

const BEFORE = 48
const AFTER = 16

export function isSaidToBePhone(match: string, text: string, start: number): boolean {
  const digits = match.replace(/\D/g, '').length
  if (digits < 6 || digits > 15) return false
  const before = text.slice(Math.max(0, start - BEFORE), start)
  if (noun.test(before) || verb.test(before)) return true
  if (/\d\D+\d/.test(match) && bareVerb.test(before)) return true
  const end = start + match.length
  return after.test(text.slice(end, end + AFTER))
}
