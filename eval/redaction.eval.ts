/** Redaction: on texts that others wrote and labelled, on invented keys, and on real chats that hold nothing to redact. */
import type { Evaluation } from './evaluation.ts'
import { evaluateChats } from './redaction/chats.ts'
import { evaluatePresidio } from './redaction/presidio.ts'
import { evaluateSecrets } from './redaction/found-secrets.ts'

export const evaluation: Evaluation = {
  name: 'redaction',
  question: 'Is what is personal or secret taken out of texts, and is everything else left as it is?',
  run: async (report) => {
    evaluateSecrets(report)
    evaluatePresidio(report)
    await evaluateChats(report)
  },
}
