/**
 * Names that a person recognises, as labels need them. Emitters put ids and counters into names, each of which would be a label value of its own, and
 * applications put there what somebody wrote, which is nobody's business but their own.
 */

/** The name without ids and counters; null when nothing of it is left, when somebody wrote it, or when it is made of the conversation's id. */
export function recognisable(name: string | null, conversationId: string | null): string | null {
  if (name === null || (conversationId !== null && holdsWord(name, conversationId)) || isWritten(name)) return null
  if (!digit.test(name)) return name
  const cleaned = withoutIds(name).replace(counted, '$1').replace(largeNumber, '').replace(looseEnds, '')
  return letterOrDigit.test(cleaned) ? cleaned : null
}

const digit = /\d/
const letterOrDigit = /[\p{L}\p{N}]/u

/** Names of agents and tasks are a few words; CrewAI's tasks and Langfuse's traces are often called by all that was asked for. */
const MAX_WORDS = 6
/** Line breaks, and marks that turn what stands beside them around. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
const mailAddress = /[\w.+-]@[\w-]+\.\w/
/** A question has words; Ruby's and Elixir's functions end in a question mark, too. */
const question = /[？؟]|\s.*\?|\?.*\s/

function isWritten(name: string): boolean {
  return mailAddress.test(name) || question.test(name) || unprintable.test(name) || wordsIn(name) > MAX_WORDS
}

function wordsIn(name: string): number {
  return name.split(/\s+/).filter((word) => letterOrDigit.test(word)).length
}

/** Its last part may be cut off. */
const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]*(?:-[0-9a-f]*)?'
const date = String.raw`\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})?)?`
/** With what joins it to the word before it: `writer_3c25f5f5-…`. */
const joint = '[ _.:/#@-]{0,4}'
const joinedIds = new RegExp(`${joint}(?<![\\p{L}\\p{N}])(?:${uuid}|${date})(?![\\p{L}\\p{N}])`, 'giu')
const joinedWord = new RegExp(`${joint}([\\p{L}\\p{N}]+)`, 'gu')
/** `Support Agent (ticket #88123)` is the support agent. */
const brackets = /\s*[([{]([^()[\]{}]*)[)\]}]/g

function withoutIds(name: string): string {
  const bare = name.replace(brackets, (whole, inside: string) => (dropIds(inside) === inside ? whole : ''))
  return dropIds(bare)
}

function dropIds(text: string): string {
  return text.replace(joinedIds, '').replace(joinedWord, (joined, word: string) => (isId(word) ? '' : joined))
}

const hexadecimal = /^[0-9a-f]{8,}$/i
const hash = /[0-9a-f]{16}/i
const MIN_ID_CHARACTERS = 8

/**
 * A long number, a piece of a hash, or letters and digits in disorder. `text2sql`, `mixtral8x7b` and `office365` are words with a number in them: in ids
 * the two take turns, and no run of letters is as long as a word.
 */
function isId(word: string): boolean {
  if (/^\d{4,}$/.test(word) || hash.test(word)) return true
  const digits = word.replace(/\D/g, '').length
  if (word.length < MIN_ID_CHARACTERS || digits < 2) return false
  if (hexadecimal.test(word)) return true
  const turns = word.match(/\d+|\D+/g) ?? []
  const isLong = word.length >= 20
  return digits >= 3 && turns.length >= 4 && (isLong || turns.every((turn) => turn.length <= 5))
}

/**
 * Words that are counted on, one value each: `step 7`, `task_12`, `Step 1/5`. A small number after any other word may be a name: `gpt-4`, `tier2`,
 * `agent_1` beside `agent_2`.
 */
const counted =
  /^((?:.*[ _.:/-])?(?:step|task|turn|round|cycle|iteration|attempt|call|run|loop|chunk|batch|item|node|message|request|page|row|line|record|sample|file|document|order|ticket|user|customer|session|thread))[ _#:-]?\d{1,9}(?:(?:\/| of )\d{1,9})?$/i
/** A hundred agents of one name are a counter. */
const largeNumber = /[ _.:/#@-]+\d{3,}$/
const looseEnds = /^[ _.:/#@-]+|[ _.:/#@-]+$/g

/** Whole words only: in a conversation "1" the name "step1" is still a name. */
function holdsWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  return at >= 0 && !wordCharacter.test(text[at - 1] ?? '') && !wordCharacter.test(text[at + word.length] ?? '')
}

const wordCharacter = /[\p{L}\p{N}]/u
