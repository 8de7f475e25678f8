/**
 * Whether an answer is nothing but the model's refusal. Some APIs have a field for it; where they have none, the fixed words of models are known by
 * heart. Precision first: it must be short, speak of the request itself ("I can't help with that", not "I can't give you a refund"), and not go on to help.
 */
const MAX_CHARACTERS = 400

const sorry = "(?:(?:i['’]?m|i am) (?:very |really |truly |so )?sorry|sorry|i apologi[sz]e|my apologies)[,.]? (?:but )?"
const unable = "(?:(?:i|we) (?:can['’]?t|cannot|can not|won['’]?t)|(?:i['’]?m|i am|we['’]?re|we are) (?:unable|not able) to)"
const request =
  '(?: (?:particular |specific )?(?:request|topic|question|task|one|(?:kind|type|sort) of (?:request|thing|question|content|task)))?'
const end = '(?=$|\\s*[.,;:!?—–-])'

const refusals: readonly RegExp[] = [
  `^(?:${sorry})?${unable} (?:help|assist)(?: you)?(?: with (?:that|this|your)${request})?${end}`,
  `^(?:${sorry})?${unable} comply(?: with (?:that|this|your)${request})?${end}`,
  `^(?:${sorry})?${unable} (?:fulfil|fulfill|complete|do|answer|continue with) (?:that|this|your)${request}${end}`,
  // What is not given to anybody.
  `^${sorry}${unable} (?:provide|create|generate|write|share|discuss|engage in|support) (?:that|this|such)${request}(?: content| material| information)?${end}`,
  `^${sorry}${unable} (?:provide|give) (?:any )?(?:instructions|guidance|assistance|help) (?:for|on|with|about|in)\\b`,
  `^es tut mir leid,? (?:aber )?(?:dabei|damit) kann ich (?:dir |ihnen )?(?:leider )?nicht (?:weiter)?helfen${end}`,
  `^(?:je suis )?désolée?,? (?:mais )?je ne peux pas (?:vous |t['’])?aider(?: avec (?:cela|ça|cette demande))?${end}`,
  `^lo siento,? (?:pero )?no puedo ayudar(?:te|le|lo)?(?: con (?:eso|esto|esa solicitud|esta solicitud))?${end}`,
  `^(?:mi dispiace|desculpe),? (?:ma |mas )?(?:non posso aiutar(?:ti|la|e)?(?: con questo| con questa richiesta)?|não posso ajudar(?: com (?:isso|isto))?)${end}`,
].map((words) => new RegExp(words))

/** Whoever goes on like this helps, or asks for what is missing. */
const goesOn =
  /\b(?:but|however|you (?:can|could|may|might|should)|here(?:['’]s| is| are)|(?:could|can|would) you|please (?:share|provide|tell|send|give|try|contact|check)|handled by|contact|ask (?:the|your|our|my|them)|aber|mais|pero|mas)\b/

export function looksLikeRefusal(text: string): boolean {
  const words = text.length > 2 * MAX_CHARACTERS ? '' : text.trim().toLowerCase()
  if (words.length === 0 || words.length > MAX_CHARACTERS) return false
  return refusals.some((refusal) => {
    const found = refusal.exec(words)
    return found !== null && !goesOn.test(words.slice(found[0].length))
  })
}
