/** What sending, withdrawing and linking have in common. */

export interface FeedbackTarget {
  readonly traceId?: string | undefined
  readonly spanId?: string | undefined
  readonly conversationId?: string | undefined
  /** The provider's id of the model's answer. */
  readonly responseId?: string | undefined
  readonly messageId?: string | undefined
}

export interface FeedbackOptions {
  /**
   * Base address of the processor.
   *
   * @default `feedbackUrl` or `url` of `start`, else OTEL_EXPORTER_OTLP_ENDPOINT, else 'http://127.0.0.1:4318'
   */
  readonly url?: string | undefined
  /** @default `token` of `start` */
  readonly token?: string | undefined
  /**
   * For everything, tries included.
   *
   * @default 5000
   */
  readonly timeoutMs?: number | undefined
}

/** Why the processor has not done what was asked. */
export interface FeedbackRefusal {
  readonly ok: false
  readonly id: string
  /**
   * `invalid`: something in it is wrong, `detail` says what. `unauthorized`: the token. `unsupported`: what answers there takes no feedback.
   * `unavailable`: nobody answered in time; the same call with this `id` may be made again.
   */
  readonly reason: 'invalid' | 'unauthorized' | 'unsupported' | 'unavailable'
  readonly detail: string
}
