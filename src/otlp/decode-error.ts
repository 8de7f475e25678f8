/** The one error of the readers. Apart from decode.ts because both readers throw it and decode.ts imports them. */

/**
 * The body is not an OTLP request in the encoding it claims. The message says where (a byte offset and a field for protobuf,
 * a path for JSON) and what was expected; it never quotes content of the body.
 */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
}
