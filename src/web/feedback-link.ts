/**
 * Where the users of an agent say what they think of an answer: by the link that the application signed, or by the widget with the same token. Only POST and
 * DELETE change anything: mail scanners and link previews ask with GET, HEAD and OPTIONS.
 *
 * Nothing here goes by a cookie, by a header of a proxy or by where somebody sits: whoever has the token may answer, and nobody else. So there is nothing that
 * another site could borrow from a visitor, and forms need no secret of our pages (`isFromAnywhere`). They could not have one either: there is no session.
 */
import type { Request, Response } from 'express'
import { z } from 'zod'
import type { FeedbackDesk, FeedbackEvent, FeedbackReceipt, FeedbackTarget } from '../model/feedback.ts'
import { feedbackIdOf, verifyToken } from '../sdk/feedback-token.ts'
import type { FeedbackClaims } from '../sdk/feedback-token.ts'
import type { Source } from './attempts.ts'
import { type CorsPolicy, isAllowed } from './cors.ts'
import { formOf } from './form.ts'
import { jsonOf } from './json-body.ts'
import { deadLinkPage, feedbackPage, MAX_COMMENT, nothingSaid, sendFeedbackPage } from './pages/feedback-page.ts'
import type { FeedbackPage, Said, Thumb } from './pages/feedback-page.ts'
import { languages, reasonCodes } from './pages/feedback-words.ts'
import type { Language } from './pages/feedback-words.ts'
import type { Site } from './pages/site.ts'
import { widgetFile } from './pages/widget-file.ts'
import { Problem } from './problem.ts'
import { pathParameter, type Route, sendJson } from './route.ts'
import { siteCheck } from './same-site.ts'
import { VoteLimits } from './vote-limits.ts'

export interface FeedbackLinkOptions {
  readonly desk: FeedbackDesk
  /** What tokens may be signed with; none = there are no links. */
  readonly secrets: readonly string[]
  /** Origins of pages that may use the widget; `*` = any. Our own always may. */
  readonly origins: readonly string[]
  readonly site: Site
  /** Unix milliseconds. */
  readonly nowMs: () => number
  /** Where a request comes from; see `ProxyUser`. */
  readonly sourceOf: (request: Request) => Source
}

const MAX_JSON_BYTES = 32_768

/** What the widget sends, or a program in its place. */
const voteSchema = z.strictObject({
  rating: z.enum(['positive', 'neutral', 'negative']).optional(),
  reasons: z
    .array(z.string().regex(/^[\p{L}\p{N}][\p{L}\p{N} _-]{0,29}$/u, 'at most 30 letters, digits, spaces, _ and -'))
    .max(8)
    .optional()
    .describe('Why, in codes or words of the application.'),
  comment: z.string().max(MAX_COMMENT).optional(),
})

type Vote = z.output<typeof voteSchema>

const receiptSchema = z.strictObject({
  id: z.string().describe('The same for every token of one question to one user about one thing.'),
  outcome: z.enum(['new', 'replaced', 'repeated', 'withdrawn', 'unknown']),
})

export function feedbackLinkRoutes(options: FeedbackLinkOptions): Route[] {
  const links = new FeedbackLinks(options)
  const cors: CorsPolicy = { origins: new Set(options.origins), setting: 'FLYWHEEL_FEEDBACK_ORIGINS' }
  const isFromElsewhere = siteCheck(options.site.publicUrl)
  /** A browser asks before it sends JSON from another site; this is for whatever does not. */
  const checkSite = (request: Request): void => {
    const origin = request.get('Origin')
    if (!isFromElsewhere(request) || (origin !== undefined && isAllowed(cors, origin))) return
    throw new Problem(403, `Pages of ${origin ?? 'other sites'} may not send feedback here: add them to ${cors.setting}.`)
  }
  const path = '/f/:token'
  const about = {
    path,
    pathParameters: { token: 'What `feedbackToken` of the SDK signed.' },
    cors,
    isFromAnywhere: true,
  } as const
  const pageAnswer = { 200: { description: 'A page for people.', contentType: 'text/html' } }
  const receipt = { contentType: 'application/json', schema: receiptSchema }
  return [
    {
      ...about,
      summary: 'Asks whoever has the link what they think. Never writes. `rating=negative` only marks the thumb.',
      query: { rating: z.enum(['positive', 'negative']).optional() },
      answers: pageAnswer,
      problems: [404],
      handle: (request, response) => links.show(request, response),
    },
    {
      ...about,
      method: 'post',
      summary: 'Takes the form of the page.',
      body: z.object({ rating: z.enum(['positive', 'negative']).optional(), comment: z.string().optional() }),
      answers: pageAnswer,
      problems: [400, 404, 413, 429, 503],
      handle: (request, response) => links.takeForm(request, response),
    },
    {
      ...about,
      method: 'post',
      takes: 'json',
      summary: 'Takes what the widget sends. What was sent before with a token for the same is replaced.',
      body: voteSchema,
      maxBytes: MAX_JSON_BYTES,
      answers: { 200: { description: 'Taken.', ...receipt }, 201: { description: 'Taken, the first of its kind.', ...receipt } },
      problems: [403, 404, 410, 429, 503],
      handle: (request, response) => {
        checkSite(request)
        return links.takeJson(request, response)
      },
    },
    {
      ...about,
      method: 'delete',
      takes: 'json',
      summary: 'Takes back what was sent with the token.',
      answers: { 200: { description: 'Nothing of it counts any more.', ...receipt } },
      problems: [403, 404, 410, 429, 503],
      handle: (request, response) => {
        checkSite(request)
        return links.withdraw(request, response)
      },
    },
    {
      path: '/widget.js',
      summary: 'The custom element `flywheel-feedback`, for pages of other sites.',
      answers: { 200: { description: 'The file.', contentType: widgetFile.contentType } },
      problems: [404],
      handle: (_request, response) => {
        links.requireSecret()
        response.set({
          'Content-Type': widgetFile.contentType,
          'Cache-Control': 'public, max-age=300, must-revalidate',
          ETag: widgetFile.etag,
          'Cross-Origin-Resource-Policy': 'cross-origin',
          'Access-Control-Allow-Origin': '*',
        })
        response.send(widgetFile.body)
      },
    },
  ]
}

class FeedbackLinks {
  readonly #options: FeedbackLinkOptions
  readonly #limits: VoteLimits

  constructor(options: FeedbackLinkOptions) {
    this.#options = options
    this.#limits = new VoteLimits(options.nowMs)
  }

  requireSecret(): void {
    if (this.#options.secrets.length > 0) return
    throw new Problem(
      404,
      'Feedback links are not set up: set FLYWHEEL_FEEDBACK_SECRET here and in the application that signs them.',
    )
  }

  show(request: Request, response: Response): void {
    const said: Said = { ...nothingSaid, rating: thumbIn(request.query['rating']) }
    const claims = this.#claimsForPage(request, response)
    if (claims !== null) this.#sendPage({ request, response, claims, said, outcome: null, status: 200 })
  }

  async takeForm(request: Request, response: Response): Promise<void> {
    const claims = this.#claimsForPage(request, response)
    if (claims === null) return
    const said = saidInForm(request)
    const show = (outcome: FeedbackPage['outcome'], status: number, shown = said): void =>
      this.#sendPage({ request, response, claims, said: shown, outcome, status })
    const isWithdrawal = formOf(request)['action'] === 'withdraw'
    if (!isWithdrawal && said.rating === null && said.comment === '') return show('nothingSaid', 422)
    if (this.#mustWait(request, response, claims)) return show('tooOften', 429)
    try {
      await this.#take(isWithdrawal ? withdrawal(claims) : given(claims, said, 'link'))
    } catch (error) {
      if (!tellUnavailable(error, response)) throw error
      return show('failed', 503)
    }
    if (isWithdrawal) show('withdrawn', 200, nothingSaid)
    else show('thanks', 200)
  }

  async takeJson(request: Request, response: Response): Promise<void> {
    const claims = this.#claimsForProgram(request)
    const vote = jsonOf(request, voteSchema)
    const said = { rating: vote.rating ?? null, reasons: vote.reasons ?? [], comment: (vote.comment ?? '').trim() }
    if (said.rating === null && said.reasons.length === 0 && said.comment === '') throw emptyVote
    const { id, outcome } = await this.#takeFromProgram({ request, response, claims }, given(claims, said, 'widget'))
    sendJson(response, { id, outcome }, outcome === 'new' ? 201 : 200)
  }

  async withdraw(request: Request, response: Response): Promise<void> {
    const claims = this.#claimsForProgram(request)
    const { id, outcome } = await this.#takeFromProgram({ request, response, claims }, withdrawal(claims))
    sendJson(response, { id, outcome })
  }

  async #takeFromProgram({ request, response, claims }: Asked, event: FeedbackEvent): Promise<FeedbackReceipt> {
    if (this.#mustWait(request, response, claims)) {
      throw new Problem(429, 'Too much feedback from this address, or with this token. Retry-After says when to try again.')
    }
    try {
      return await this.#take(event)
    } catch (error) {
      if (!tellUnavailable(error, response)) throw error
      throw new Problem(503, 'Feedback cannot be kept at the moment. Try again.')
    }
  }

  /** Null = the page that says why not was sent. */
  #claimsForPage(request: Request, response: Response): FeedbackClaims | null {
    this.requireSecret()
    const check = this.#check(request)
    if (check.kind === 'valid') return check.claims
    const text = deadLinkPage(this.#options.site, languageOf(request), check.kind)
    sendFeedbackPage(response, text, check.kind === 'expired' ? 410 : 404)
    return null
  }

  #claimsForProgram(request: Request): FeedbackClaims {
    this.requireSecret()
    const check = this.#check(request)
    if (check.kind === 'valid') return check.claims
    if (check.kind === 'expired') throw new Problem(410, 'The token has expired. Sign a new one.')
    throw new Problem(404, 'This is not a token that was signed with FLYWHEEL_FEEDBACK_SECRET of this service, or it was cut.')
  }

  #check(request: Request): ReturnType<typeof verifyToken> {
    return verifyToken(pathParameter(request, 'token'), this.#options.secrets, this.#options.nowMs())
  }

  #mustWait(request: Request, response: Response, claims: FeedbackClaims): boolean {
    const waitS = Math.ceil(this.#limits.countOrWaitMs(this.#options.sourceOf(request), feedbackIdOf(claims)) / 1_000)
    if (waitS > 0) response.set('Retry-After', String(waitS))
    return waitS > 0
  }

  async #take(event: FeedbackEvent): Promise<FeedbackReceipt> {
    const [receipt] = await this.#options.desk.take([event])
    if (receipt === undefined) throw new Error('The desk gave no receipt.')
    return receipt
  }

  #sendPage({ request, response, claims, said, outcome, status }: Asked & Shown): void {
    const { from, expiresAt } = claims
    const page: FeedbackPage = { language: languageOf(request), from, expiresAtMs: expiresAt * 1_000, said, outcome }
    sendFeedbackPage(response, feedbackPage(this.#options.site, page), status)
  }
}

interface Asked {
  readonly request: Request
  readonly response: Response
  readonly claims: FeedbackClaims
}

interface Shown {
  readonly said: Said
  readonly outcome: FeedbackPage['outcome']
  readonly status: number
}

const emptyVote = new Problem(422, 'Wrong fields: rating.', [
  { field: 'rating', expected: 'rating, reasons or comment', received: null },
])

function given(
  claims: FeedbackClaims,
  said: { readonly rating: Vote['rating'] | null; readonly reasons: readonly string[]; readonly comment: string },
  source: 'link' | 'widget',
): FeedbackEvent {
  const reasons = [...new Set(said.reasons)].sort()
  return {
    type: 'given',
    feedback: {
      id: feedbackIdOf(claims),
      target: targetOf(claims),
      name: claims.name,
      score: null,
      scale: null,
      label: reasons.length === 0 ? null : reasons.join(', '),
      rating: said.rating ?? null,
      comment: said.comment === '' ? null : said.comment.toWellFormed(),
      correction: null,
      userId: claims.userId,
      source,
      judge: 'user',
      atMs: null,
    },
  }
}

function targetOf({ target }: FeedbackClaims): FeedbackTarget {
  const { traceId = null, spanId = null, conversationId = null, responseId = null, messageId = null } = target
  return { traceId, spanId, conversationId, responseId, messageId }
}

function withdrawal(claims: FeedbackClaims): FeedbackEvent {
  return { type: 'withdrawn', id: feedbackIdOf(claims) }
}

function saidInForm(request: Request): Said {
  const fields = formOf(request)
  const rating = thumbIn(fields['rating'])
  return {
    rating,
    // They are only asked for below a thumb that points down; without script they stay marked when it is turned.
    reasons: rating === 'negative' ? reasonCodes.filter((code) => fields[`reason_${code}`] !== undefined) : [],
    comment: (fields['comment'] ?? '').replaceAll('\r\n', '\n').trim().slice(0, MAX_COMMENT),
  }
}

function thumbIn(value: unknown): Thumb | null {
  return value === 'positive' || value === 'negative' ? value : null
}

function languageOf(request: Request): Language {
  const best = request.acceptsLanguages(...languages)
  return languages.find((language) => language === best) ?? 'en'
}

/** Whether the error says "not now". It is known by its name: the class belongs to the rooms that receive. */
function tellUnavailable(error: unknown, response: Response): boolean {
  if (!(error instanceof Error) || error.name !== 'UnavailableError') return false
  const seconds = 'retryAfterSeconds' in error && typeof error.retryAfterSeconds === 'number' ? error.retryAfterSeconds : 1
  response.set('Retry-After', String(seconds))
  return true
}
