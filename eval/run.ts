/** `npm run eval` runs all evaluations, `npm run eval -- <name>` some, `npm run eval -- --list` lists them. */
import { readdirSync } from 'node:fs'
import type { Evaluation, Report } from './evaluation.ts'

async function load(): Promise<readonly Evaluation[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.eval.ts'))
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<{ evaluation: Evaluation }>))
  return modules.map(({ evaluation }) => evaluation).sort((a, b) => a.name.localeCompare(b.name))
}

const report: Report = {
  line: (text) => process.stdout.write(`${text}\n`),
  table: (rows) => {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
    for (const row of rows) {
      const cells = row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      report.line(`  ${cells.join('   ')}`.trimEnd())
    }
  },
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const evaluations = await load()
const unknown = wanted.filter((name) => !evaluations.some((evaluation) => evaluation.name === name))
if (process.argv.includes('--list') || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`${unknown.join(', ')}: no such evaluation. There are:\n`)
  report.table(evaluations.map(({ name, question }) => [name, question]))
  process.exitCode = unknown.length > 0 ? 2 : 0
} else {
  for (const evaluation of evaluations) {
    if (wanted.length > 0 && !wanted.includes(evaluation.name)) continue
    report.line(`${evaluation.name}: ${evaluation.question}`)
    await evaluation.run(report)
  }
}
