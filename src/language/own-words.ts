/**
 * The user's own words in the message that a model was sent in the user's name. Many applications fill in a template: documents, instructions, the chat so
 * far. Where what the user said stands apart (in a tag, behind a label), that is it; else the message counts as a program's.
 */

export interface OwnWords {
  readonly text: string
  /** False: a program wrote it, and what the user said could not be told apart. */
  readonly isOwn: boolean
}

/** Longer than anybody types, but for what is pasted. */
const MAX_TYPED = 2_000
/** Of what is longer the beginning and the end are looked at. */
const MAX_SEARCHED = 16_384

export function ownWordsOf(message: string): OwnWords {
  const text = message.trim()
  if (!mayBeTemplate(text)) return { text, isOwn: text.length <= MAX_TYPED }
  const searched = text.length > 2 * MAX_SEARCHED ? `${text.slice(0, MAX_SEARCHED)}\n\n${text.slice(-MAX_SEARCHED)}` : text
  const found = inTag(searched) ?? behindLabel(searched) ?? outsideTags(searched)
  return found === null ? { text, isOwn: false } : { text: found, isOwn: true }
}

/** Tags, headings, labels on a line of their own, and how instructions to models begin. */
const templateMarks =
  /<[a-z][\w-]{1,40}>|^#{1,4} |^you are (?:an? |the )|^(?:your task|task|instructions?|context|system|background|objective|role)\b ?:|\b(?:given|based on|use|using|answer|considering) (?:only )?(?:the|following) (?:following|provided|above|given|context|information|documents?)\b|\n[ \t]*(?:\*\*)?[A-Z][A-Za-z' ]{1,40}(?:\*\*)?:|^(?:human|user|assistant): |\[\[ ## /im

function mayBeTemplate(text: string): boolean {
  return templateMarks.test(text.length > MAX_SEARCHED ? text.slice(0, MAX_SEARCHED) : text)
}

const ownTags = [
  'user_query',
  'user_message',
  'user_question',
  'user_input',
  'user_request',
  'user-query',
  'user',
  'query',
  'question',
]

function inTag(text: string): string | null {
  for (const tag of ownTags) {
    const start = text.lastIndexOf(`<${tag}>`)
    const end = start < 0 ? -1 : text.indexOf(`</${tag}>`, start)
    if (end >= 0) return typed(text.slice(start + tag.length + 2, end))
  }
  return null
}

/** Without "Input": what is filled in behind that is anything. */
const label =
  /(?:^|\n)[#*\s]{0,6}(?:(?:the )?(?:user|customer|human)(?:['’]s)? (?:question|query|message|request|input|prompt)|question|query|user|human)\**\s?:\**/gi
/** A line on which another part of the template begins. */
const nextPart = /\n[ \t]*(?:\n|[#*<]|[A-Z][A-Za-z' ]{1,40}:)/

function behindLabel(text: string): string | null {
  const last = [...text.matchAll(label)].at(-1)
  if (last === undefined) return null
  const rest = text.slice(last.index + last[0].length).trimStart()
  const end = rest.search(nextPart)
  return typed(end < 0 ? rest : rest.slice(0, end))
}

/** What is left when everything in tags is gone (reminders, files, context), where that is all the markup there is. */
function outsideTags(text: string): string | null {
  let rest = text
  for (let round = 0; round < 32; round++) {
    const open = /<([a-z][\w-]{1,40})>/i.exec(rest)
    if (open === null) break
    const close = `</${open[1] ?? ''}>`
    const end = rest.indexOf(close, open.index)
    if (end < 0) return null
    rest = `${rest.slice(0, open.index)}\n${rest.slice(end + close.length)}`
  }
  return rest === text || templateMarks.test(rest) ? null : typed(rest)
}

function typed(text: string): string | null {
  const trimmed = text.trim()
  return trimmed === '' || trimmed.length > MAX_TYPED ? null : trimmed
}
