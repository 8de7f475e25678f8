/** `npm run bench` runs all benchmarks, `npm run bench -- <name>` one, `npm run bench -- --list` lists them. A benchmark is a file beside this one. */
import { readdirSync } from 'node:fs'
import { cpus } from 'node:os'
import type { Benchmark, Report } from './bench.ts'

const notBenchmarks = new Set(['run.ts', 'bench.ts', 'otlp.ts', 'spread.ts'])

async function load(): Promise<readonly Benchmark[]> {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !notBenchmarks.has(file))
  const modules = await Promise.all(files.map((file) => import(`./${file}`) as Promise<{ benchmark: Benchmark }>))
  return modules.map(({ benchmark }) => benchmark).sort((a, b) => a.name.localeCompare(b.name))
}

const report: Report = {
  line: (text) => {
    report.progress('')
    process.stdout.write(`${text}\n`)
  },
  table: (rows) => {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
    for (const row of rows) {
      const cells = row.map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      report.line(`  ${cells.join('   ')}`.trimEnd())
    }
  },
  progress: (text) => {
    if (process.stdout.isTTY) process.stdout.write(`\r\u001B[2K${text}`)
  },
}

const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const benchmarks = await load()
const unknown = wanted.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name))
if (process.argv.includes('--list') || unknown.length > 0) {
  if (unknown.length > 0) process.stderr.write(`${unknown.join(', ')}: no such benchmark. There are:\n`)
  report.table(benchmarks.map(({ name, question }) => [name, question]))
  process.exitCode = unknown.length > 0 ? 2 : 0
} else {
  report.line(`Node ${process.versions.node}, ${cpus().length} cores (${cpus()[0]?.model.trim() ?? 'unknown'})`)
  for (const benchmark of benchmarks) {
    if (wanted.length > 0 && !wanted.includes(benchmark.name)) continue
    report.line(`\n${benchmark.name}: ${benchmark.question}`)
    await benchmark.run(report)
  }
}
