/**
 * The rules of secretlint (https://github.com/secretlint/secretlint) for keys of known services. Its own core is asynchronous and the fold is not; for
 * texts the rules themselves are synchronous, so they are called directly, each set up once.
 */
import { rules } from '@secretlint/secretlint-rule-preset-recommend'
import type { SecretLintRuleContext, SecretLintSourceCode } from '@secretlint/types'
import { type Range, replaceRanges } from './rule.ts'

const prefix = '@secretlint/secretlint-rule-'

/** Rules that our own take the place of. */
const left: ReadonlySet<string> = new Set([
  // They take the whole address with a password in it; of ours the host stays readable.
  `${prefix}basicauth`,
  `${prefix}database-connection-string`,
  // A text that says what is not to be looked for.
  `${prefix}filter-comments`,
  // A hostile megabyte takes them 0.1 to 0.8 seconds.
  `${prefix}github`,
  `${prefix}npm`,
  `${prefix}sendgrid`,
])

let ranges: Range[] = []

const context: SecretLintRuleContext = {
  sharedOptions: {},
  createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
  report: ({ range: [start, end] }) => ranges.push({ start, end }),
  ignore: () => {},
}

const handlers = rules.filter(({ meta }) => !left.has(meta.id)).map((rule) => rule.create(context, {}))

/** `[secret]` in place of what a rule reports. */
export function replaceKnownKeys(text: string): string {
  ranges = []
  const source = sourceOf(text)
  for (const handler of handlers) {
    const pending = handler.file?.(source)
    if (pending !== undefined) throw new Error('redaction: a rule of secretlint would not answer at once')
  }
  return replaceRanges(text, ranges, '[secret]')
}

const noPosition = { line: 0, column: 0 }

/** Rules look at the content only, and at the name of the file for formats that texts do not have. */
function sourceOf(content: string): SecretLintSourceCode {
  return {
    hasBOM: false,
    content,
    filePath: undefined,
    physicalFilePath: undefined,
    contentType: 'text',
    ext: '',
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: () => [0, 0],
    rangeToLocation: () => ({ start: noPosition, end: noPosition }),
    positionToIndex: () => 0,
    indexToPosition: () => noPosition,
  }
}
