/**
 * Asks recheck about every regular expression in src: none may take longer than linear time on a text that somebody else wrote. `npm run lint:regexes`,
 * which takes a minute or two. Those that recheck cannot judge in time are listed and pass; test/redact/time.test.ts measures those of the redactor.
 */
import { globSync, readFileSync } from 'node:fs'
import { parseSync, Visitor } from 'oxc-parser'
import { checkSync } from 'recheck'
import { accepted } from './regexes/accepted.ts'

interface Expression {
  readonly file: string
  readonly source: string
  readonly flags: string
}

const TIMEOUT_MS = 2_000

function expressionsIn(file: string): readonly Expression[] {
  const found: Expression[] = []
  const { program } = parseSync(file, readFileSync(file, 'utf8'))
  new Visitor({
    Literal: (node) => {
      if ('regex' in node) found.push({ file, source: node.regex.pattern, flags: node.regex.flags })
    },
  }).visit(program)
  return found
}

const expressions = globSync('src/**/*.{ts,js}').sort().flatMap(expressionsIn)
const wrong: string[] = []
const unknown: string[] = []
const met = new Set<(typeof accepted)[number]>()
for (const { file, source, flags } of expressions) {
  const verdict = checkSync(source, flags, { timeout: TIMEOUT_MS })
  const known = accepted.find((entry) => entry.file === file && source.startsWith(entry.start))
  if (known !== undefined) met.add(known)
  const line = `${file}: /${source.slice(0, 120)}/${flags}`
  if (verdict.status === 'unknown') unknown.push(line)
  if (verdict.status === 'vulnerable' && known === undefined) wrong.push(`${line}\n  ${verdict.complexity.summary}`)
}
const stale = accepted.filter((entry) => !met.has(entry))
for (const line of unknown) console.log(`not judged in ${TIMEOUT_MS / 1_000} s: ${line}`)
for (const line of wrong) console.error(`slow: ${line}`)
for (const { file, start } of stale) console.error(`accepted, but not there any more: ${file}: /${start}`)
console.log(
  `${expressions.length} regular expressions: ${wrong.length} slow, ${met.size} accepted, ${unknown.length} not judged in time`,
)
if (wrong.length + stale.length > 0) process.exitCode = 1
