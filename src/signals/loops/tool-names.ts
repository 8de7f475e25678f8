/**
 * What a tool's name says about repeating it. Mostly a reason to be more patient and never one to say "loop" by itself: names are free, but whoever
 * calls a tool `wait` or `scroll_down` made it to be called again.
 */

/** `getJobStatus`, `get_job_status`, `jobs.get-status` -> get, job, status. */
function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}

const thinking = setOf('think thinking thought sequentialthinking reflect reflection scratchpad')
const pausing = setOf('sleep wait pause delay')
const stepping = setOf(
  'scroll swipe click press key tap next back forward move go walk turn rotate left right up down jump step undo redo refresh reload increment decrement advance tick roll flip random draw add append insert push continue screenshot snapshot computer mouse keyboard human confirm confirmation approve approval',
)
const watching = setOf(
  'status state progress poll job jobs queue watch monitor ready readiness health ping heartbeat pending await listen receive stream inbox time now clock',
)

/** A tool that only lets the model think aloud: it changes nothing between two other calls. */
export function isThinking(name: string): boolean {
  return wordsOf(name).some((word) => thinking.has(word))
}

const looking = setOf(
  'get search find list read lookup look fetch query retrieve view show describe inspect check count calculate calculator compute compare validate verify browse grep ls cat stat',
)
const changing = setOf(
  'create add set update edit write delete remove cancel book send apply run execute save put post insert append add move rename commit deploy',
)

/** A tool that looks something up or works something out, or only thinks: what was refused before it will be refused after it. */
export function changesNothing(name: string): boolean {
  const words = wordsOf(name)
  return isThinking(name) || (words.some((word) => looking.has(word)) && !words.some((word) => changing.has(word)))
}

export type Habit = 'asks' | 'watches' | 'steps' | 'pauses'

/** How a tool is meant to be used, as far as its name tells. */
export function habitOf(name: string): Habit {
  const words = wordsOf(name)
  if (words.some((word) => pausing.has(word))) return 'pauses'
  if (words.some((word) => stepping.has(word))) return 'steps'
  return words.some((word) => watching.has(word)) ? 'watches' : 'asks'
}

/** Whether asking again with nothing new to see would be no surprise: what such a tool answers is about to change. */
export function mayChange(name: string): boolean {
  return habitOf(name) !== 'asks' || wordsOf(name).includes('check')
}

/** A tool that only gives the word to another agent: `transfer_to_billing`, `transfer_back_to_supervisor`, `handoff`. */
export function isHandOff(name: string): boolean {
  return /^transfer_(?:back_)?to_|hand_?(?:off|over)/i.test(name)
}

const closing = setOf(
  'final finish done complete submit answer respond response reply message send say end stop output result report exit terminate escalate ask human',
)

/** A tool that may be the agent's way to answer. */
export function mayAnswer(name: string): boolean {
  return isHandOff(name) || wordsOf(name).some((word) => closing.has(word))
}
