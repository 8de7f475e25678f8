/** What of the SDK is there once in a process: the deliveries under way, and where feedback goes. */
import type { Leftover } from './delivery/courier.ts'
import type { Address } from './delivery/target.ts'

/** A delivery as flushing and exiting see it. */
export interface Delivery {
  readonly items: number
  readonly isFailing: boolean
  flush(timeoutMs: number): Promise<boolean>
  takeAll(): Leftover
  abandon(reason: string): void
}

export const couriers: Set<Delivery> = new Set()

/** Whether the set-up of OpenTelemetry is the one of `start`: then the deliveries are all there is to flush. */
export const setUp: { isOwn: boolean } = { isOwn: false }

let feedbackAddress: Address = {}

export function setFeedbackAddress(address: Address): void {
  feedbackAddress = address
}

/** What feedback links are made with. */
export interface FeedbackSigning {
  readonly secret?: string | undefined
  /** Where people reach the processor. */
  readonly publicUrl?: string | undefined
}

let feedbackSigning: FeedbackSigning = {}

export function setFeedbackSigning(signing: FeedbackSigning): void {
  feedbackSigning = signing
}

export function getFeedbackSigning(): FeedbackSigning {
  return feedbackSigning
}

export function getFeedbackAddress(): Address {
  return feedbackAddress
}
