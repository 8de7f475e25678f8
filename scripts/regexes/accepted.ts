/** Regular expressions that recheck calls slow and that never meet a text long enough, or are linear after all; each with the reason. */

export interface Accepted {
  readonly file: string
  /** How the expression begins. */
  readonly start: string
  readonly why: string
}

const names = 'names are at most 128 characters'

export const accepted: readonly Accepted[] = [
  { file: 'src/config/values.ts', start: String.raw`\/+$`, why: 'an address in the configuration' },
  { file: 'src/dialects/openai-agents-error.ts', start: String.raw` +(\w)`, why: 'a sentence cut to 64 characters' },
  { file: 'src/dialects/semantic-kernel.ts', start: '[0-9a-f]{32}$', why: names },
  {
    file: 'src/dialects/messages/failed-result.ts',
    start: String.raw`(?:\n\s{0,40}at `,
    why: 'what follows a match is the rest of the text, so there is one; a hostile megabyte takes 0.5 s',
  },
  { file: 'src/init/env-file.ts', start: '^[ \\t]*(?:export', why: 'a file of the person who runs it' },
  { file: 'src/model/names.ts', start: '[？؟]', why: names },
  { file: 'src/model/names.ts', start: String.raw`\s*[([{]`, why: names },
  { file: 'src/model/names.ts', start: '[ _.:/#@-]+\\d{3,}$', why: names },
  { file: 'src/model/names.ts', start: '^[ _.:/#@-]+', why: names },
  { file: 'src/model/tool-failure.ts', start: 'validation errors? for (', why: 'error messages are at most 1,000 characters' },
  { file: 'src/signals/cost/model-name.ts', start: ':([a-z-]+)', why: names },
  { file: 'src/signals/failures/schema-error.ts', start: String.raw`(?:^|[ .])(?:\w*schema`, why: names },
  {
    file: 'src/redact/named-secrets.ts',
    start: String.raw`\b([a-z][a-z0-9+.-]{0,20}:`,
    why: 'every repetition is bounded; test/redact/time.test.ts measures it',
  },
  { file: 'src/redact/named-secrets.ts', start: String.raw`[\w.-]*$`, why: '24 characters' },
  {
    file: 'src/redact/named-secrets.ts',
    start: '(?:idempotency|',
    why: 'a name of at most 24 characters and what assigns to it',
  },
  { file: 'src/sdk/feedback-link.ts', start: String.raw`\/+$`, why: 'an address in the configuration' },
  { file: 'src/web/pages/site.ts', start: String.raw`\/+$`, why: 'an address in the configuration' },
  { file: 'src/web/problem.ts', start: String.raw`\bexpected `, why: 'messages of zod' },
  { file: 'src/web/proxy-user.ts', start: '%.*$', why: 'addresses of sockets' },
]
