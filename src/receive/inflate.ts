/**
 * Undoes a content coding under a hard cap on the output. Synchronous on purpose: for the sizes of OTLP batches a trip through
 * the thread pool costs more than it saves, and only one inflated body is being made at a time.
 */
import * as zlib from 'node:zlib'
import type { BodyEncoding } from '../model/entry.ts'

export type Inflated =
  | { readonly kind: 'content'; readonly content: Uint8Array }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'corrupt'; readonly reason: string }

const SMALLEST_CHUNK = 1024
/** A size that the sender claims is believed up to this ratio; agents' spans reach 5 to 12. Beyond it the output comes in several chunks. */
const BELIEVED_RATIO = 16
/** A zstd frame need not say how long its content is, so this is guessed. */
const TYPICAL_ZSTD_RATIO = 8
/** Windows up to 32 MiB: every level but `--ultra`. A frame may otherwise make the decoder allocate 128 MiB for ten bytes. */
const ZSTD_WINDOW_LOG_MAX = 25
/** Each frame costs a decoder, and an empty one is 9 bytes long. Real senders write one frame a body. */
const MOST_ZSTD_FRAMES = 256

/** Whether this Node can undo the coding; zstd came with 22.15. */
export function canInflate(encoding: BodyEncoding): boolean {
  return encoding !== 'zstd' || 'zstdDecompressSync' in zlib
}

/** The content of a body; never more than `maxBytes`. An empty body is empty in every coding. */
export function inflate(body: Uint8Array, encoding: BodyEncoding, maxBytes: number): Inflated {
  if (encoding === 'identity' || body.length === 0) {
    return body.length > maxBytes ? { kind: 'too-large' } : { kind: 'content', content: body }
  }
  try {
    return { kind: 'content', content: encoding === 'gzip' ? gunzip(body, maxBytes) : unzstd(body, maxBytes) }
  } catch (error) {
    if (error instanceof OverCap || isOutputTooLong(error)) return { kind: 'too-large' }
    return {
      kind: 'corrupt',
      reason: `the body is not valid ${encoding}: ${error instanceof Error ? error.message : String(error)}`,
    }
  }
}

class OverCap extends Error {}

function isOutputTooLong(error: unknown): boolean {
  return error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

/** Concatenated members give concatenated content, as RFC 1952 has it. */
function gunzip(body: Uint8Array, maxBytes: number): Uint8Array {
  return zlib.gunzipSync(body, { maxOutputLength: maxBytes, chunkSize: chunkSize(body.length, gzipClaim(body), maxBytes) })
}

/** The last four bytes of a gzip member are the length of its content, modulo 2^32. */
function gzipClaim(body: Uint8Array): number {
  if (body.length < 4) return 0
  return new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(body.length - 4, true)
}

/** Node stops after the first frame without a word, so the frames are walked here. */
function unzstd(body: Uint8Array, maxBytes: number): Uint8Array {
  const frames: Uint8Array[] = []
  let consumed = 0
  let length = 0
  while (consumed < body.length) {
    if (frames.length === MOST_ZSTD_FRAMES) throw new Error(`more than ${MOST_ZSTD_FRAMES} frames`)
    const rest = body.subarray(consumed)
    const frame = unzstdFrame(rest, maxBytes - length)
    frames.push(frame.content)
    length += frame.content.length
    if (length > maxBytes) throw new OverCap()
    consumed += frame.consumed
  }
  const [first] = frames
  return frames.length === 1 && first !== undefined ? first : Buffer.concat(frames)
}

function unzstdFrame(body: Uint8Array, maxBytes: number): { readonly content: Uint8Array; readonly consumed: number } {
  // `info` makes Node answer with the engine, which knows how far it has read; @types/node 24 does not know it for zstd.
  const options = {
    info: true,
    maxOutputLength: Math.max(1, maxBytes),
    chunkSize: chunkSize(body.length, body.length * TYPICAL_ZSTD_RATIO, maxBytes),
    params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG_MAX },
  }
  const answer: unknown = zlib.zstdDecompressSync(body, options)
  if (!isInfo(answer) || answer.engine.bytesWritten === 0) throw new Error('the end of a frame was not found')
  return { content: answer.buffer, consumed: answer.engine.bytesWritten }
}

interface Info {
  readonly buffer: Uint8Array
  readonly engine: { readonly bytesWritten: number }
}

function isInfo(answer: unknown): answer is Info {
  if (typeof answer !== 'object' || answer === null || !('buffer' in answer) || !('engine' in answer)) return false
  const { buffer, engine } = answer
  return (
    buffer instanceof Uint8Array &&
    typeof engine === 'object' &&
    engine !== null &&
    'bytesWritten' in engine &&
    typeof engine.bytesWritten === 'number'
  )
}

/** One chunk of about the output's size makes zlib about 1.5 times as fast as its default of 16 KiB. */
function chunkSize(bodyLength: number, claimedLength: number, maxBytes: number): number {
  // One more byte than the content, or zlib asks for another chunk to learn that it is finished.
  return Math.max(SMALLEST_CHUNK, Math.min(claimedLength, bodyLength * BELIEVED_RATIO, maxBytes) + 1)
}
