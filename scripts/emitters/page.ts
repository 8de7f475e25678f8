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
`
}

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
