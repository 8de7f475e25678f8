/**
 * The synthetic texts of presidio-research (Microsoft, MIT), which stand beside the project and are never copied into it. An entity is found when its
 * text is gone; it is whole when no piece of it is left either.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dataPath } from '../support/labelled-data.ts'
import { createRedactor } from '../../src/redact/redactor.ts'
import type { Report } from '../evaluation.ts'

interface Span {
  readonly entity_type: string
  readonly entity_value: string
}

interface Labelled {
  readonly full_text: string
  readonly spans: readonly Span[]
}

const file = process.env['FLYWHEEL_EVAL_PRESIDIO'] ?? dataPath('presidio-research/synth_dataset_v2.json')

/** What is promised, in percent. Other kinds are measured and nothing is promised: no pattern finds a name. */
const targets = new Map([
  ['EMAIL_ADDRESS', 99],
  ['CREDIT_CARD', 99],
  ['IBAN_CODE', 99],
  ['US_SSN', 99],
  ['IP_ADDRESS', 99],
  ['PHONE_NUMBER', 80],
])

const MAX_CHANGED_PERCENT = 2
const PIECE = 4

export function evaluatePresidio(report: Report): void {
  report.line('\npresidio-research: synthetic texts with labels')
  if (!existsSync(file)) {
    return report.line(
      `  skipped: no file ${file}. It is data/synth_dataset_v2.json of github.com/microsoft/presidio-research; FLYWHEEL_EVAL_PRESIDIO names another place`,
    )
  }
  const texts = JSON.parse(readFileSync(file, 'utf8')) as readonly Labelled[]
  const redactor = createRedactor({ mode: 'redacted', patterns: [] })
  const start = performance.now()
  const left = texts.map((text) => redactor.text(text.full_text))
  const msPerText = (performance.now() - start) / texts.length
  report.table([['entity', 'there', 'gone', 'recall %', 'whole', 'target %'], ...recallRows(texts, left)])
  const changed = (isCounted: (text: Labelled) => boolean): string => {
    const counted = texts.flatMap((text, index) => (isCounted(text) ? [text.full_text !== left[index]] : []))
    const share = (100 * counted.filter(Boolean).length) / counted.length
    return `${counted.filter(Boolean).length} of ${counted.length} (${share.toFixed(1)} %)`
  }
  report.line(
    `  changed, of texts without any entity: ${changed(({ spans }) => spans.length === 0)}, target ${MAX_CHANGED_PERCENT} % or less`,
  )
  report.line(
    `  changed, of texts without an entity that has a target: ${changed(({ spans }) => !spans.some((span) => targets.has(span.entity_type)))}`,
  )
  report.line(`  ${msPerText.toFixed(3)} ms a text, over ${texts.length} texts`)
}

function recallRows(texts: readonly Labelled[], left: readonly string[]): readonly string[][] {
  const kinds = new Map<string, { there: number; gone: number; whole: number }>()
  texts.forEach(({ spans }, index) => {
    const rest = left[index] ?? ''
    for (const { entity_type, entity_value } of spans) {
      const kind = kinds.get(entity_type) ?? { there: 0, gone: 0, whole: 0 }
      kinds.set(entity_type, kind)
      kind.there += 1
      kind.gone += rest.includes(entity_value) ? 0 : 1
      kind.whole += entity_value.split(/[^\p{L}\p{N}]+/u).some((piece) => piece.length >= PIECE && rest.includes(piece)) ? 0 : 1
    }
  })
  const order = [...targets.keys()]
  const place = (kind: string): number => (order.includes(kind) ? order.indexOf(kind) : order.length)
  return [...kinds]
    .sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
    .map(([kind, { there, gone, whole }]) => {
      const target = targets.get(kind)
      const recall = (100 * gone) / there
      const verdict = target === undefined ? '-' : `${target}${recall < target ? ' MISSED' : ''}`
      return [kind, String(there), String(gone), recall.toFixed(1), target === undefined ? '-' : String(whole), verdict]
    })
}
