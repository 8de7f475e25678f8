/** How fast texts are redacted, by what is in them, beside how fast the same texts are read as JSON: that is what all of them cost anyway. */
import { createRedactor } from '../src/redact/redactor.ts'
import type { Benchmark } from './bench.ts'
import { cpuMsOf, median, ratioOf } from './spread.ts'

const ROUNDS = Number(process.env['BENCH_WINDOWS'] ?? 30)
const TEXTS = 200
const TEXT_LENGTH = 4_000
/** Reading them once is too short to be measured. */
const PARSES = 20
const BYTES_PER_MB = 1e6

const words =
  'please tell me where the order of last week is, it has not come and nobody has answered my mail about it yet.'.split(' ')

export const benchmark: Benchmark = {
  name: 'redaction',
  question: 'How fast are texts redacted, against reading the same texts as JSON?',
  run: async (report) => {
    const redactor = createRedactor({ mode: 'redacted', patterns: [] })
    const patterned = createRedactor({ mode: 'redacted', patterns: [{ name: 'customer', pattern: String.raw`\bCUST-\d{6}\b` }] })
    const prose = textsOf(() => '')
    const kinds: readonly (readonly [name: string, texts: readonly string[], redact: (text: string) => string])[] = [
      ['prose', prose, (text) => redactor.text(text)],
      ["prose, with a pattern of one's own", prose, (text) => patterned.text(text)],
      ['prose with many numbers', textsOf((place) => String((place * 7_919) % 1_000_003)), (text) => redactor.text(text)],
      ['prose with mails and phones', textsOf(personalWord), (text) => redactor.text(text)],
      ['JSON', prose.map((text) => JSON.stringify(rowsOf(text))), (text) => redactor.text(text)],
    ]
    const rows: (readonly string[])[] = [['', 'MB/s', 'time against JSON.parse']]
    for (const [name, texts, redact] of kinds) {
      report.progress(name)
      rows.push([name, ...(await measure(texts, redact))])
    }
    report.table(rows)
  },
}

async function measure(texts: readonly string[], redact: (text: string) => string): Promise<readonly string[]> {
  const quoted = texts.map((text) => JSON.stringify(text))
  const redacting: number[] = []
  const parsing: number[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const redacted = await cpuMsOf(() => texts.forEach(redact))
    const parsed = await cpuMsOf(() => {
      for (let time = 0; time < PARSES; time++) quoted.forEach((text) => JSON.parse(text))
    })
    // The first warms up.
    if (round === 0) continue
    redacting.push(redacted)
    parsing.push(parsed / PARSES)
  }
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return [(bytes / BYTES_PER_MB / (median(redacting) / 1e3)).toFixed(1), ratioOf(redacting, parsing)]
}

/** Texts no two of which are equal. `extra` gives every tenth word. */
function textsOf(extra: (place: number) => string): readonly string[] {
  return Array.from({ length: TEXTS }, (_, number) => {
    let text = `${number}`
    for (let place = 0; text.length < TEXT_LENGTH; place++)
      text += ` ${place % 10 === 9 ? extra(place + number) : (words[(place + number) % words.length] ?? '')}`
    return text
  })
}

function personalWord(place: number): string {
  return place % 2 === 0 ? `ann.${place}@shop.example` : `+49 30 90${String(100_000 + place)}`
}

function rowsOf(text: string): readonly object[] {
  return text.split(', ').map((said, id) => ({ id, role: 'user', said, isLast: false }))
}
