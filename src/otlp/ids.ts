/** Trace and span ids: lower-case hex of a fixed length, not all zero. Anything else is no id and reads as the empty string. */

export const TRACE_ID_BYTES = 16
export const SPAN_ID_BYTES = 8

const allZero = /^0*$/
const lowerCaseHex = /^[0-9a-f]*$/

/** The id in `bytes` from `start` to `end`. */
export function idOfBytes(bytes: Buffer, start: number, end: number, expectedBytes: number): string {
  if (end - start !== expectedBytes) return ''
  const hex = bytes.toString('hex', start, end)
  return allZero.test(hex) ? '' : hex
}

/** The id written as hex in either case, as OTLP/JSON has it. */
export function idOfHex(text: string, expectedBytes: number): string {
  const hex = text.toLowerCase()
  return hex.length === expectedBytes * 2 && lowerCaseHex.test(hex) && !allZero.test(hex) ? hex : ''
}
