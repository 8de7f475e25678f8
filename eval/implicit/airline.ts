/** 200 conversations with an airline's agent, a trace each, in English; the customer is played by a model. What the turns show we read ourselves. */
import type { ImplicitKind } from '../../src/model/implicit.ts'
import type { RunTurn } from '../../src/model/implicit.ts'
import { turnsOfRun } from '../../src/signals/implicit/turns.ts'
import type { Report } from '../evaluation.ts'
import { type JudgedRun, judgeBody } from '../support/judged-run.ts'
import { bodiesOf, labelsOf, missingData } from '../support/labelled-data.ts'
import { share, type Verdict } from '../support/statistics.ts'
import { askedForHumanLabels, contradictedLabels, rephrasedLabels, thankedLabels, type TurnLabels } from './airline-labels.ts'
import { precisionAndRecall } from './hand-written.ts'
import { Listener } from './listening.ts'

const DATA = 'airline-agent-dev'

const labelsOfKind: readonly (readonly [kind: ImplicitKind, labels: TurnLabels])[] = [
  // Nobody says the same twice, word for word.
  ['repeated', { shown: [], unclear: [] }],
  ['rephrased', rephrasedLabels],
  ['contradicted', contradictedLabels],
  ['asked_for_human', askedForHumanLabels],
  ['thanked', thankedLabels],
]

interface HeardTurn {
  readonly spanId: string
  readonly kinds: readonly ImplicitKind[]
}

interface HeardRun {
  readonly traceId: string
  readonly turns: readonly HeardTurn[]
}

export async function evaluateAirline(report: Report): Promise<void> {
  report.line(`\n${DATA}: turns of a played customer, labels of our own`)
  const missing = missingData(DATA)
  if (missing !== null) return report.line(`  ${missing}`)
  const runs: HeardRun[] = []
  for await (const body of bodiesOf(DATA)) for (const run of judgeBody(body)) runs.push(heard(run))
  const turns = runs.flatMap((run) => run.turns)
  report.line(`  ${runs.length} conversations, ${turns.length} turns`)
  report.table([
    ['signal', 'precision', 'recall'],
    ...labelsOfKind.map(([kind, labels]) => [kind, ...precisionAndRecall(verdictsOf(turns, kind, labels))]),
  ])
  for (const [kind, labels] of labelsOfKind) tellWrong(report, turns, kind, labels)
  await tellFailures(report, runs)
}

function heard(run: JudgedRun): HeardRun {
  const listener = new Listener()
  const said: readonly RunTurn[] = turnsOfRun(run.tree.nodes.map(({ step }) => step))
  return { traceId: run.traceId, turns: said.map(({ turn, spanId }) => ({ spanId, kinds: listener.hear(turn) })) }
}

function verdictsOf(turns: readonly HeardTurn[], kind: ImplicitKind, { shown, unclear }: TurnLabels): readonly Verdict[] {
  return turns
    .filter(({ spanId }) => !unclear.includes(spanId))
    .map(({ spanId, kinds }) => ({ isThere: shown.includes(spanId), isFound: kinds.includes(kind) }))
}

function tellWrong(report: Report, turns: readonly HeardTurn[], kind: ImplicitKind, { shown, unclear }: TurnLabels): void {
  const wrong = turns.filter(({ spanId, kinds }) => kinds.includes(kind) && !shown.includes(spanId) && !unclear.includes(spanId))
  if (wrong.length > 0) report.line(`  ${kind} where there is none: ${wrong.map(({ spanId }) => spanId).join(' ')}`)
}

interface RunLabel {
  readonly trace_id: string
  readonly failed: boolean
}

const negative: ReadonlySet<ImplicitKind> = new Set(['repeated', 'rephrased', 'contradicted', 'asked_for_human'])

/** What the signals say of the task, which is another matter: a customer may be content with a booking that the data base has wrong. */
async function tellFailures(report: Report, runs: readonly HeardRun[]): Promise<void> {
  const failed = new Set((await labelsOf<RunLabel>(DATA)).filter((label) => label.failed).map((label) => label.trace_id))
  const tell = (what: string, chosen: readonly HeardRun[]): void =>
    report.line(
      `  tasks that failed, ${what}: ${share(chosen.filter(({ traceId }) => failed.has(traceId)).length, chosen.length)}`,
    )
  tell('all', runs)
  tell(
    'of those with a negative signal',
    runs.filter(({ turns }) => turns.some(({ kinds }) => kinds.some((kind) => negative.has(kind)))),
  )
  tell(
    'of those with thanks and no negative signal',
    runs.filter(({ turns }) => {
      const kinds = turns.flatMap((turn) => turn.kinds)
      return kinds.includes('thanked') && !kinds.some((kind) => negative.has(kind))
    }),
  )
}
