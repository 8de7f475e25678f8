/** Bytes of a file to text. UTF-8 and UTF-16 tell by themselves what they are; whatever else it is, its sender has to say. */
import { UnreadableNotesError } from './unreadable.ts'

/** @throws {UnreadableNotesError} when the bytes are no text in this encoding. */
export function decodeText(bytes: Uint8Array, charset: string | null = null): string {
  const marked = markOf(bytes)
  const label = marked ?? charset ?? 'utf-8'
  try {
    // Without `ignoreBOM` the mark is taken off.
    return new TextDecoder(label, { fatal: true }).decode(bytes)
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new UnreadableNotesError('charset', `charset ${label}: no such encoding is known here.`)
    throw new UnreadableNotesError(
      'charset',
      charset === null || marked !== null
        ? 'Expected text in UTF-8, or in UTF-16 with a byte order mark. For another encoding name it, for instance charset=windows-1252.'
        : `Expected text in ${charset}; some bytes are none.`,
    )
  }
}

function markOf([first, second]: Uint8Array): string | null {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : null
}
