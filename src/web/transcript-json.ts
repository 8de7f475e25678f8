/** A transcript as the API shows it: its steps by span id, as the steps of the run are. */
import { z } from 'zod'
import type { KeptReason, MessagePart, MessageRole, MissingContent, Transcript } from '../model/transcript.ts'
import { formatTimeUs } from './times.ts'

interface MessageJson {
  readonly role: MessageRole
  readonly parts: readonly MessagePart[]
}

export interface TranscriptJson {
  readonly reason: KeptReason
  readonly keptAt: string
  readonly incomplete: Transcript['incomplete']
  readonly omittedSteps: number
  readonly steps: readonly {
    readonly spanId: string
    readonly input: readonly MessageJson[]
    readonly repeated: number
    readonly output: readonly MessageJson[]
    readonly isPartial: boolean
    readonly missing: MissingContent | null
  }[]
}

const text = z.string()
const maybe = z.string().nullable()

const part: z.ZodType<MessagePart> = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text }),
  z.strictObject({ type: z.literal('thought'), text }),
  z.strictObject({ type: z.literal('refusal'), text }),
  z.strictObject({
    type: z.literal('tool_call'),
    id: maybe,
    name: text,
    arguments: maybe.describe('JSON as text, or what was sent in its place.'),
  }),
  z.strictObject({ type: z.literal('tool_result'), id: maybe, name: maybe, text, isError: z.boolean() }),
  z.strictObject({ type: z.literal('media'), what: text }),
])

const messages = z.array(z.strictObject({ role: z.enum(['system', 'user', 'assistant', 'tool', 'other']), parts: z.array(part) }))

export const transcriptSchema: z.ZodType<TranscriptJson> = z
  .strictObject({
    reason: z.enum(['failed', 'rated', 'picked', 'sampled']).describe('Why it is kept.'),
    keptAt: z.iso.datetime(),
    incomplete: z
      .enum(['log_expired', 'content_off'])
      .nullable()
      .describe('What could not be read; null = all there was is here.'),
    omittedSteps: z.int().min(0).describe('Steps left out because the run is too long.'),
    steps: z.array(
      z.strictObject({
        spanId: text,
        input: messages.describe('What was new to the run in what went in.'),
        repeated: z.int().min(0).describe('Messages of the input that stand at earlier steps.'),
        output: messages,
        isPartial: z.boolean().describe('Something was sent that cannot be read whole.'),
        missing: z.enum(['not_sent', 'unreadable']).nullable(),
      }),
    ),
  })
  .describe('Redacted, as FLYWHEEL_CONTENT says.')

export function transcriptJson({ reason, keptAtMs, incomplete, omittedSteps, steps }: Transcript): TranscriptJson {
  return { reason, keptAt: formatTimeUs(keptAtMs * 1_000), incomplete, omittedSteps, steps }
}
