/**
 * Writes protobuf in one pass into a buffer that grows, so that a batch can be written span by span. OpenTelemetry's serializer measures a whole batch
 * first and then writes it.
 */

const FIRST_BYTES = 4_096
/** Up to this length a string is written character by character, which is faster than calling into Node. */
const SHORT_STRING = 48
const MAX_VARINT_BYTES = 10

const WIRE_VARINT = 0
const WIRE_FIXED64 = 1
const WIRE_LENGTH = 2
const WIRE_FIXED32 = 5

export class ProtobufWriter {
  #bytes: Buffer
  #size = 0

  /** Room for that many bytes to begin with. */
  constructor(bytes: number = FIRST_BYTES) {
    this.#bytes = Buffer.allocUnsafe(bytes)
  }

  /** Bytes that it has room for. */
  get capacity(): number {
    return this.#bytes.length
  }

  /** Bytes written so far. */
  get size(): number {
    return this.#size
  }

  /** What was written, as a view that the next write may change. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#size)
  }

  /** Takes back what was written since the writer had this size. */
  cutTo(size: number): void {
    this.#size = size
  }

  /** A number in a varint field; negative ones take ten bytes, as int32 and int64 have it. */
  varint(field: number, value: number): void {
    this.#tag(field, WIRE_VARINT)
    this.#varint(value)
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, WIRE_FIXED32)
    this.#reserve(4)
    this.#size = this.#bytes.writeUInt32LE(value >>> 0, this.#size)
  }

  /** Seconds and nanoseconds as nanoseconds. */
  fixed64Time(field: number, [seconds, nanos]: readonly [number, number]): void {
    this.#tag(field, WIRE_FIXED64)
    this.#reserve(8)
    // 1e9 is 5^9 * 2^9: the first product stays below 2^53, so that nothing is rounded and no BigInt is needed.
    const part = seconds * 1_953_125
    const high = Math.floor(part / 2 ** 23)
    const low = (part - high * 2 ** 23) * 2 ** 9 + nanos
    const carry = Math.floor(low / 2 ** 32)
    this.#size = this.#bytes.writeUInt32LE(low - carry * 2 ** 32, this.#size)
    this.#size = this.#bytes.writeUInt32LE((high + carry) >>> 0, this.#size)
  }

  double(field: number, value: number): void {
    this.#tag(field, WIRE_FIXED64)
    this.#reserve(8)
    this.#size = this.#bytes.writeDoubleLE(value, this.#size)
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, WIRE_LENGTH)
    this.#varint(value.length)
    this.append(value)
  }

  /** Hexadecimal digits as bytes: how OpenTelemetry holds ids. */
  hex(field: number, digits: string): void {
    this.#tag(field, WIRE_LENGTH)
    const length = digits.length >> 1
    this.#varint(length)
    this.#reserve(length)
    const bytes = this.#bytes
    const start = this.#size
    for (let place = 0; place < length; place += 1) {
      bytes[start + place] = (digitAt(digits, 2 * place) << 4) | digitAt(digits, 2 * place + 1)
    }
    this.#size = start + length
  }

  text(field: number, value: string): void {
    this.#tag(field, WIRE_LENGTH)
    if (value.length > SHORT_STRING || !this.#shortAscii(value)) this.#longText(value)
  }

  /** Fields that another writer wrote. */
  append(fields: Uint8Array): void {
    this.#reserve(fields.length)
    this.#bytes.set(fields, this.#size)
    this.#size += fields.length
  }

  /** Starts a nested message; what is written until `end` of the place it returns belongs to it. */
  begin(field: number): number {
    this.#tag(field, WIRE_LENGTH)
    this.#reserve(1)
    this.#size += 1
    return this.#size
  }

  end(start: number): void {
    const length = this.#size - start
    if (length < 0x80) {
      this.#bytes[start - 1] = length
      return
    }
    // The length needs more than the one byte that was left for it.
    const extra = sizeOfVarint(length) - 1
    this.#reserve(extra)
    this.#bytes.copyWithin(start + extra, start, this.#size)
    this.#size = start - 1
    this.#varint(length)
    this.#size += length
  }

  #tag(field: number, wire: number): void {
    const tag = (field << 3) | wire
    this.#reserve(2)
    if (tag < 0x80) this.#bytes[this.#size] = tag
    else {
      this.#bytes[this.#size] = (tag & 0x7f) | 0x80
      this.#size += 1
      this.#bytes[this.#size] = tag >> 7
    }
    this.#size += 1
  }

  #varint(value: number): void {
    this.#reserve(MAX_VARINT_BYTES)
    if (value >= 0 && value < 0x80) {
      this.#bytes[this.#size] = value
      this.#size += 1
    } else if (value >= 0 && value <= 0xff_ff_ff_ff) this.#varint32(value)
    else this.#varint64(BigInt.asUintN(64, BigInt(value)))
  }

  #varint32(value: number): void {
    let rest = value
    while (rest > 0x7f) {
      this.#bytes[this.#size] = (rest & 0x7f) | 0x80
      this.#size += 1
      rest = Math.floor(rest / 0x80)
    }
    this.#bytes[this.#size] = rest
    this.#size += 1
  }

  #varint64(value: bigint): void {
    let rest = value
    while (rest > 0x7fn) {
      this.#bytes[this.#size] = Number(rest & 0x7fn) | 0x80
      this.#size += 1
      rest >>= 7n
    }
    this.#bytes[this.#size] = Number(rest)
    this.#size += 1
  }

  /** False, with nothing written, for a string that holds more than ASCII. */
  #shortAscii(value: string): boolean {
    const start = this.#size
    this.#reserve(value.length + 1)
    const bytes = this.#bytes
    bytes[start] = value.length
    for (let place = 0; place < value.length; place += 1) {
      const code = value.charCodeAt(place)
      if (code > 0x7f) return false
      bytes[start + 1 + place] = code
    }
    this.#size = start + 1 + value.length
    return true
  }

  #longText(value: string): void {
    const length = Buffer.byteLength(value)
    this.#varint(length)
    this.#reserve(length)
    this.#size += this.#bytes.write(value, this.#size)
  }

  #reserve(count: number): void {
    const wanted = this.#size + count
    if (wanted <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(wanted, 2 * this.#bytes.length))
    larger.set(this.written)
    this.#bytes = larger
  }
}

function sizeOfVarint(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) size += 1
  return size
}

/** The value of a hexadecimal digit in either case. */
function digitAt(digits: string, place: number): number {
  const code = digits.charCodeAt(place)
  return code <= 0x39 ? code & 0xf : (code + 9) & 0xf
}
