/** What real users said to a bank's assistant, by phone. Nobody labelled personal data in it: whatever is changed is printed, for a person to judge. */
import { createRedactor } from '../../src/redact/redactor.ts'
import type { Report } from '../evaluation.ts'
import { bodiesOf, missingData } from '../support/labelled-data.ts'
import { share } from '../support/statistics.ts'

const DATA = 'finance-intents-dev'
const MAX_SHOWN = 20

/** The few fields of OTLP/JSON that lead to the texts. */
interface Body {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly { readonly attributes: readonly Attribute[] }[] }[]
  }[]
}

interface Attribute {
  readonly key: string
  readonly value: { readonly stringValue?: string }
}

export async function evaluateChats(report: Report): Promise<void> {
  report.line(`\n${DATA}: what real users said`)
  const missing = missingData(DATA)
  if (missing !== null) return report.line(`  ${missing}`)
  const redactor = createRedactor({ mode: 'redacted', patterns: [] })
  let texts = 0
  const changed: string[] = []
  for await (const bytes of bodiesOf(DATA)) {
    for (const text of messagesIn(JSON.parse(Buffer.from(bytes).toString('utf8')) as Body)) {
      texts += 1
      const left = redactor.text(text)
      if (left !== text) changed.push(left)
    }
  }
  report.line(`  changed: ${share(changed.length, texts)}`)
  for (const text of changed.slice(0, MAX_SHOWN)) report.line(`    ${text.slice(0, 200)}`)
}

function messagesIn({ resourceSpans }: Body): readonly string[] {
  const spans = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
  return spans.flatMap(({ attributes }) =>
    attributes.flatMap(({ key, value }) =>
      key.endsWith('.messages') && value.stringValue !== undefined ? [value.stringValue] : [],
    ),
  )
}
