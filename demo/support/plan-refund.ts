/** Refunds cost money, so a reasoning model decides first, in XML: the format that it keeps to best. */
import { parse } from '../../src/sdk/index.ts'
import { type Asker, ask } from './ask.ts'
import type { ChatMessage } from './chat-request.ts'
import type { Release } from './release.ts'
import type { Article } from './shop.ts'

export interface RefundPlan {
  readonly decision: string
  readonly reason: string
}

const prompt = `You decide about refunds of an online shop. Keep to the articles of the help center. Answer in this form and nothing else:
<plan><decision>refund, refuse or escalate</decision><reason>one sentence</reason></plan>`

export async function planRefund(
  asker: Asker,
  release: Release,
  messages: readonly ChatMessage[],
  found: readonly Article[],
): Promise<RefundPlan> {
  const { text } = await ask(asker, {
    model: release.models.plan,
    messages: [
      { role: 'system', content: `${prompt}\n\n${found.map((article) => `${article.title}: ${article.text}`).join('\n')}` },
      ...messages,
    ],
    reasoning_effort: 'low',
  })
  return parse({ format: 'xml' }, (attempt) => {
    // Models forget the last closing tag more often than any other.
    const whole = text.includes('</plan>')
    if (!whole) attempt.repaired()
    return { decision: element(text, 'decision'), reason: element(text, 'reason') }
  })
}

function element(xml: string, name: string): string {
  const content = new RegExp(`<${name}>([\\s\\S]*?)</${name}>`).exec(xml)?.[1]
  if (content === undefined) throw new Error(`expected <${name}> in the plan, got ${xml.length} characters without it`)
  return content.trim()
}
