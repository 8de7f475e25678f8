/** The error bodies of OpenAI's API, as its clients and instrumentations read them. */
import { inputTokensOf } from './usage.ts'
import type { ErrorReply, ModelRequest, ProviderError } from './wire.ts'

export function openAiError(error: ProviderError, request: ModelRequest): ErrorReply {
  const { status, ...body } = errors[error](request)
  return { status, body: { error: body } }
}

interface Described {
  readonly status: number
  readonly message: string
  readonly type: string | null
  readonly param: string | null
  readonly code: string | null
}

const plain = { param: null, code: null }

const errors: Readonly<Record<ProviderError, (request: ModelRequest) => Described>> = {
  rate_limit: (request) => ({
    status: 429,
    message:
      `Rate limit reached for ${request.model} on tokens per min (TPM): Limit 200000, Used 199680, ` +
      `Requested ${inputTokensOf(request)}. Please try again in 1s.`,
    type: 'tokens',
    param: null,
    code: 'rate_limit_exceeded',
  }),
  server_error: () => ({
    status: 500,
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    ...plain,
  }),
  unavailable: () => ({
    status: 503,
    message: 'The engine is currently overloaded, please try again later.',
    type: 'service_unavailable',
    ...plain,
  }),
  overloaded: () => ({
    status: 529,
    message: 'That model is currently overloaded with other requests.',
    type: 'server_error',
    ...plain,
  }),
  auth_error: () => ({
    status: 401,
    message: 'Incorrect API key provided. You can find your API key at https://platform.openai.com/account/api-keys.',
    type: 'invalid_request_error',
    param: null,
    code: 'invalid_api_key',
  }),
  context_length: contextLength,
  content_filter_error: () => ({
    status: 400,
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. " +
      'Please modify your prompt and retry.',
    type: null,
    param: 'prompt',
    code: 'content_filter',
  }),
}

function contextLength(request: ModelRequest): Described {
  const rest = { status: 400, type: 'invalid_request_error', code: 'context_length_exceeded' }
  if (request.api === 'openai.responses') {
    return {
      ...rest,
      message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
      param: 'input',
    }
  }
  return {
    ...rest,
    message:
      "This model's maximum context length is 128000 tokens. However, your messages resulted in " +
      `${128_000 + inputTokensOf(request)} tokens. Please reduce the length of the messages.`,
    param: 'messages',
  }
}
