/** Names that a person recognises: emitters put ids and counters into names, and each of those would be a label value of its own. */

/** The name without ids and counters; null when nothing of it is left, or when it is made of the conversation's id. */
export function recognisable(name: string | null, conversationId: string | null): string | null {
  if (name === null || (conversationId !== null && holdsWord(name, conversationId))) return null
  if (!digit.test(name)) return name
  const cleaned = withoutIds(name).replace(counter, '$1')
  return cleaned === '' || longHex.test(cleaned) ? null : cleaned
}

const digit = /\d/
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
/** At the end, with what joins it to the name: `writer_3c25f5f5-dd45-40dd-ad9b-5ba0427256f2`. */
const endingIds = new RegExp(`(?:[ _.:/#-]?\\(?${uuid}\\)?)+$`, 'i')
const longHex = /[0-9a-f]{16}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-/i

function withoutIds(name: string): string {
  return name.replace(endingIds, '')
}

/** Words that are counted on, one value each: `step 7`, `task_12`. A number after any other word may be a name: `gpt4`, `tier2`. */
const counter =
  /^((?:.*[ _.:-])?(?:step|task|turn|round|cycle|iteration|attempt|call|run|loop|chunk|batch|item|node|message|request))[ _#:-]?\d{1,9}$/i

/** Whole words only: in a conversation "1" the name "step1" is still a name. */
function holdsWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  return at >= 0 && !wordCharacter.test(text[at - 1] ?? '') && !wordCharacter.test(text[at + word.length] ?? '')
}

const wordCharacter = /[\p{L}\p{N}]/u
