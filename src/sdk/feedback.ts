/** Sends what a user thought of an answer. The processor joins it to the run, also days later. */
import { randomUUID } from 'node:crypto'
import { context, ROOT_CONTEXT } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { ATTR_GEN_AI_CONVERSATION_ID, ATTR_USER_ID } from '@opentelemetry/semantic-conventions/incubating'
import { currentTraceId } from './context.ts'
import { retryAfterMs } from './delivery/post.ts'
import { type Address, baseOf, targetOf } from './delivery/target.ts'
import { stampOf } from './stamps.ts'
import { getFeedbackAddress } from './state.ts'

export interface Feedback {
  /**
   * What is judged: one key is enough.
   *
   * @default the run being served, else the conversation of the context
   */
  readonly target?: FeedbackTarget | undefined
  /** Thumbs, in the words of the processor. */
  readonly rating?: 'positive' | 'neutral' | 'negative' | undefined
  /** A number on a scale of yours, for instance 4 of 5 stars. */
  readonly score?: number | undefined
  /** A word of yours, for instance "wrong order". */
  readonly label?: string | undefined
  /** What the user wrote. */
  readonly comment?: string | undefined
  /** What the answer should have been. */
  readonly correction?: string | undefined
  /**
   * What was asked, where there are several questions.
   *
   * @default 'user_rating', set by the processor
   */
  readonly name?: string | undefined
  /**
   * Makes the feedback replaceable: the same id with another value takes the place of the first, for instance when a thumb is turned.
   *
   * @default a new id
   */
  readonly id?: string | undefined
  /** @default the user of the context */
  readonly userId?: string | undefined
  /** @default now, set by the processor */
  readonly at?: Date | string | undefined
}

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

export type FeedbackResult =
  /** Taken: `isNew` is false for an id that the processor knew. */
  | { readonly ok: true; readonly id: string; readonly isNew: boolean }
  | {
      readonly ok: false
      readonly id: string
      /**
       * `invalid`: something in it is wrong, `detail` says what. `unauthorized`: the token. `unsupported`: what answers there takes no feedback.
       * `unavailable`: nobody answered in time; the same call with this `id` may be made again.
       */
      readonly reason: 'invalid' | 'unauthorized' | 'unsupported' | 'unavailable'
      readonly detail: string
    }

const TIMEOUT_MS = 5_000
const MAX_TRIES = 4
const FIRST_PAUSE_MS = 250

/**
 * Sends feedback. Never rejects. It is tried again when the processor is away for a moment, always with the same id, so that it counts once.
 *
 * @example
 * await sendFeedback({ target: { traceId }, rating: 'negative', comment: 'That is not my order.' })
 */
export async function sendFeedback(feedback: Feedback, options: FeedbackOptions = {}): Promise<FeedbackResult> {
  const id = randomUUID()
  try {
    return await send(feedback, options, id)
  } catch (error) {
    return { ok: false, id, reason: 'invalid', detail: error instanceof Error ? error.message : String(error) }
  }
}

async function send(feedback: Feedback, options: FeedbackOptions, newId: string): Promise<FeedbackResult> {
  const id = typeof feedback.id === 'string' && feedback.id !== '' ? feedback.id : newId
  const target = feedback.target ?? targetOfContext()
  const userId = feedback.userId ?? stampOf(context.active(), ATTR_USER_ID) ?? undefined
  if (target === null) {
    return {
      ok: false,
      id,
      reason: 'invalid',
      detail: 'target: expected what is judged, for instance { traceId }; outside of a run there is no default.',
    }
  }
  const body = JSON.stringify({ source: 'api', ...feedback, id, target, userId })
  const deadlineMs = performance.now() + (options.timeoutMs ?? TIMEOUT_MS)
  const request = requestOf(options, body)
  for (let tries = 1; ; tries += 1) {
    const answer = await post(request, deadlineMs)
    if (answer.kind === 'final') return resultOf(id, answer)
    const pauseMs = Math.max(answer.afterMs ?? 0, FIRST_PAUSE_MS * 2 ** (tries - 1))
    if (tries >= MAX_TRIES || performance.now() + pauseMs >= deadlineMs) {
      return { ok: false, id, reason: 'unavailable', detail: `${request.url.href}: ${answer.why}` }
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}

function targetOfContext(): FeedbackTarget | null {
  const traceId = currentTraceId()
  if (traceId !== null) return { traceId }
  const conversationId = stampOf(context.active(), ATTR_GEN_AI_CONVERSATION_ID)
  return conversationId === null ? null : { conversationId }
}

interface Request {
  readonly url: URL
  readonly headers: Record<string, string>
  readonly body: string
}

function requestOf(options: FeedbackOptions, body: string): Request {
  const configured = getFeedbackAddress()
  const address: Address = { url: options.url ?? configured.url, token: options.token ?? configured.token }
  const target = targetOf('TRACES', address, process.env)
  return {
    url: new URL('v1/feedback', baseOf(target)),
    headers: { ...target.headers, 'content-type': 'application/json' },
    body,
  }
}

type Answer =
  | { readonly kind: 'final'; readonly status: number; readonly url: string; readonly text: string }
  | { readonly kind: 'later'; readonly why: string; readonly afterMs: number | null }

const retryable: ReadonlySet<number> = new Set([429, 502, 503, 504])

async function post({ url, headers, body }: Request, deadlineMs: number): Promise<Answer> {
  const timeoutMs = Math.max(1, Math.ceil(deadlineMs - performance.now()))
  try {
    const response = await context.with(suppressTracing(ROOT_CONTEXT), () =>
      fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(timeoutMs) }),
    )
    const text = (await response.text()).slice(0, 2_000)
    if (!retryable.has(response.status)) return { kind: 'final', status: response.status, url: url.href, text }
    return {
      kind: 'later',
      why: `HTTP ${response.status}`,
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

function resultOf(id: string, { status, url, text }: { status: number; url: string; text: string }): FeedbackResult {
  if (status >= 200 && status <= 299) return { ok: true, id, isNew: status === 201 }
  if (status === 401 || status === 403) {
    return {
      ok: false,
      id,
      reason: 'unauthorized',
      detail: `${url} answered ${status}: check the token (option \`token\` of start or sendFeedback).`,
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
