/** Feedback: what somebody, or the conversation itself, said about a run. */

export const ratings = ['positive', 'neutral', 'negative'] as const
/** The one scale on which feedback of all kinds is counted. */
export type Rating = (typeof ratings)[number]

export const feedbackSources = ['api', 'link', 'widget', 'otlp', 'implicit', 'import'] as const
/** The way it came: our API, a signed link, the widget, telemetry, the conversation itself, or an import of notes. */
export type FeedbackSource = (typeof feedbackSources)[number]

export const judges = ['user', 'reviewer', 'model', 'code', 'unknown'] as const
/** Who judged: the end user, somebody of the team, a model, a program; `unknown` = the carrier does not say. */
export type Judge = (typeof judges)[number]

/** What is judged. Ids in hex are lower case; null = not given. At least one is given. */
export interface FeedbackTarget {
  readonly traceId: string | null
  readonly spanId: string | null
  readonly conversationId: string | null
  /** The provider's id of a model's answer. */
  readonly responseId: string | null
  /** The application's own id of a message in its chat. */
  readonly messageId: string | null
}

/** The scale that a score is on, where its carrier says so. */
export interface ScoreScale {
  readonly min: number
  readonly max: number
  /** Whether more is better. */
  readonly higherIsBetter: boolean
}

/** Feedback as it was given. Absent is null; at least one of score, label, rating and comment is there. */
export interface Feedback {
  /** Unique: the same id with another value replaces the first. */
  readonly id: string
  readonly target: FeedbackTarget
  /** What was asked, for instance `user_rating`. */
  readonly name: string
  readonly score: number | null
  readonly scale: ScoreScale | null
  readonly label: string | null
  /** As the sender states it; null = to be derived from score or label. */
  readonly rating: Rating | null
  readonly comment: string | null
  /** What the answer should have been. */
  readonly correction: string | null
  readonly userId: string | null
  readonly source: FeedbackSource
  readonly judge: Judge
  /** When it was said, in unix milliseconds; null = when it came. */
  readonly atMs: number | null
}

/** What happens to feedback; a body of the log's entries of the kind `feedback` is a list of these as JSON. */
export type FeedbackEvent =
  | { readonly type: 'given'; readonly feedback: Feedback }
  | { readonly type: 'withdrawn'; readonly id: string }

/** What became of an event. `unknown` = there is nothing with this id to withdraw. */
export interface FeedbackReceipt {
  readonly id: string
  readonly outcome: 'new' | 'replaced' | 'repeated' | 'withdrawn' | 'unknown'
}

/** Whoever takes feedback. Resolves after the commit to one receipt an event, in their order. */
export interface FeedbackDesk {
  /** @throws UnavailableError when it cannot be kept at the moment. */
  take(events: readonly FeedbackEvent[]): Promise<readonly FeedbackReceipt[]>
}

/** Feedback as the records keep it: redacted, and joined to its run. */
export interface FeedbackRecord extends Feedback {
  /** The log's clock when it came first, and when it last changed. */
  readonly receivedAtMs: number
  readonly changedAtMs: number
  /** On the one scale; null = neither stated nor to be derived (a comment alone). */
  readonly countedRating: Rating | null
  /** Trace id of the run that it was joined to; null = none has come (yet). */
  readonly runId: string | null
  readonly isWithdrawn: boolean
}

export const noTarget: FeedbackTarget = {
  traceId: null,
  spanId: null,
  conversationId: null,
  responseId: null,
  messageId: null,
}

/** Limits of what is taken, in characters. */
export const FEEDBACK_LIMITS = { id: 256, key: 256, name: 128, label: 256, text: 16_384 } as const
