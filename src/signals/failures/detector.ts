/**
 * A failure detector names one kind of failure from its evidence; see docs/adding-a-failure-detector.md. Three shapes, because evidence stands in
 * three places: in a step's error, in how a step ended, in the shape of the whole run.
 */
import type { FailureKind } from '../../model/failure.ts'
import type { RunTree, TreeNode } from '../../model/run-tree.ts'
import type { Step, StepError, StepKind } from '../../model/step.ts'

/** An error made comparable: lower-cased, without stack trace, class name and HTTP status taken out of the front of the message. */
export interface ErrorText {
  /** Class names and codes, separated by blanks. */
  readonly type: string
  /**
   * What is said about the failure. On steps other than model calls only up to the first quotation mark, or to what a customer said: after it come
   * other people's words, such as an answer that did not parse.
   */
  readonly message: string
  /** The message without the names it quotes: an API that refuses a request names parts of it. */
  readonly ownWords: string
  readonly httpStatus: number | null
  /** True when it was a model's API that failed. Elsewhere plain words prove nothing: "refund forbidden" is no matter of API keys. */
  readonly isFromModel: boolean
}

/** Reads the error of a step that has GenAI meaning. */
export interface ErrorDetector {
  readonly kind: FailureKind
  matches(error: ErrorText, step: Step): boolean
}

/** Looks at one step that ended without an error; answers with the evidence in words. */
export interface StepDetector {
  readonly kind: FailureKind
  evidence(step: Step): string | null
}

/** The same for counted model calls only: their twins say the same again. */
export type CallDetector = StepDetector

/** Looks at the whole run; answers with the step it happened at and the evidence in words. */
export interface RunDetector {
  readonly kind: FailureKind
  find(tree: RunTree): Finding | null
}

export interface Finding {
  readonly node: TreeNode
  readonly evidence: string
  /** Later steps that would not have happened without the failure: what it wasted. */
  readonly wasted: readonly TreeNode[]
}

const modelKinds: ReadonlySet<StepKind> = new Set(['llm', 'embedding', 'rerank'])

/** Python prints an exception as `APITimeoutError: Request timed out.` */
const leadingClass = /^((?:[a-z_]\w{0,63}\.){0,8}[A-Z]\w{2,99}): /

/** SDKs put the status first: `429 Rate limit reached`, `Error code: 400 - {...}`, `[503 Service Unavailable]`. Not "500 orders failed". */
const leadingStatus = /^(?:(?:[Ee]rror code:|status_code:|[Ss]tatus code|HTTP) ([45]\d\d)\b|\[?([45]\d\d) (?=[A-Z{"]))/
/** Ollama's client puts it last. */
const trailingStatus = /\(status code: ([45]\d\d)\)$/
const stackStarts: readonly string[] = ['\n    at ', '\nTraceback (most recent call last)']

export function errorText(error: StepError, step: Step): ErrorText {
  const isFromModel = modelKinds.has(step.kind)
  const message = withoutStack(error.message ?? '')
  const className = leadingClass.exec(message)?.[1] ?? ''
  const text = className === '' ? message : message.slice(className.length + 2)
  const status = leadingStatus.exec(text) ?? trailingStatus.exec(text)
  const said = (isFromModel ? text : beforeOthers(text)).toLowerCase()
  return {
    type: `${error.type ?? ''} ${className}`.trim().toLowerCase(),
    message: said,
    ownWords: said.replaceAll(quotedName, ' '),
    httpStatus: error.httpStatus ?? (status === null ? null : Number(status[1] ?? status[2])),
    isFromModel,
  }
}

const othersWords =
  /"|\b(?:customer|user|caller|guest|patient|ticket) (?:says?|said|writes|wrote|reports?|reported|asks?|asked|complains?|complained)\b/i
/** In a sentence that goes on: `'code': 'content_filter'` is the API's own. */
const quotedName = /['"`][^'"`\s]{1,200}['"`](?= [a-z])/g

/** True when the error's type names one of the words, or a model's API says one of them. */
export function mentions(error: ErrorText, words: readonly string[]): boolean {
  return words.some((word) => error.type.includes(word) || (error.isFromModel && error.ownWords.includes(word)))
}

/** True when the error says one of the phrases, on whatever step: for wordings and codes that only an API or a framework writes. */
export function states(error: ErrorText, phrases: readonly string[]): boolean {
  return phrases.some((phrase) => error.type.includes(phrase) || error.message.includes(phrase))
}

/** Paths in a stack trace name files such as `p-timeout`. */
function withoutStack(message: string): string {
  let end = message.length
  for (const start of stackStarts) {
    const at = message.indexOf(start)
    if (at >= 0 && at < end) end = at
  }
  return message.slice(0, end)
}

function beforeOthers(text: string): string {
  const at = text.search(othersWords)
  return at < 0 ? text : text.slice(0, at)
}
