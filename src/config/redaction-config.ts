/** `redaction` in flywheel.yaml: patterns of your own. They run on RE2, so what RE2 cannot read is refused here, with the reason it gives. */
import { RE2JS } from 're2js'
import { z } from 'zod'
import type { RedactionPattern } from '../model/redaction.ts'

const MAX_PATTERNS = 50
const MAX_CHARACTERS = 1_000
/** Instructions of the compiled pattern. Time grows with the text and with these. */
const MAX_SIZE = 500

const nameExpected = 'lower-case letters, digits, _ and -, beginning with a letter, at most 32'
const patternExpected = `a regular expression in the syntax of RE2, of at most ${MAX_CHARACTERS} characters`

const patternSchema = z
  .strictObject(
    {
      name: z
        .string({ error: nameExpected })
        .regex(/^[a-z][a-z0-9_-]{0,31}$/, { error: nameExpected })
        .describe('What stands in place of a match, in brackets: `employee_id` becomes `[employee_id]`.'),
      pattern: z
        .string({ error: patternExpected })
        .max(MAX_CHARACTERS, { error: patternExpected })
        .describe(
          'What to look for, in the [syntax of RE2](https://github.com/google/re2/wiki/Syntax): no look-around, no back references, `(?i)` for either ' +
            'case. Searched before everything that is built in, in texts and in names.',
        ),
    },
    { error: 'a pattern with a name' },
  )
  .check(isUsable)

const patternsSchema = z
  .array(patternSchema, { error: 'a list of patterns' })
  .max(MAX_PATTERNS, { error: `at most ${MAX_PATTERNS} patterns` })
  .default([])
  .describe('Patterns of your own, for what only you have: numbers of employees, patients, contracts.')

export const redactionSchema: z.ZodType<readonly RedactionPattern[]> = z
  .strictObject({ patterns: patternsSchema }, { error: 'a mapping with patterns' })
  .transform(({ patterns }) => patterns)

/** Keys of the section for the documentation. */
export const redactionKeys: Readonly<Record<string, z.ZodType>> = {
  patterns: patternsSchema,
  'patterns[].name': patternSchema.shape.name,
  'patterns[].pattern': patternSchema.shape.pattern,
}

function isUsable({ value: { pattern }, issues }: z.core.ParsePayload<RedactionPattern>): void {
  const problem = pattern.length > MAX_CHARACTERS ? null : problemOf(pattern)
  if (problem !== null) issues.push({ code: 'custom', path: ['pattern'], message: problem, input: pattern })
}

function problemOf(pattern: string): string | null {
  try {
    const compiled = RE2JS.compile(pattern)
    if (compiled.programSize() > MAX_SIZE) return 'a smaller pattern: counted repetitions multiply'
    return compiled.matches('') ? 'a pattern that does not match the empty text' : null
  } catch (error) {
    return `a regular expression in the syntax of RE2 (${error instanceof Error ? error.message : String(error)})`
  }
}
