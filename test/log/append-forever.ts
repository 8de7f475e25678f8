/** A process to kill: opens the log given as argument and appends without end, several at a time; prints each number that was acknowledged. */
import { openSqliteLog } from '../../src/log/sqlite-log.ts'

const log = await openSqliteLog({ path: process.argv[2] ?? '' })
process.stdout.write('open\n')

async function appendForever(writer: number): Promise<never> {
  for (let i = 0; ; i++) {
    const name = `${process.pid}/${writer}/${i}`
    const body = new TextEncoder().encode(`${name} ${'x'.repeat(2000)}`)
    const { seq } = await log.append({ kind: 'spans', format: 'protobuf', encoding: 'identity', body, deduplicate: true })
    process.stdout.write(`${seq} ${name}\n`)
  }
}

if (process.argv[3] !== 'hold') await Promise.all([0, 1, 2, 3].map(appendForever))
