/** Spans as OTLP/JSON, and the way to send them: until they are taken, as exporters do. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface SpanParts {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly attributes: Readonly<Record<string, string | number>>
}

export function otlpSpan({ attributes, ...ids }: SpanParts): object {
  const nowMs = Date.now()
  return {
    ...ids,
    kind: 1,
    startTimeUnixNano: `${nowMs - 1_000}000000`,
    endTimeUnixNano: `${nowMs}000000`,
    attributes: Object.entries(attributes).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? { stringValue: value } : { intValue: String(value) },
    })),
  }
}

export async function sendJson(url: string, body: string): Promise<void> {
  for (;;) {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const text = await response.text()
    if (response.ok) return
    if (response.status !== 503) throw new Error(`${url}: ${response.status} ${text}`)
    await sleep(20)
  }
}
