/** What a failing provider says, kind by kind, in the wording of the usual client libraries, and how long it takes to say it. */
import type { Model } from './models.ts'
import type { CallFailureKind, PlannedError } from './plan.ts'

interface CallFailure {
  readonly afterMs: number
  readonly error: (model: Model) => PlannedError
}

const failures: Readonly<Record<CallFailureKind, CallFailure>> = {
  rate_limit: {
    afterMs: 180,
    error: ({ requested }) => said('RateLimitError', 429, `429 Rate limit reached for ${requested}: try again in 2 seconds`),
  },
  server_error: {
    afterMs: 900,
    error: ({ provider, requested }) =>
      provider === 'anthropic'
        ? said('overloaded_error', 529, '529 Overloaded')
        : said('InternalServerError', 503, `503 The model ${requested} is unavailable at the moment`),
  },
  timeout: { afterMs: 20_000, error: () => said('APIConnectionTimeoutError', null, 'Request timed out.') },
  auth_error: { afterMs: 180, error: () => said('AuthenticationError', 401, '401 The API key has expired') },
  context_length: {
    afterMs: 180,
    error: () => said('BadRequestError', 400, '400 prompt is too long: the maximum context length of the model is exceeded'),
  },
  stream_aborted: { afterMs: 3_500, error: () => said('TypeError', null, 'terminated') },
  content_filter: {
    afterMs: 180,
    error: () => said('content_filter', 400, '400 The prompt was refused under the content management policy'),
  },
  aborted_by_client: { afterMs: 3_500, error: () => said('AbortError', null, 'This operation was aborted') },
}

export function providerError(kind: CallFailureKind, model: Model): PlannedError {
  return failures[kind].error(model)
}

/** How long it takes until the failure is known. */
export function failureMs(kind: CallFailureKind): number {
  return failures[kind].afterMs
}

function said(type: string, httpStatus: number | null, message: string): PlannedError {
  return { type, httpStatus, message }
}
