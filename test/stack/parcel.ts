/** An OTLP request in any of the forms it can travel in. */
import { gzipSync } from 'node:zlib'
import { encode, type Message, type RequestType, toOtlpJson } from '../otlp/reference.ts'

export type Signal = 'traces' | 'logs' | 'metrics'

/** One request as protobuf, the form that all others are made of. */
export interface Parcel {
  readonly signal: Signal
  readonly protobuf: Uint8Array
}

export interface HttpForm {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
}

const requestTypes = { traces: 'TraceRequest', logs: 'LogsRequest' } as const satisfies Record<string, RequestType>

/** A request written as OTLP/JSON. */
export function parcelOf(signal: 'traces' | 'logs', request: Message): Parcel {
  return { signal, protobuf: encode(requestTypes[signal], withBinaryIds(request)) }
}

/** A parcel as OTLP/JSON, for changing it or sending it so. Metrics have no reader here. */
export function jsonOf({ signal, protobuf }: Parcel): Message {
  if (signal === 'metrics') throw new Error('metrics travel as protobuf only')
  return toOtlpJson(requestTypes[signal], protobuf)
}

export function httpForm(parcel: Parcel, form: { readonly json?: boolean; readonly gzip?: boolean } = {}): HttpForm {
  const plain = form.json === true ? Buffer.from(JSON.stringify(jsonOf(parcel))) : parcel.protobuf
  return {
    path: `/v1/${parcel.signal}`,
    headers: {
      'content-type': form.json === true ? 'application/json' : 'application/x-protobuf',
      ...(form.gzip === true ? { 'content-encoding': 'gzip' } : {}),
    },
    body: new Uint8Array(form.gzip === true ? gzipSync(plain) : plain),
  }
}

const idFields = new Set(['traceId', 'spanId', 'parentSpanId'])

/** OTLP/JSON writes ids as hex; protobufjs wants bytes. */
function withBinaryIds(value: unknown, key = ''): Message {
  if (typeof value === 'string' && idFields.has(key)) return Buffer.from(value, 'hex') as unknown as Message
  if (Array.isArray(value)) return value.map((item) => withBinaryIds(item)) as unknown as Message
  if (typeof value !== 'object' || value === null) return value as Message
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withBinaryIds(item, name)]))
}
