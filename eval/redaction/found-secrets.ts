/** Invented keys of many services: how many are found by secretlint's rules alone, and how many with ours. */
import { createRedactor } from '../../src/redact/redactor.ts'
import { replaceKnownKeys } from '../../src/redact/secretlint.ts'
import type { Report } from '../evaluation.ts'
import { share } from '../support/statistics.ts'
import { type SecretKind, secretKinds } from './secrets.ts'

const redactor = createRedactor({ mode: 'redacted', patterns: [] })

/** Long enough that no other word of the sentence is one. */
const PIECE = 8

export function evaluateSecrets(report: Report): void {
  report.line(`\nsecrets: ${secretKinds.length} kinds, one invented key each, in a sentence`)
  const alone = missedBy(replaceKnownKeys)
  const together = missedBy((text) => redactor.text(text))
  const row = (name: string, missed: readonly SecretKind[]): string[] => [
    name,
    share(secretKinds.length - missed.length, secretKinds.length),
  ]
  report.table([['rules', 'found'], row('those of secretlint that we use', alone), row('with ours (target 95 %)', together)])
  report.line(`  missed: ${together.map(({ kind }) => kind).join(', ') || 'none'}`)
  report.line(`  missed by secretlint: ${alone.map(({ kind }) => kind).join(', ')}`)
}

function missedBy(redact: (text: string) => string): readonly SecretKind[] {
  return secretKinds.filter(({ secret, text }) => {
    const left = redact(text)
    return left.includes(secret) || secret.split(/[^A-Za-z0-9]+/).some((piece) => piece.length >= PIECE && left.includes(piece))
  })
}
