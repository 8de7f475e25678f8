/** Just enough protobuf writing for the door's answers: whole numbers, strings and nested messages. */

const VARINT = 0
const LENGTH_DELIMITED = 2

/** A non-negative whole number up to 2^53 as an int32 or int64 field; nothing for 0, which is the default. */
export function numberField(field: number, value: number): Uint8Array {
  return value === 0 ? new Uint8Array(0) : Buffer.from([...varint(field * 8 + VARINT), ...varint(value)])
}

/** A string or an already encoded message. */
export function bytesField(field: number, content: string | Uint8Array): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content
  return Buffer.concat([Buffer.from([...varint(field * 8 + LENGTH_DELIMITED), ...varint(bytes.length)]), bytes])
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return [...bytes, rest]
}
