/** How stored texts are redacted, as settings say it. */

/** `off`: no content is stored. `redacted`: what is found is replaced. `full`: stored as it is. The setting FLYWHEEL_CONTENT. */
export type ContentMode = 'off' | 'redacted' | 'full'

/** A pattern of one's own: what it matches becomes `[name]`. */
export interface RedactionPattern {
  readonly name: string
  /** In the syntax of RE2, so that its time grows linearly with the text. */
  readonly pattern: string
}

/** Changes whenever the same text would be redacted otherwise. Whoever passes redacted texts on says with which they were made. */
export const REDACTION_VERSION = 2
