/**
 * Whether two turns ask the same. By words only, and strictly: what replaces a word (another city, another order) asks something else, and what is added
 * behind refines; a rephrased question has the same words of meaning in the same order, in another frame.
 */
import { isContent, isSpecific, weightOfItem } from '../../language/sketch.ts'
import type { UserTurn } from '../../model/turn.ts'

export type Compared = Pick<UserTurn, 'sketch' | 'words' | 'fingerprint'>
export type Likeness = 'same' | 'similar' | 'other'

/** Longer messages are compared by nobody's rule: prompts made from one template are alike. */
const MAX_WORDS = 45
const MIN_WORDS_SAME = 4
const MIN_SHARED = 3
const MIN_SHARE = 0.7
/** Words of meaning in a new frame before the question: "I want to know". */
const MAX_ADDED = 2
const MAX_DROPPED_SHARE = 0.34

export function likenessOf(before: Compared, now: Compared): Likeness {
  if (before.sketch.length === 0 || now.sketch.length === 0 || before.words > MAX_WORDS || now.words > MAX_WORDS) return 'other'
  const a = before.sketch.filter(isContent)
  const b = now.sketch.filter(isContent)
  if (before.fingerprint === now.fingerprint || isEqual(before.sketch, now.sketch))
    return now.words >= MIN_WORDS_SAME && asks(b) ? 'same' : 'other'
  return asks(a) && asks(b) && isSimilar(a, b) ? 'similar' : 'other'
}

/** Ids, numbers and names of things alone are answers. */
function asks(content: readonly number[]): boolean {
  const telling = content.filter((item) => !isSpecific(item))
  return telling.length > 0 && telling.length * 2 >= content.length
}

function isEqual(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

function isSimilar(a: readonly number[], b: readonly number[]): boolean {
  const pairs = commonOf(a, b)
  const shared = sum(pairs.map(([at]) => a[at] ?? 0))
  if (shared < MIN_SHARED || shared < MIN_SHARE * Math.max(sum(a), sum(b))) return false
  const dropped = a.filter((_, at) => !pairs.some(([left]) => left === at))
  const added = b.filter((_, at) => !pairs.some(([, right]) => right === at))
  if (dropped.some(isSpecific) || added.some(isSpecific) || sum(dropped) > MAX_DROPPED_SHARE * sum(a)) return false
  const first = pairs[0]
  if (first === undefined) return false
  const [firstLeft, firstRight] = first
  // Words may be added before the question only, and not in place of others.
  return added.length === 0 || (added.length === firstRight && firstLeft === 0 && sum(added) <= MAX_ADDED)
}

function sum(items: readonly number[]): number {
  return items.reduce((total, item) => total + weightOfItem(item), 0)
}

/** The longest common subsequence, as pairs of places. At most 64 by 64. */
function commonOf(a: readonly number[], b: readonly number[]): readonly (readonly [left: number, right: number])[] {
  const width = b.length + 1
  const lengths = new Uint8Array((a.length + 1) * width)
  const at = (left: number, right: number): number => lengths[left * width + right] ?? 0
  for (let left = a.length - 1; left >= 0; left--)
    for (let right = b.length - 1; right >= 0; right--)
      lengths[left * width + right] =
        a[left] === b[right] ? at(left + 1, right + 1) + 1 : Math.max(at(left + 1, right), at(left, right + 1))
  const pairs: (readonly [number, number])[] = []
  for (let left = 0, right = 0; left < a.length && right < b.length;) {
    if (a[left] === b[right]) pairs.push([left++, right++])
    else if (at(left + 1, right) >= at(left, right + 1)) left++
    else right++
  }
  return pairs
}
