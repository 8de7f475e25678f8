/** What the headers of a request say about its body: the two OTLP encodings and the codings this receiver can undo. */
import type { BodyEncoding, BodyFormat } from '../model/entry.ts'

const formatByMediaType: ReadonlyMap<string, BodyFormat> = new Map([
  ['application/x-protobuf', 'protobuf'],
  ['application/json', 'json'],
])
const encodingByCoding: ReadonlyMap<string, BodyEncoding> = new Map([
  ['', 'identity'],
  ['identity', 'identity'],
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['zstd', 'zstd'],
])

/** The encoding a Content-Type names, whatever its case and parameters; null when it is missing or not one of OTLP's. */
export function formatOf(contentType: string | undefined): BodyFormat | null {
  const mediaType = (contentType ?? '').split(';', 1)[0] ?? ''
  return formatByMediaType.get(mediaType.trim().toLowerCase()) ?? null
}

export function contentTypeOf(format: BodyFormat): string {
  return format === 'json' ? 'application/json' : 'application/x-protobuf'
}

/** The coding a Content-Encoding names; null for unknown ones and for lists such as `gzip, gzip`. */
export function encodingOf(contentEncoding: string | undefined): BodyEncoding | null {
  return encodingByCoding.get((contentEncoding ?? '').trim().toLowerCase()) ?? null
}
