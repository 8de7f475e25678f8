/** Sends requests as an SDK does: again and again while the answer says that the data is still the sender's to keep. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type GrpcClient, UNAVAILABLE } from './grpc.ts'
import { httpForm, type HttpForm, type Parcel } from './parcel.ts'

/** Where a Collector, or a processor, takes OTLP. */
export interface Door {
  readonly httpUrl: string
  /** Shown by senders that go to the processor directly. */
  readonly token?: string
}

const RETRY_MS = 100
const retryable = new Set([429, 502, 503, 504])

/** The status of one try; 0 = nobody answered. */
export async function post({ httpUrl, token }: Door, { path, headers, body }: HttpForm): Promise<number> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  return fetch(httpUrl + path, { method: 'POST', headers: { ...headers, ...authorization }, body }).then(
    async (response) => {
      await response.arrayBuffer()
      return response.status
    },
    () => 0,
  )
}

/** Sends until it is acknowledged; an answer that ends it otherwise is an error of the test. */
export async function deliver(door: Door, form: HttpForm): Promise<void> {
  for (;;) {
    const status = await post(door, form)
    if (status === 200) return
    if (status !== 0 && !retryable.has(status)) throw new Error(`unexpected answer ${status} for ${form.path}`)
    await sleep(RETRY_MS)
  }
}

export function deliverProtobuf(door: Door, parcel: Parcel): Promise<void> {
  return deliver(door, httpForm(parcel))
}

/** The same over gRPC. */
export async function deliverGrpc(client: GrpcClient, parcel: Parcel, options: { readonly gzip?: boolean } = {}): Promise<void> {
  for (;;) {
    const { code, message } = await client.export(parcel.signal, parcel.protobuf, options)
    if (code === 0) return
    if (code !== UNAVAILABLE) throw new Error(`unexpected gRPC status ${code} (${message})`)
    await sleep(RETRY_MS)
  }
}
