/** A webhook receiver as a chat or paging service has it: keeps what Alertmanager sends. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Notification {
  readonly receivedAtMs: number
  readonly receiver: string
  readonly status: 'firing' | 'resolved'
  readonly alerts: readonly {
    readonly status: 'firing' | 'resolved'
    readonly labels: Readonly<Record<string, string>>
    readonly annotations: Readonly<Record<string, string>>
  }[]
}

export class Webhook {
  readonly #server: Server
  readonly #notifications: Notification[] = []

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const payload = JSON.parse(Buffer.concat(chunks).toString()) as Omit<Notification, 'receivedAtMs'>
        this.#notifications.push({ ...payload, receivedAtMs: Date.now() })
        response.end()
      })
    })
  }

  static async start(): Promise<Webhook> {
    const webhook = new Webhook()
    await new Promise<void>((resolve) => webhook.#server.listen(0, '127.0.0.1', resolve))
    return webhook
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/alerts`
  }

  get notifications(): readonly Notification[] {
    return this.#notifications
  }

  /** Names of the alerts that were sent as firing, each once. */
  firing(): readonly string[] {
    const firing = this.#notifications.flatMap(({ alerts }) => alerts).filter(({ status }) => status === 'firing')
    return [...new Set(firing.map(({ labels }) => labels['alertname'] ?? ''))].toSorted()
  }

  async end(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
