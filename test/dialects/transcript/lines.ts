/** Content as short lines, `> user: hi`, `< assistant: (thought) hm`; a partial one ends in `partial`. */
import { readSpanContent } from '../../../src/dialects/transcript/span-content.ts'
import type { MessagePart, StepContent, TranscriptMessage } from '../../../src/model/transcript.ts'
import { type AttributeValues, span, type SpanParts } from '../../helpers/steps.ts'

export function linesOf(content: Pick<StepContent, 'input' | 'output' | 'isPartial'> | null): readonly string[] {
  if (content === null) return []
  const { input, output, isPartial } = content
  return [
    ...input.flatMap((message) => lines('>', message)),
    ...output.flatMap((message) => lines('<', message)),
    ...(isPartial ? ['partial'] : []),
  ]
}

/** What is said at a span with these attributes. */
export function saidAt(attributes: AttributeValues, over: SpanParts = {}): readonly string[] {
  return linesOf(readSpanContent(span({ ...over, attributes })))
}

/** Of a call in plain conventions. */
export function saidInCall(attributes: AttributeValues, over: SpanParts = {}): readonly string[] {
  return saidAt({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm', ...attributes }, over)
}

function lines(mark: string, { role, parts }: TranscriptMessage): readonly string[] {
  return parts.map((part) => `${mark} ${role}: ${partText(part)}`)
}

function partText(part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return part.text
    case 'tool_call':
      return `${part.name}(${part.arguments ?? '?'}) #${part.id}`
    case 'tool_result':
      return `${part.isError ? 'error ' : ''}${part.name ?? ''}=${part.text} #${part.id}`
    case 'media':
      return `[${part.what}]`
    case 'thought':
    case 'refusal':
      return `(${part.type}) ${part.text}`
    default:
      return part satisfies never
  }
}
