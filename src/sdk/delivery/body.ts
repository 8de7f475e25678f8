/** Bodies of OTLP requests that are written item by item: each is encoded when it comes, and none is held as an object. */
import type { InstrumentationScope } from '@opentelemetry/core'
import type { Resource } from '@opentelemetry/resources'
import { writeResource, writeScope, writeTextIfAny } from './otlp-messages.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

/** A body that is being written. */
export interface Body<T> {
  readonly items: number
  /** About as many as it will have. */
  readonly bytes: number
  /** Encodes one item into it. Throws if that cannot be done; the body is then as before. */
  add(item: T): void
  /** Takes the item that was added last out again. */
  undo(): void
  /** The finished body; the next one starts empty. */
  take(): Uint8Array
}

/** What spans and log records have in common. */
interface Item {
  readonly resource: Resource
  readonly instrumentationScope: InstrumentationScope
}

interface Group {
  readonly resource: Resource
  readonly scope: InstrumentationScope
  /** The scope, encoded. */
  readonly head: Uint8Array
  /** Its items, one field after the other. */
  readonly writer: ProtobufWriter
}

/** A buffer for a usual batch of a scope. */
const MAX_KEPT_BYTES = 512 * 1_024
/** About what the resource and the scopes of a body take. */
const HEADS_BYTES = 2_048

// In both signals' messages of the OTLP protocol.
const FIELD_RESOURCE_ITEMS = 1
const FIELD_RESOURCE = 1
const FIELD_SCOPE_ITEMS = 2
const FIELD_SCOPE = 1
const FIELD_ITEM = 2
const FIELD_SCHEMA_URL = 3

/** In protobuf: the items of each resource and scope are one after the other, as the protocol groups them. */
export class ProtobufBody<T extends Item> implements Body<T> {
  readonly #write: (writer: ProtobufWriter, field: number, item: T) => void
  #groups: Group[] = []
  #items = 0
  #bytes = 0
  #last: { readonly writer: ProtobufWriter; readonly size: number } | null = null

  constructor(write: (writer: ProtobufWriter, field: number, item: T) => void) {
    this.#write = write
  }

  get items(): number {
    return this.#items
  }

  get bytes(): number {
    return this.#bytes
  }

  add(item: T): void {
    const { writer } = this.#groupOf(item)
    const { size } = writer
    try {
      this.#write(writer, FIELD_ITEM, item)
    } catch (error) {
      writer.cutTo(size)
      throw error
    }
    this.#last = { writer, size }
    this.#items += 1
    this.#bytes += writer.size - size
  }

  undo(): void {
    if (this.#last === null) return
    const { writer, size } = this.#last
    this.#items -= 1
    this.#bytes -= writer.size - size
    writer.cutTo(size)
    this.#last = null
  }

  take(): Uint8Array {
    const groups = this.#groups.filter(({ writer }) => writer.size > 0)
    const body = new ProtobufWriter(this.#bytes + HEADS_BYTES)
    for (const resource of new Set(groups.map((group) => group.resource))) {
      const start = body.begin(FIELD_RESOURCE_ITEMS)
      writeResource(body, FIELD_RESOURCE, resource)
      for (const group of groups) if (group.resource === resource) writeGroup(body, group)
      writeTextIfAny(body, FIELD_SCHEMA_URL, resource.schemaUrl)
      body.end(start)
    }
    // Those that were needed keep their buffers for the next body, unless something huge was in one.
    this.#groups = groups.filter(({ writer }) => writer.capacity <= MAX_KEPT_BYTES)
    for (const { writer } of this.#groups) writer.cutTo(0)
    this.#items = 0
    this.#bytes = 0
    this.#last = null
    return body.written
  }

  /** There are few: one a library that makes spans. */
  #groupOf({ resource, instrumentationScope: scope }: T): Group {
    let group = this.#groups.find((known) => known.scope === scope && known.resource === resource)
    if (group === undefined) {
      const head = new ProtobufWriter()
      writeScope(head, FIELD_SCOPE, scope)
      group = { resource, scope, head: head.written, writer: new ProtobufWriter() }
      this.#groups.push(group)
    }
    return group
  }
}

function writeGroup(body: ProtobufWriter, { scope, head, writer }: Group): void {
  const start = body.begin(FIELD_SCOPE_ITEMS)
  body.append(head)
  body.append(writer.written)
  writeTextIfAny(body, FIELD_SCHEMA_URL, scope.schemaUrl)
  body.end(start)
}

/** In JSON, for receivers that take nothing else: requests of one item each, by OpenTelemetry's serializer, made one. */
export class JsonBody<T> implements Body<T> {
  readonly #serialize: (items: T[]) => Uint8Array | undefined
  readonly #head: string
  #parts: string[] = []
  #bytes = 0

  /** `name` of the list that a request is: "resourceSpans" or "resourceLogs". */
  constructor(name: string, serialize: (items: T[]) => Uint8Array | undefined) {
    this.#head = `{"${name}":[`
    this.#serialize = serialize
  }

  get items(): number {
    return this.#parts.length
  }

  get bytes(): number {
    return this.#bytes
  }

  add(item: T): void {
    const request = Buffer.from(this.#serialize([item]) ?? []).toString()
    if (!request.startsWith(this.#head)) throw new Error('the serializer wrote something else than a request')
    const part = request.slice(this.#head.length, -TAIL.length)
    this.#parts.push(part)
    this.#bytes += part.length
  }

  undo(): void {
    this.#bytes -= this.#parts.pop()?.length ?? 0
  }

  take(): Uint8Array {
    const body = Buffer.from(this.#head + this.#parts.join(',') + TAIL)
    this.#parts = []
    this.#bytes = 0
    return body
  }
}

const TAIL = ']}'
