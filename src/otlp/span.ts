/**
 * The neutral reading of a span, whichever encoding it came in. Views look into the received buffer:
 * they are valid only inside the dialect's call and must not be kept; what is needed later is copied out by reading it.
 */

/** Attributes read lazily through guards: a value of the wrong type reads as absent, and content that nobody asks for is never decoded. */
export interface Attributes {
  /** True when the key is present with any value. */
  has(key: string): boolean
  /** A string value; null when absent or of another type. */
  string(key: string): string | null
  /** A finite number from an int, a double or a numeric string; null otherwise. */
  number(key: string): number | null
  /** A boolean from a bool or from the strings `true` and `false`; null otherwise. */
  boolean(key: string): boolean | null
  /** The string items of an array value; a single string reads as one item; empty when absent. */
  strings(key: string): readonly string[]
  /** The value as canonical text (strings as they are, anything structured as JSON); null when absent. For comparing, not for showing. */
  text(key: string): string | null
  /** The value as canonical text where it is short: a scalar of at most `maxBytes`, an empty list or map. Null where it is not, and then not decoded; undefined when absent. */
  brief(key: string, maxBytes: number): string | null | undefined
  /** The value as plain data (nested at most 64 deep; bytes as base64 text); undefined when absent. */
  value(key: string): PlainValue | undefined
  /** All keys, in wire order. */
  keys(): readonly string[]
}

/** An OTLP AnyValue as plain data. Objects have no prototype. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue }

export interface Resource {
  readonly attributes: Attributes
}

export interface Scope {
  readonly name: string
  readonly version: string
}

export interface SpanEvent {
  readonly name: string
  readonly atUs: number
  readonly attributes: Attributes
}

export interface SpanLink {
  readonly traceId: string
  readonly spanId: string
}

/** Ids are lower-case hex and empty when absent; times are unix microseconds. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** Empty for a root span. */
  readonly parentSpanId: string
  /** OTLP span flags; bit 8 = the next bit is meaningful, bit 9 = the parent is in another process. */
  readonly flags: number
  readonly name: string
  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly startUs: number
  readonly endUs: number
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number
  readonly statusMessage: string
  readonly attributes: Attributes
  readonly resource: Resource
  readonly scope: Scope
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
}
