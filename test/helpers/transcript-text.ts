/** A transcript as a text to be read by eye: what went in is marked `>`, what came out `<`. */
import type { RunRecord } from '../../src/model/run.ts'
import type { MessagePart, Transcript, TranscriptMessage } from '../../src/model/transcript.ts'

const MAX_TEXT = 160

export function transcriptText({ run, transcript }: { readonly run: RunRecord; readonly transcript: Transcript }): string {
  const byId = new Map(run.steps.map((step) => [step.spanId, step]))
  const lines = transcript.steps.flatMap((step) => {
    const { kind = '', name = '', parse = null } = byId.get(step.spanId) ?? {}
    const notes = [
      parse === null ? null : `${parse.format} ${parse.outcome}`,
      step.repeated === 0 ? null : `${step.repeated} repeated`,
      step.isPartial ? 'partial' : null,
      step.missing,
      run.failures
        .filter(({ spanId }) => spanId === step.spanId)
        .map(({ kind: failure }) => failure)
        .join(', ') || null,
    ].filter((note) => note !== null)
    return [
      `${kind} ${name}${notes.length === 0 ? '' : ` (${notes.join('; ')})`}`,
      ...step.input.flatMap((message) => messageLines('>', message)),
      ...step.output.flatMap((message) => messageLines('<', message)),
    ]
  })
  return lines.join('\n')
}

function messageLines(mark: string, { role, parts }: TranscriptMessage): readonly string[] {
  return parts.map((part) => `  ${mark} ${role}: ${partText(part)}`)
}

function partText(part: MessagePart): string {
  switch (part.type) {
    case 'tool_call':
      return `-> ${part.name}(${part.arguments === null ? '?' : short(part.arguments)})${idText(part.id)}`
    case 'tool_result':
      return `${part.isError ? 'error ' : ''}= ${short(part.text)}${idText(part.id)}`
    case 'media':
      return `[${part.what}]`
    case 'text':
      return short(part.text)
    case 'thought':
    case 'refusal':
      return `(${part.type}) ${short(part.text)}`
    default:
      return part satisfies never
  }
}

function idText(id: string | null): string {
  return id === null ? '' : ` #${id.slice(-6)}`
}

function short(text: string): string {
  const line = text.replaceAll('\n', '⏎')
  return line.length <= MAX_TEXT ? line : `${line.slice(0, MAX_TEXT)}… (${line.length})`
}
