/**
 * What people did with an answer, where the application reports it as feedback by name (`copied`) or as the label of an action (`user_action: copy`): the
 * buttons under answers in chat front ends (copy, retry, edit, share) and the decisions of editors (accept, insert, apply, undo).
 */
import type { Rating } from './feedback.ts'

interface Act {
  readonly rating: Rating
  /** What it says when it was not done; null = nothing: most answers are not copied. */
  readonly undone: Rating | null
}

const used: Act = { rating: 'positive', undone: null }
/** Somebody had to decide. */
const decided: Act = { rating: 'positive', undone: 'negative' }
const refused: Act = { rating: 'negative', undone: 'positive' }
const unwanted: Act = { rating: 'negative', undone: null }
/** It may mean either: an answer that was edited was nearly right, and a stop may spare a long ending. */
const open: Act = { rating: 'neutral', undone: null }

const acts: ReadonlyMap<string, Act> = new Map([
  ...named(used, 'copy copied copy_code copied_code copy_code_to_clipboard copy_to_clipboard copied_to_clipboard copy_message'),
  ...named(used, 'insert inserted insert_code insert_at_cursor inserted_code paste pasted share shared save saved bookmark'),
  ...named(
    used,
    'bookmarked star starred pin pinned export exported download downloaded commit committed use used run_in_terminal',
  ),
  ...named(decided, 'accept accepted accept_all accepted_all apply applied apply_in_editor keep kept approve approved'),
  ...named(refused, 'reject rejected reject_all discard discarded undo undone revert reverted decline declined'),
  ...named(unwanted, 'regenerate regenerated regenerate_response regeneration retry retried reload reloaded try_again rerun'),
  ...named(unwanted, 'dismiss dismissed abandon abandoned gave_up escalated handed_off report reported flagged'),
  ...named(open, 'edit edited modify modified stop stopped cancel cancelled canceled interrupted followup follow_up continue'),
  ...named(open, 'continued view viewed expand expanded read_aloud speak branch branched fork forked'),
])

function named(act: Act, words: string): readonly (readonly [word: string, act: Act])[] {
  return words.split(' ').map((word) => [word, act])
}

/** Names under which the act itself is the label. */
const carriers: ReadonlySet<string> = new Set([
  'action',
  'user_action',
  'event',
  'user_event',
  'interaction',
  'implicit',
  'implicit_feedback',
  'outcome',
  'edit_outcome',
  'edit_feedback',
])

const no: ReadonlySet<string> = new Set(['false', 'no', '0', 'not_done'])

/** Null when it is no act that we know, or says nothing. */
export function ratingOfAct(name: string, label: string | null, score: number | null): Rating | null {
  const act = actOf(name, label)
  if (act === null) return null
  const isUndone = score === 0 || (label !== null && no.has(plain(label)))
  return isUndone ? act.undone : act.rating
}

/** Whether feedback reports what somebody did, not what they say. */
export function isAct(name: string, label: string | null): boolean {
  return actOf(name, label) !== null
}

function actOf(name: string, label: string | null): Act | null {
  const word = plain(name)
  return acts.get(word) ?? (carriers.has(word) && label !== null ? (acts.get(plain(label)) ?? null) : null)
}

/** `copilot_chat.user.action` -> `user_action`, `message-copied` -> `copied`, `onRegenerate` -> `regenerate`. */
function plain(text: string): string {
  const snake = text
    .trim()
    .slice(0, 128)
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s.:/-]+/g, '_')
  return snake.replace(
    /^(?:copilot_)?(?:chat_)?(?:on_)?(?:assistant_)?(?:(?:message|response|answer|suggestion|completion|output|code)_)?/,
    '',
  )
}
