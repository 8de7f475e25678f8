/**
 * Attribute keys as strings without decoding the same few hundred keys again for every span. A fixed number of slots, each
 * overwritten by the next key that falls into it, so that invented keys cost time and never memory.
 */

const SLOTS = 4096
/** Longer keys are decoded each time. */
const LONGEST_CACHED_KEY = 128

interface Slot {
  readonly bytes: Uint8Array
  readonly text: string
}

export class KeyCache {
  readonly #slots: (Slot | undefined)[] = Array.from({ length: SLOTS })

  /** The UTF-8 bytes from `start` to `end` as a string; malformed bytes read as U+FFFD. */
  text(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length > LONGEST_CACHED_KEY) return bytes.toString('utf8', start, end)
    const place = slotOf(bytes, start, end)
    const slot = this.#slots[place]
    if (slot !== undefined && slot.bytes.length === length && sameBytes(slot.bytes, bytes, start)) return slot.text
    const text = bytes.toString('utf8', start, end)
    // A copy: the cache outlives the body.
    this.#slots[place] = { bytes: Uint8Array.from(bytes.subarray(start, end)), text }
    return text
  }
}

/** FNV-1a over every byte: keys such as `llm.input_messages.0.message.content` differ in one digit somewhere in the middle. */
function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193)
  return (hash ^ (hash >>> 15)) & (SLOTS - 1)
}

function sameBytes(cached: Uint8Array, bytes: Buffer, start: number): boolean {
  for (let index = 0; index < cached.length; index += 1) if (cached[index] !== bytes[start + index]) return false
  return true
}
