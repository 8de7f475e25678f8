/** One request about feedback to the processor: tried again while it is away, within a time for everything. */
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { retryAfterMs } from './delivery/post.ts'
import { type Address, baseOf, targetOf } from './delivery/target.ts'
import type { FeedbackOptions, FeedbackRefusal } from './feedback-types.ts'
import { getFeedbackAddress } from './state.ts'

interface FinalAnswer {
  readonly kind: 'final'
  readonly status: number
  readonly isSuccess: boolean
  readonly url: string
  /** Whether it is a problem as the processor states them. */
  readonly isProblem: boolean
  readonly text: string
}

interface NoAnswer {
  readonly kind: 'away'
  readonly why: string
}

type Answer = FinalAnswer | { readonly kind: 'later'; readonly why: string; readonly afterMs: number | null }

interface Request {
  readonly method: 'POST' | 'DELETE'
  /** Below the base address. */
  readonly path: string
  readonly body?: string
}

const TIMEOUT_MS = 5_000
const MAX_TRIES = 4
const FIRST_PAUSE_MS = 250

const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** The processor's answer, or why there is none. */
export async function ask(request: Request, options: FeedbackOptions): Promise<FinalAnswer | NoAnswer> {
  const deadlineMs = performance.now() + (options.timeoutMs ?? TIMEOUT_MS)
  const configured = getFeedbackAddress()
  const address: Address = { url: options.url ?? configured.url, token: options.token ?? configured.token }
  const target = targetOf('TRACES', address, process.env)
  const url = new URL(request.path, baseOf(target))
  for (let tries = 1; ; tries += 1) {
    const answer = await send(url, request, target.headers, deadlineMs)
    if (answer.kind === 'final') return answer
    const pauseMs = Math.max(answer.afterMs ?? 0, FIRST_PAUSE_MS * 2 ** (tries - 1))
    if (tries >= MAX_TRIES || performance.now() + pauseMs >= deadlineMs)
      return { kind: 'away', why: `${url.href}: ${answer.why}` }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

async function send(
  url: URL,
  { method, body }: Request,
  targetHeaders: Readonly<Record<string, string>>,
  deadlineMs: number,
): Promise<Answer> {
  const timeoutMs = Math.max(1, Math.ceil(deadlineMs - performance.now()))
  const headers = { ...targetHeaders, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
  try {
    const response = await context.with(suppressTracing(ROOT_CONTEXT), () =>
      fetch(url, { method, headers, body: body ?? null, signal: AbortSignal.timeout(timeoutMs) }),
    )
    const text = (await response.text()).slice(0, 2_000)
    const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false
    const { status, ok: isSuccess } = response
    if (!retryable.has(status)) return { kind: 'final', status, isSuccess, url: url.href, isProblem, text }
    return {
      kind: 'later',
      why: `HTTP ${status}`,
      afterMs: retryAfterMs(response.headers.get('retry-after') ?? undefined),
    }
  } catch (error) {
    return { kind: 'later', why: whyOf(error), afterMs: null }
  }
}

function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return 'no answer in time'
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

/** What an answer other than success means. */
export function refusalOf(id: string, answer: FinalAnswer | NoAnswer): FeedbackRefusal {
  if (answer.kind === 'away') return { ok: false, id, reason: 'unavailable', detail: answer.why }
  const { status, url, text } = answer
  if (status === 401 || status === 403) {
    return {
      ok: false,
      id,
      reason: 'unauthorized',
      detail: `${url} answered ${status}: check the token (option \`token\` of start, or of this call).`,
    }
  }
  if (status === 404 || status === 405) {
    return {
      ok: false,
      id,
      reason: 'unsupported',
      detail: `${url} answered ${status}: what listens there takes no feedback. Behind a Collector give the processor's address as \`feedbackUrl\`.`,
    }
  }
  if (status >= 500) return { ok: false, id, reason: 'unavailable', detail: `${url} answered ${status}` }
  return { ok: false, id, reason: 'invalid', detail: text === '' ? `${url} answered ${status}` : text }
}
