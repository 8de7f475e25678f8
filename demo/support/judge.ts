/**
 * Online evaluation, as teams do it: of some answers another model says afterwards whether they help. Its verdict is sent as the conventions have it, as the event
 * `gen_ai.evaluation.result` in the context of what it judges; the calls that it takes are a run of their own.
 */
import { logs, ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api'
import { z } from 'zod'
import { agent, parse } from '../../src/sdk/index.ts'
import { type Asker, ask } from './ask.ts'
import { JUDGE, type Release } from './release.ts'

interface Verdict {
  readonly score: number
  readonly reason: string
}

const Verdict: z.ZodType<Verdict> = z.object({ score: z.number().min(0).max(1), reason: z.string() })

const prompt = `You judge answers of a shop's support agent. Does the answer help with what the customer asked, and is it about the order they asked about?
Answer with one JSON object and nothing else: {"score": from 0 for useless to 1 for fully, "reason": one sentence}`

export interface Judged {
  readonly question: string
  readonly answer: string
  readonly span: SpanContext
}

export async function judge(asker: Asker, release: Release, { question, answer, span }: Judged): Promise<void> {
  const { score, reason } = await agent(JUDGE, async () => {
    const { text } = await ask(asker, {
      model: release.models.judge,
      messages: [
        { role: 'system', content: prompt },
        { role: 'user', content: `The customer:\n${question}\n\nThe agent:\n${answer}` },
      ],
      response_format: { type: 'json_object' },
      temperature: 0,
    })
    return parse({ format: 'json' }, () => Verdict.parse(JSON.parse(text)))
  })
  logs.getLogger('support').emit({
    eventName: 'gen_ai.evaluation.result',
    context: trace.setSpanContext(ROOT_CONTEXT, span),
    attributes: {
      'gen_ai.evaluation.name': 'helpfulness',
      'gen_ai.evaluation.score.value': score,
      'gen_ai.evaluation.explanation': reason,
      'gen_ai.evaluation.evaluator.source': JSON.stringify({ name: 'LLMJudge', arguments: { model: release.models.judge } }),
    },
  })
}
