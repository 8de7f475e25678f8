/** Builders and a folder of its own for each test of the log. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import type { Log } from '../../src/log/log.ts'
import { openSqliteLog, type SqliteLogOptions } from '../../src/log/sqlite-log.ts'
import type { LogEntry, NewEntry } from '../../src/model/entry.ts'

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function entry(text: string, changes: Partial<NewEntry> = {}): NewEntry {
  return { kind: 'spans', format: 'protobuf', encoding: 'gzip', body: bytes(text), deduplicate: true, ...changes }
}

/** Path of a log file that is deleted after the test. */
export function logPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-log-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'log.db')
}

/** Opens a log and closes it after the test. */
export async function openLog(options: SqliteLogOptions): Promise<Log> {
  const log = await openSqliteLog(options)
  onTestFinished(() => log.close())
  return log
}

export async function readAll(log: Log, fromSeq = 1): Promise<LogEntry[]> {
  const entries: LogEntry[] = []
  for await (const batch of log.read(fromSeq)) entries.push(...batch)
  return entries
}

/** What `readAll` gives, short enough to compare. */
export async function texts(log: Log, fromSeq = 1): Promise<string[]> {
  return (await readAll(log, fromSeq)).map(({ seq, body }) => `${seq} ${new TextDecoder().decode(body)}`)
}
