/** docs/emitters.md from the rows beside this file: a table of marks, and below it the reasons. */
import { columns, type Cell, type Emitter, type UnseenEmitter } from './emitter.ts'

export function emittersPage(notice: string, seen: readonly Emitter[], unseen: readonly UnseenEmitter[]): string {
  const rows = seen.map((emitter) => [emitter.name, ...columns.map((column) => mark(emitter[column]))])
  return `${notice}
# Emitters

Source: \`scripts/emitters\`. What each instrumentation puts on the wire and is read: from captured bytes, against the truth of the model server that
answered. "partly" has its reason below the table; a dash is what the emitter never sends, so nobody can know it.

- **calls**: every attempt at a model call, once; attempts that a client library makes by itself are one call with most emitters, and what they recovered from
  is not sent. **tokens**: input and output, inclusive. **cache**: tokens that a cache served or took in.
- **cost**: a cost that the emitter states itself; ours is computed from tokens for all of them.
- **tools**: runs of tools with their outcome. **content**: messages, so that transcripts and failures that stand in them can be found.
- **conversation**, **user**: as the application names them. **failures**: what went wrong, with its kind.

${table(['emitter', ...columns], rows)}
## What "partly" means

${seen
  .map(reasons)
  .filter((text) => text !== '')
  .join('\n')}
## Seen on the wire

${table(
  ['emitter', 'versions'],
  seen.map(({ name, packages }) => [name, packages]),
)}
## Not yet seen on the wire

Read as their documentation and source code say. Whoever sends us bytes of one finds what is wrong within a day.

${table(
  ['emitter', 'read by', 'note'],
  unseen.map(({ name, dialect, note }) => [name, `\`${dialect}\``, note]),
)}
Anything else with spans in the shape of the GenAI conventions is read by \`otel-genai\`; spans without GenAI meaning hold the tree together.

## Feedback

Whatever the emitter: what comes with telemetry is read as it comes, joined to its run and counted once.

${feedback}
What Langfuse's clients send to \`/api/public/scores\` and \`/api/public/ingestion\` is taken there, with the ingest token as the secret key: give them this
address and nothing else. Scores of LangSmith, MLflow, Phoenix, Traceloop, Datadog and TensorZero go to their own APIs and not into telemetry: send them
to \`POST /v1/feedback\` instead.

Feedback may name a message of the chat. Its id is read from \`flywheel.message.id\` (what \`withContext({ messageId })\` sets) and \`gen_ai.message.id\` on any span,
and from \`message_id\` or \`messageId\` among the metadata of Langfuse, Traceloop, LangSmith, the AI SDK, Mastra, OpenInference and MLflow.
`
}

const feedback = table(
  ['carrier', 'about', 'who judged'],
  [
    [
      'log record or span event `gen_ai.evaluation.result`',
      'its span, `gen_ai.response.id`, conversation or message',
      '`microsoft.gen_ai.human_evaluation.source`, Pydantic’s `gen_ai.evaluation.evaluator.source`; else unknown',
    ],
    ['`gen_ai.evaluation.user_feedback`, -1 to 1, comment in the body', 'the same', 'the user'],
    ['a list of results in one record (`gen_ai.evaluation.results`)', 'the same', 'unknown'],
    [
      'OpenInference: `annotations.0.annotation.*`, `evaluations.0.evaluation.*`, with `trace.` or `session.` before them',
      'the span, its trace or `session.id`; on a span made for it, what its one link leads to',
      '`annotator_kind`; HUMAN is a user where the name asks users, else unknown',
    ],
  ],
)

function mark(cell: Cell): string {
  if (cell === 'yes') return 'yes'
  return cell === 'not sent' ? '–' : 'partly'
}

function reasons(emitter: Emitter): string {
  const partly = columns.flatMap((column) => {
    const cell = emitter[column]
    return cell.startsWith('partly: ') ? [`  - ${column}: ${cell.slice('partly: '.length)}`] : []
  })
  return partly.length === 0 ? '' : `- **${emitter.name}**\n${partly.join('\n')}\n`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('')
}
