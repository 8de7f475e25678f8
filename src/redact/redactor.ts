/** The redactor: takes personal data and secrets out of everything before it is stored or shown. Names of people are not found. */
import type { FeedbackRecord } from '../model/feedback.ts'
import { type ContentMode, REDACTION_VERSION, type RedactionPattern } from '../model/redaction.ts'
import type { RunFailure, RunRecord } from '../model/run.ts'
import type { Transcript, TranscriptMessage } from '../model/transcript.ts'
import { cut } from './cut.ts'
import type { Replace } from './custom-rules.ts'
import { redactJson } from './json-text.ts'
import { redactFailure, redactFeedback, redactRun, type TextRedaction } from './of-run.ts'
import { redactMessage, redactTranscript } from './of-transcript.ts'
import { plainTextRedaction } from './text.ts'

export interface RedactorOptions {
  readonly mode: ContentMode
  readonly patterns: readonly RedactionPattern[]
}

/**
 * With `full` everything stays as it is. With `redacted` what was found is replaced by `[email]`, `[phone]`, `[card]`, `[iban]`, `[ssn]`, `[ip]`,
 * `[secret]` or the name of a pattern of one's own. With `off` contents are empty and names are redacted. Equal for equal input, and synchronous.
 */
export interface Redactor {
  readonly mode: ContentMode
  /** Of the rules; patterns of one's own are not part of it. */
  readonly version: number
  /** Content. A longer one is cut between words first; JSON that is not cut stays JSON. Default: no limit. */
  text(text: string, maxLength?: number): string
  /** Kept with `off` too: names of steps, tools, libraries. */
  name(name: string): string
  run(run: RunRecord): RunRecord
  failure(failure: RunFailure): RunFailure
  feedback(record: FeedbackRecord): FeedbackRecord
  message(message: TranscriptMessage, maxLength?: number): TranscriptMessage
  transcript(transcript: Transcript, maxLength?: number): Transcript
}

export function createRedactor({ mode, patterns }: RedactorOptions): Redactor {
  if (mode === 'full') return unredacted
  const redactPlain = plainTextRedaction(patterns)
  const redactAny: Replace = (text) => redactJson(text, redactPlain) ?? redactPlain(text)
  const content = mode === 'off' ? () => '' : (text: string, maxLength: number) => redactAny(cut(text, maxLength))
  const by: TextRedaction = { content, name: remembered(redactPlain) }
  return {
    mode,
    version: REDACTION_VERSION,
    text: (text, maxLength = Infinity) => content(text, maxLength),
    name: by.name,
    run: (run) => redactRun(run, by),
    failure: (failure) => redactFailure(failure, by),
    feedback: (record) => redactFeedback(record, by),
    message: (message, maxLength = Infinity) => redactMessage(message, by, maxLength),
    transcript: (transcript, maxLength = Infinity) => redactTranscript(transcript, by, maxLength),
  }
}

const unredacted: Redactor = {
  mode: 'full',
  version: REDACTION_VERSION,
  text: (text) => text,
  name: (name) => name,
  run: (run) => run,
  failure: (failure) => failure,
  feedback: (record) => record,
  message: (message) => message,
  transcript: (transcript) => transcript,
}

const MAX_REMEMBERED = 10_000
const MAX_NAME_LENGTH = 4_000

/** Steps have a dozen names each, and of the same few thousands. */
function remembered(redact: Replace): Replace {
  const known = new Map<string, string>()
  return (name) => {
    const before = known.get(name)
    if (before !== undefined) return before
    const redacted = redact(cut(name, MAX_NAME_LENGTH))
    if (known.size >= MAX_REMEMBERED) known.clear()
    // Long ones are hardly names, and would fill the memory.
    if (name.length <= 256) known.set(name, redacted)
    return redacted
  }
}
