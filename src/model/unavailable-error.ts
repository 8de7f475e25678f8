/** The one error by which accepting says "not now": the sender keeps the data and tries again. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  /** Whole seconds for the Retry-After header. */
  readonly retryAfterSeconds: number

  constructor(message: string, retryAfterSeconds: number, options?: ErrorOptions) {
    super(message, options)
    this.retryAfterSeconds = retryAfterSeconds
  }
}
