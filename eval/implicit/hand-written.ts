/** Cases written for the purpose, in fifteen languages, half of them traps. They show what the phrases are meant for, not how people speak. */
import type { ImplicitKind } from '../../src/model/implicit.ts'
import type { Report } from '../evaluation.ts'
import { share, type Verdict } from '../support/statistics.ts'
import { repeated, rephrased } from './cases/again.ts'
import { askedForHuman } from './cases/asked-for-human.ts'
import type { Cases } from './cases/case.ts'
import { contradicted } from './cases/contradicted.ts'
import { thanked } from './cases/thanked.ts'
import { heardIn } from './listening.ts'

const casesOf: readonly (readonly [kind: ImplicitKind, cases: Cases])[] = [
  ['repeated', repeated],
  ['rephrased', rephrased],
  ['contradicted', contradicted],
  ['asked_for_human', askedForHuman],
  ['thanked', thanked],
]

export function evaluateHandWritten(report: Report): void {
  report.line('\nhand-written pairs of turns in fifteen languages, with traps')
  const rows = casesOf.map(([kind, { yes, no }]) => [
    kind,
    ...precisionAndRecall([
      ...yes.map((texts) => ({ isThere: true, isFound: heardIn(texts).includes(kind) })),
      ...no.map((texts) => ({ isThere: false, isFound: heardIn(texts).includes(kind) })),
    ]),
  ])
  report.table([['signal', 'precision', 'recall'], ...rows])
  for (const [kind, { yes, no }] of casesOf) {
    for (const texts of yes) if (!heardIn(texts).includes(kind)) report.line(`  ${kind} missed: ${texts.join(' / ')}`)
    for (const texts of no) if (heardIn(texts).includes(kind)) report.line(`  ${kind} where there is none: ${texts.join(' / ')}`)
  }
}

export function precisionAndRecall(verdicts: readonly Verdict[]): readonly [precision: string, recall: string] {
  const found = verdicts.filter(({ isFound }) => isFound)
  const there = verdicts.filter(({ isThere }) => isThere)
  return [
    share(found.filter(({ isThere }) => isThere).length, found.length),
    share(there.filter(({ isFound }) => isFound).length, there.length),
  ]
}
