/** Signs what lets a user say what they think of an answer: a token for the widget in a page, and a link for everywhere else. */
import { baseOf, targetOf } from './delivery/target.ts'
import { targetOfContext, userOfContext } from './feedback-target.ts'
import { DEFAULT_NAME, parseSecrets, signToken } from './feedback-token.ts'
import type { FeedbackTarget } from './feedback-types.ts'
import { warn } from './quietly.ts'
import { getFeedbackAddress, getFeedbackSigning } from './state.ts'

/** Who is asked about what. */
export interface LinkSubject {
  /**
   * What is judged: one key is enough.
   *
   * @default the run being served, else the conversation of the context
   */
  readonly target?: FeedbackTarget | undefined
  /**
   * What is asked, where there are several questions about one answer.
   *
   * @default 'user_rating'
   */
  readonly name?: string | undefined
  /**
   * Who is asked: one answer of each user counts. Without it, one of all who have the link.
   *
   * @default the user of the context
   */
  readonly userId?: string | undefined
  /**
   * Who asks, shown on the page that the link opens, for instance "Shop support".
   *
   * @default nobody is named
   */
  readonly from?: string | undefined
  /**
   * How long it may be answered.
   *
   * @default 30 days, as long as the processor joins feedback to a run
   */
  readonly expiresInMs?: number | undefined
}

export interface TokenOptions {
  /**
   * The processor's FLYWHEEL_FEEDBACK_SECRET, at least 32 characters.
   *
   * @default `feedbackSecret` of `start`, else FLYWHEEL_FEEDBACK_SECRET
   */
  readonly secret?: string | undefined
}

export interface LinkOptions extends TokenOptions {
  /**
   * Base address under which the browsers of your users reach the processor.
   *
   * @default `publicUrl` of `start`, else FLYWHEEL_PUBLIC_URL, else the address that `sendFeedback` talks to
   */
  readonly url?: string | undefined
}

const THIRTY_DAYS_MS = 2_592_000_000

/**
 * A token for `<flywheel-feedback token="...">`: it lets its holder say what they think of one answer, and nothing else. Never throws: null where there is no
 * secret or nothing to judge, and then the widget is not shown; OpenTelemetry's diagnostics say why.
 *
 * @example
 * response.json({ text: answer, feedbackToken: feedbackToken() })
 */
export function feedbackToken(subject: LinkSubject = {}, options: TokenOptions = {}): string | null {
  try {
    return sign(subject, options)
  } catch (error) {
    warn(`feedbackToken: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
}

/**
 * A link to a page that asks, for mails and messages. Opening it changes nothing; `?rating=negative` behind it marks that thumb. Never throws: null as for
 * `feedbackToken`.
 *
 * @example
 * const link = feedbackLink({ target: { conversationId: chat.id }, from: 'Shop support' })
 */
export function feedbackLink(subject: LinkSubject = {}, options: LinkOptions = {}): string | null {
  const token = feedbackToken(subject, options)
  if (token === null) return null
  const base = options.url ?? getFeedbackSigning().publicUrl ?? environment('FLYWHEEL_PUBLIC_URL') ?? feedbackBase()
  if (URL.canParse(base)) return `${base.replace(/\/+$/, '')}/f/${token}`
  warn(`feedbackLink: url: expected an address such as https://feedback.shop.example, got "${base}"`)
  return null
}

function sign({ target, name, userId, from, expiresInMs }: LinkSubject, options: TokenOptions): string {
  const text = options.secret ?? getFeedbackSigning().secret ?? environment('FLYWHEEL_FEEDBACK_SECRET')
  const [secret] = parseSecrets(text ?? '')
  if (secret === undefined) throw new TypeError('secret: expected the FLYWHEEL_FEEDBACK_SECRET of the processor, got none')
  const judged = target ?? targetOfContext()
  if (judged === null) throw new TypeError('target: expected what is judged; outside of a run there is no default')
  return signToken(
    {
      target: judged,
      name: name ?? DEFAULT_NAME,
      userId: userId ?? userOfContext() ?? null,
      from: from ?? null,
      expiresAt: Math.ceil((Date.now() + (expiresInMs ?? THIRTY_DAYS_MS)) / 1_000),
    },
    secret,
  )
}

function feedbackBase(): string {
  return baseOf(targetOf('TRACES', getFeedbackAddress(), process.env)).href
}

function environment(name: string): string | undefined {
  const value = process.env[name]?.trim()
  return value === '' ? undefined : value
}
