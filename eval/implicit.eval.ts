/** Implicit signals: what users say about an answer by what they say next, against labels of our own, hand-written cases and turns that say nothing. */
import type { Evaluation } from './evaluation.ts'
import { evaluateAirline } from './implicit/airline.ts'
import { evaluateControls } from './implicit/controls.ts'
import { evaluateHandWritten } from './implicit/hand-written.ts'

export const evaluation: Evaluation = {
  name: 'implicit',
  question: 'Is it heard when users repeat, contradict, ask for a person or thank, and is everything else left alone?',
  run: async (report) => {
    evaluateHandWritten(report)
    await evaluateAirline(report)
    await evaluateControls(report)
  },
}
