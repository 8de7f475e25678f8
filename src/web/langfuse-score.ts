/** A score as Langfuse's clients send it, and what it is here. What there is no place for (config, environment, metadata, queue) is left out. */
import { z } from 'zod'
import { FEEDBACK_LIMITS, type Feedback, type FeedbackTarget, type Judge, noTarget } from '../model/feedback.ts'

const dataTypes = ['NUMERIC', 'CATEGORICAL', 'BOOLEAN', 'TEXT', 'CORRECTION'] as const
type DataType = (typeof dataTypes)[number]

const sources = ['API', 'ANNOTATION', 'EVAL'] as const

const key = z.string({ error: 'an id' }).max(FEEDBACK_LIMITS.key, { error: `at most ${FEEDBACK_LIMITS.key} characters` })

const valueExpected = 'a number, a boolean, or a text for CATEGORICAL, TEXT and CORRECTION'

type Optional<Value> = Value | null | undefined

export interface Score {
  readonly id?: Optional<string>
  readonly traceId?: Optional<string>
  readonly observationId?: Optional<string>
  readonly sessionId?: Optional<string>
  readonly datasetRunId?: Optional<string>
  readonly name: string
  readonly value: string | number | boolean
  readonly dataType?: Optional<DataType>
  readonly comment?: Optional<string>
  readonly source?: Optional<(typeof sources)[number]>
  readonly timestamp?: Optional<string>
}

export const scoreSchema: z.ZodType<Score> = z
  .object(
    {
      id: key.nullish().describe('The same id with another value replaces the first. Default: a new one.'),
      traceId: key
        .nullish()
        .describe('Trace id of the run, 32 hexadecimal digits; any other id is taken for a message of the chat.'),
      observationId: key.nullish().describe('Span id of a step, 16 hexadecimal digits.'),
      sessionId: key.nullish().describe('Conversation id.'),
      datasetRunId: key.nullish(),
      name: z
        .string({ error: 'a name' })
        .min(1, { error: 'a name' })
        .max(FEEDBACK_LIMITS.name, { error: `at most ${FEEDBACK_LIMITS.name} characters` }),
      value: z.union([z.number(), z.boolean(), z.string()], { error: valueExpected }),
      dataType: z.enum(dataTypes, { error: `one of ${dataTypes.join(', ')}` }).nullish(),
      comment: z.string({ error: 'a text' }).nullish(),
      source: z.enum(sources, { error: `one of ${sources.join(', ')}` }).nullish(),
      timestamp: z.string({ error: 'a time' }).nullish().describe('When it was said. Default: now.'),
    },
    { error: 'a score' },
  )
  .check(({ value: score, issues }) => {
    const { value, label } = valuesOf(score)
    if (value === undefined) {
      const message = `a value that is ${valueOfType[typeOf(score)]}`
      issues.push({ code: 'custom', path: ['value'], message, input: score.value })
    } else if (label !== null && label.length > FEEDBACK_LIMITS.label) {
      issues.push({ code: 'custom', path: ['value'], message: `at most ${FEEDBACK_LIMITS.label} characters`, input: score.value })
    }
    if (isAbsent(score.traceId) && isAbsent(score.sessionId)) {
      const message = 'traceId or sessionId: runs of datasets and scores without a target are not taken here'
      issues.push({ code: 'custom', path: ['traceId'], message, input: score.traceId })
    }
  })

type ScoreValue = Pick<Score, 'value' | 'dataType'>

const valueOfType: Readonly<Record<DataType, string>> = {
  NUMERIC: 'a number',
  BOOLEAN: '0, 1, true or false',
  CATEGORICAL: 'a text',
  TEXT: 'a text',
  CORRECTION: 'a text',
}

function isAbsent(id: Optional<string>): boolean {
  return id === undefined || id === null || id === ''
}

/** As Langfuse does where nothing is said. */
function typeOf({ value, dataType }: ScoreValue): DataType {
  if (dataType !== undefined && dataType !== null) return dataType
  if (typeof value === 'string') return 'CATEGORICAL'
  return typeof value === 'boolean' ? 'BOOLEAN' : 'NUMERIC'
}

interface Values extends Pick<Feedback, 'score' | 'label' | 'comment' | 'correction'> {
  /** Undefined where it does not fit its type. */
  readonly value: string | number | undefined
}

function valuesOf(score: ScoreValue): Values {
  const type = typeOf(score)
  const isText = type !== 'NUMERIC' && type !== 'BOOLEAN'
  const value = isText ? textOf(score.value) : numberOf(score.value, type)
  const text = typeof value === 'string' ? value : null
  return {
    value,
    score: typeof value === 'number' ? value : null,
    label: type === 'CATEGORICAL' ? text : null,
    comment: type === 'TEXT' ? text : null,
    correction: type === 'CORRECTION' ? text : null,
  }
}

function textOf(value: Score['value']): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

function numberOf(value: Score['value'], type: DataType): number | undefined {
  const number = type === 'BOOLEAN' && typeof value === 'boolean' ? Number(value) : value
  if (typeof number !== 'number') return undefined
  return type === 'BOOLEAN' && number !== 0 && number !== 1 ? undefined : number
}

/** `ofEvent`: when the event that brings it was made; its own time goes before that. */
export function feedbackOf(score: Score, id: string, ofEvent: Optional<string> = null): Feedback {
  const { score: number, label, comment, correction } = valuesOf(score)
  const comments = [comment, score.comment ?? null].filter((text) => text !== null && text.trim() !== '')
  return {
    id,
    target: targetOf(score),
    name: score.name,
    score: number,
    scale: null,
    label,
    rating: null,
    comment: comments.length === 0 ? null : comments.join('\n').slice(0, FEEDBACK_LIMITS.text),
    correction: correction?.slice(0, FEEDBACK_LIMITS.text) ?? null,
    userId: null,
    source: 'api',
    judge: judgeOf(score),
    atMs: timeOf(score.timestamp) ?? timeOf(ofEvent),
  }
}

function timeOf(text: Optional<string>): number | null {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? null : ms
}

const traceIdShape = /^[0-9a-f]{32}$/
const spanIdShape = /^[0-9a-f]{16}$/
const uuidShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Clients before OpenTelemetry made ids of their own, and many chats gave them the id of a message. So an id that is none of OpenTelemetry's is looked
 * for among messages; of a UUID the digits may be the trace's, too.
 */
function targetOf({ traceId, observationId, sessionId }: Score): FeedbackTarget {
  const conversationId = isAbsent(sessionId) ? null : (sessionId ?? null)
  if (traceId === undefined || traceId === null || traceId === '') return { ...noTarget, conversationId }
  const id = traceId.toLowerCase()
  if (!traceIdShape.test(id)) {
    return { ...noTarget, traceId: uuidShape.test(id) ? id.replaceAll('-', '') : null, conversationId, messageId: traceId }
  }
  const spanId = observationId?.toLowerCase() ?? ''
  return { ...noTarget, traceId: id, spanId: spanIdShape.test(spanId) ? spanId : null, conversationId }
}

/** Names by which people ask users; everything else that comes through an API may be of a program. */
const asksUsers = /\b(?:end )?(?:user|customer)s? (?:feedback|ratings?|thumbs?|votes?|reactions?)\b/

function judgeOf({ source, name }: Score): Judge {
  if (source === 'ANNOTATION') return 'reviewer'
  if (source === 'EVAL') return 'model'
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[^A-Za-z]+/g, ' ')
  return asksUsers.test(words.toLowerCase()) ? 'user' : 'unknown'
}
