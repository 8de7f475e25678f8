/** Writes protobuf byte by byte, for messages that no library would write. */

export function concat(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Buffer.concat(parts.map((part) => (part instanceof Uint8Array ? part : Uint8Array.from(part))))
}

export function varint(value: number | bigint): number[] {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80)
  return [...bytes, Number(rest)]
}

export function tag(field: number, wireType: number): number[] {
  return varint(field * 8 + wireType)
}

/** A length-delimited field: text or an encoded message. */
export function nested(field: number, content: string | Uint8Array | readonly number[]): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Uint8Array.from(content)
  return concat(tag(field, 2), varint(bytes.length), bytes)
}

/** A trace request with one span made of these fields. */
export function requestWithSpan(...fields: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return nested(1, nested(2, nested(2, concat(...fields))))
}

/** Span.attributes with one key and an encoded AnyValue. */
export function attribute(key: string, value: Uint8Array | readonly number[]): Uint8Array {
  return nested(9, concat(nested(1, key), nested(2, value)))
}
