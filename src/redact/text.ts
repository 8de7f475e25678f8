/** What a text is without secrets and personal data, JSON or not. */
import type { RedactionPattern } from '../model/redaction.ts'
import { customRule, type Replace } from './custom-rules.ts'
import { keyFormats } from './key-formats.ts'
import { namedSecrets } from './named-secrets.ts'
import { personalRules } from './personal-rules.ts'
import { phoneRules } from './phone.ts'
import { applyRules } from './rule.ts'
import { replaceKnownKeys } from './secretlint.ts'

/** Secrets first, because parts of them look like other things. */
const rules = [...keyFormats, ...namedSecrets, ...personalRules, ...phoneRules]

/** The patterns given come first: whoever writes one knows best. */
export function plainTextRedaction(patterns: readonly RedactionPattern[]): Replace {
  const custom = patterns.map(customRule)
  return (text) => {
    const rest = custom.reduce((before, replace) => replace(before), text)
    return applyRules(replaceKnownKeys(rest), rules)
  }
}
