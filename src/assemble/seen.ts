/**
 * The compact memory of a settled run: which spans it had and which calls it counted, nine bytes each. Span ids are kept whole (they are
 * 8 bytes), response ids as 64-bit hashes in a namespace of their own.
 */
import { cyrb53 } from '../model/fingerprint.ts'
import type { EarlierCount } from '../model/run-tree.ts'

const SEEN = 1
const COUNTED_CALL = 2
const PARENT_OF_COUNTED_CALL = 4
const COUNTED_RESPONSE = 8

const RECORD_BYTES = 9

export class SeenSet implements EarlierCount {
  readonly #flags = new Map<string, number>()

  /** Unpacks what `pack` wrote. Throws RangeError on a length that is no multiple of a record. */
  static unpack(bytes: Uint8Array): SeenSet {
    if (bytes.byteLength % RECORD_BYTES !== 0)
      throw new RangeError(`seen-set: expected a multiple of ${RECORD_BYTES} bytes, got ${bytes.byteLength}`)
    const set = new SeenSet()
    for (let at = 0; at < bytes.byteLength; at += RECORD_BYTES) {
      set.#flags.set(Buffer.from(bytes.buffer, bytes.byteOffset + at, 8).toString('hex'), bytes[at + 8] ?? 0)
    }
    return set
  }

  /** Sorted by id, so that equal sets are equal bytes. */
  pack(): Uint8Array {
    const ids = [...this.#flags.keys()].sort()
    const bytes = new Uint8Array(ids.length * RECORD_BYTES)
    ids.forEach((id, index) => {
      bytes.set(Buffer.from(id, 'hex'), index * RECORD_BYTES)
      bytes[index * RECORD_BYTES + 8] = this.#flags.get(id) ?? 0
    })
    return bytes
  }

  markSeen(spanId: string): void {
    this.#mark(spanId, SEEN)
  }

  /** A model call that was counted, with the names under which a late twin of it would come. */
  markCountedCall(spanId: string, parentId: string | null, responseId: string | null): void {
    this.#mark(spanId, SEEN | COUNTED_CALL)
    if (parentId !== null) this.#mark(parentId, PARENT_OF_COUNTED_CALL)
    if (responseId !== null) this.#mark(hash64(responseId), COUNTED_RESPONSE)
  }

  isSeen(spanId: string): boolean {
    return this.#has(spanId, SEEN)
  }

  *seenSpans(): Generator<string> {
    for (const id of this.#flags.keys()) if (this.isSeen(id)) yield id
  }

  isCountedCall(spanId: string): boolean {
    return this.#has(spanId, COUNTED_CALL)
  }

  isParentOfCountedCall(spanId: string): boolean {
    return this.#has(spanId, PARENT_OF_COUNTED_CALL)
  }

  isCountedResponse(responseId: string): boolean {
    return this.#has(hash64(responseId), COUNTED_RESPONSE)
  }

  #mark(id: string, flags: number): void {
    this.#flags.set(id, (this.#flags.get(id) ?? 0) | flags)
  }

  #has(id: string, flags: number): boolean {
    return ((this.#flags.get(id) ?? 0) & flags) === flags
  }
}

function hash64(text: string): string {
  const high = cyrb53(text, 1).toString(16).padStart(14, '0').slice(-8)
  const low = cyrb53(text, 2).toString(16).padStart(14, '0').slice(-8)
  return high + low
}
