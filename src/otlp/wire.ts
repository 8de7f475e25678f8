/**
 * The protobuf wire format: tags, varints, fixed-width and length-delimited fields inside a limit. Hand-written because a
 * library builds every string and object of a message, and this product looks at a few of them.
 */
import { DecodeError } from './decode-error.ts'
import { microsOfNanos } from './nanos.ts'

const VARINT = 0
const FIXED64 = 1
const LENGTH_DELIMITED = 2
const FIXED32 = 5

type WireType = typeof VARINT | typeof FIXED64 | typeof LENGTH_DELIMITED | typeof FIXED32

const wireTypeNames: readonly string[] = ['varint', 'fixed64', 'length-delimited', 'group start', 'group end', 'fixed32']
const LONGEST_VARINT = 10
const TWO_TO_32 = 4_294_967_296

/**
 * Walks the fields of one message at a time: `next` until it answers false, and for each field exactly one of the reading
 * methods. A nested message is walked by the same cursor between `enter` and `leave`. Every method throws DecodeError on malformed bytes.
 */
export class Cursor {
  readonly bytes: Buffer
  /** Offset of the next byte to read. */
  position: number
  /** End of the current message. */
  limit: number
  /** Number of the current field. */
  field = 0

  #wireType = 0
  #low = 0
  #high = 0

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.position = start
    this.limit = end
  }

  /** Reads the next field's tag; false at the end of the message. */
  next(): boolean {
    if (this.position === this.limit) return false
    const start = this.position
    this.#readVarint('tag')
    this.field = this.#low >>> 3
    this.#wireType = this.#low & 7
    if (this.#high !== 0) throw new DecodeError(`tag at byte ${start}: more than 32 bits`)
    if (this.field === 0) throw new DecodeError(`tag at byte ${start}: field number 0`)
    return true
  }

  /** Steps over the current field, whatever it is. Groups have been gone from protobuf since before OTLP and are refused. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#readVarint(`field ${this.field}`)
        return
      case FIXED64:
        this.#advance(8, `field ${this.field}`)
        return
      case LENGTH_DELIMITED:
        this.#advance(this.#length(`field ${this.field}`), `field ${this.field}`)
        return
      case FIXED32:
        this.#advance(4, `field ${this.field}`)
        return
      default:
        throw new DecodeError(`field ${this.field} before byte ${this.position}: wire type ${this.#typeName()} is not supported`)
    }
  }

  /** Steps over string, bytes or message content and answers where it starts; it ends at `position`. */
  range(name: string): number {
    this.#expect(LENGTH_DELIMITED, name)
    const length = this.#length(name)
    const start = this.position
    this.#advance(length, name)
    return start
  }

  /** Goes into a nested message; hand the answer to `leave` when its fields are read. */
  enter(name: string): number {
    this.#expect(LENGTH_DELIMITED, name)
    const length = this.#length(name)
    const outerLimit = this.limit
    if (length > outerLimit - this.position) this.#tooLong(name, length)
    this.limit = this.position + length
    return outerLimit
  }

  leave(outerLimit: number): void {
    this.position = this.limit
    this.limit = outerLimit
  }

  /** An enum or int32. */
  int32(name: string): number {
    this.#expect(VARINT, name)
    this.#readVarint(name)
    return this.#low | 0
  }

  bool(name: string): boolean {
    this.#expect(VARINT, name)
    this.#readVarint(name)
    return this.#low !== 0 || this.#high !== 0
  }

  /** A number while exact, a bigint beyond 2^53. */
  int64(name: string): number | bigint {
    this.#expect(VARINT, name)
    this.#readVarint(name)
    const signedHigh = this.#high | 0
    const value = signedHigh * TWO_TO_32 + this.#low
    return Number.isSafeInteger(value) ? value : (BigInt(signedHigh) << 32n) | BigInt(this.#low)
  }

  fixed32(name: string): number {
    this.#expect(FIXED32, name)
    this.#advance(4, name)
    return this.bytes.readUInt32LE(this.position - 4)
  }

  /** A fixed64 of unix nanoseconds as unix microseconds, rounded down. */
  micros(name: string): number {
    this.#expect(FIXED64, name)
    this.#advance(8, name)
    return microsOfNanos(this.bytes.readUInt32LE(this.position - 8), this.bytes.readUInt32LE(this.position - 4))
  }

  double(name: string): number {
    this.#expect(FIXED64, name)
    this.#advance(8, name)
    return this.bytes.readDoubleLE(this.position - 8)
  }

  #expect(wireType: WireType, name: string): void {
    if (this.#wireType === wireType) return
    throw new DecodeError(
      `${name} before byte ${this.position}: expected wire type ${wireTypeNames[wireType]}, got ${this.#typeName()}`,
    )
  }

  #typeName(): string {
    return wireTypeNames[this.#wireType] ?? String(this.#wireType)
  }

  #length(name: string): number {
    this.#readVarint(name)
    return this.#high * TWO_TO_32 + this.#low
  }

  #advance(length: number, name: string): void {
    if (length > this.limit - this.position) this.#tooLong(name, length)
    this.position += length
  }

  #tooLong(name: string, length: number): never {
    throw new DecodeError(
      `${name} at byte ${this.position}: needs ${length} bytes, its message has ${this.limit - this.position} left`,
    )
  }

  #readVarint(name: string): void {
    const first = this.position < this.limit ? (this.bytes[this.position] ?? 0) : 0x80
    if (first < 0x80) {
      this.position += 1
      this.#low = first
      this.#high = 0
      return
    }
    this.#readLongVarint(name)
  }

  #readLongVarint(name: string): void {
    const start = this.position
    let low = 0
    let high = 0
    for (let index = 0; index < LONGEST_VARINT; index += 1) {
      if (this.position >= this.limit) throw new DecodeError(`${name} at byte ${start}: the message ends inside a varint`)
      const byte = this.bytes[this.position] ?? 0
      const bits = byte & 0x7f
      this.position += 1
      if (index < 5) low |= bits << (7 * index)
      if (index === 4) high = bits >>> 4
      if (index > 4) high |= bits << (7 * index - 32)
      if (byte < 0x80) {
        this.#low = low >>> 0
        this.#high = high >>> 0
        return
      }
    }
    throw new DecodeError(`${name} at byte ${start}: a varint of more than ${LONGEST_VARINT} bytes`)
  }
}
