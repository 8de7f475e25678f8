import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'

import { expect, onTestFinished, test } from 'vitest'

import { LogDatabase } from '../../src/log/database.ts'
import { LogOpenError, LogUnavailableError } from '../../src/log/log.ts'
import { openSqliteLog } from '../../src/log/sqlite-log.ts'
import { entry, logPath, openLog, readAll, texts } from './setup.ts'

function startChild(...args: string[]): { child: ChildProcess; lines: AsyncIterator<string> } {
  const script = fileURLToPath(new URL('./append-forever.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

async function refusal(open: Promise<unknown>): Promise<LogOpenError> {
  const error = await open.catch((reason: unknown) => reason)
  if (!(error instanceof LogOpenError)) throw new Error(`Expected LogOpenError, got ${String(error)}`)
  return error
}

test('a log that another process has open is refused, and free again once that process is gone', async () => {
  const path = logPath()
  const { child, lines } = startChild(path, 'hold')
  expect((await lines.next()).value).toBe('open')
  const error = await refusal(openSqliteLog({ path }))
  expect(error.message).toBe(
    `${path} is in use by another process. Only one processor can own a data directory: stop the other one or choose another directory.`,
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect((await (await openLog({ path })).append(entry('a'))).seq).toBe(1)
})

test('a second log on the same file within this process is refused too, and leaves the first intact', async () => {
  const path = logPath()
  const log = await openLog({ path })
  await refusal(openSqliteLog({ path }))
  await log.append(entry('a'))
  expect(await texts(log)).toEqual(['1 a'])
})

test('a file of a newer version, of another program or of no database at all is refused and stays as it was', async () => {
  const newer = logPath()
  await (await openLog({ path: newer })).close()
  const db = new DatabaseSync(newer)
  db.exec('PRAGMA user_version = 2')
  db.close()
  expect((await refusal(openSqliteLog({ path: newer }))).message).toBe(
    `${newer} was written by a newer version of Agent Flywheel (log format 2, this one knows 1). Start that version.`,
  )

  const foreign = logPath()
  const other = new DatabaseSync(foreign)
  other.exec('CREATE TABLE something (a)')
  other.close()
  expect((await refusal(openSqliteLog({ path: foreign }))).message).toContain('is a SQLite database but not a log')

  const text = logPath()
  writeFileSync(text, 'not a database '.repeat(1000))
  expect((await refusal(openSqliteLog({ path: text }))).message).toBe(`${text} cannot be opened as a log: file is not a database`)

  const nowhere = `${logPath()}/missing/log.db`
  expect((await refusal(openSqliteLog({ path: nowhere }))).message).toContain('cannot be opened as a log')
  expect(existsSync(nowhere)).toBe(false)
})

test('a group that does not fit on the disk is refused as a whole: also what came before the entry that was too much', () => {
  const time = { wallMs: 1000, monotonicMs: 0 }
  const database = new LogDatabase(logPath(), time, 100)
  onTestFinished(() => database.close())
  database.append([{ type: 'append', entry: entry('kept'), time }])
  const group = [entry('small'), entry('x'.repeat(500_000)), entry('last')]
  expect(() => database.append(group.map((each) => ({ type: 'append', entry: each, time })))).toThrow('database or disk is full')
  expect(database.stats()).toEqual({ entries: 1, bytes: 4, firstSeq: 1, lastSeq: 1, lastAtMs: 1000 })
  expect(database.read(1, 10).map(({ seq }) => seq)).toEqual([1])
  expect(database.append([{ type: 'append', entry: entry('small'), time }])).toEqual([{ seq: 2, atMs: 1000, duplicate: false }])
})

test('an error that SQLite does not roll back by itself leaves nothing of its group either', () => {
  const time = { wallMs: 1000, monotonicMs: 0 }
  const database = new LogDatabase(logPath(), time, null)
  onTestFinished(() => database.close())
  const broken = entry('broken', { format: null as never })
  expect(() => database.append([entry('fine'), broken].map((each) => ({ type: 'append', entry: each, time })))).toThrow(
    'NOT NULL',
  )
  expect(database.read(1, 10)).toEqual([])
  expect(database.append([{ type: 'append', entry: entry('fine'), time }])).toEqual([{ seq: 1, atMs: 1000, duplicate: false }])
})

test('a full disk rejects appends as unavailable, and they go on once there is room', async () => {
  const log = await openLog({ path: logPath(), maxPages: 100 })
  for (let i = 0; i < 8; i++) await log.append(entry(`${i}`.repeat(40_000)))
  const full = new LogUnavailableError('The log cannot be read or written: database or disk is full')
  await expect(log.append(entry('x'.repeat(200_000)))).rejects.toThrow(full)
  expect(await log.stats()).toMatchObject({ entries: 8, bytes: 320_000, lastSeq: 8 })
  await log.trim({ belowSeq: 8, olderThanMs: Infinity, maxBytes: 0 })
  expect(await log.append(entry('x'.repeat(200_000)))).toMatchObject({ seq: 9, duplicate: false })
})

test('when the worker is gone, appends in flight and all later calls are rejected', async () => {
  let worker: Worker | undefined
  const remember = (started: Worker): void => void (worker = started)
  process.once('worker', remember)
  const log = await openLog({ path: logPath() })
  const inFlight = Promise.allSettled([log.append(entry('a')), log.append(entry('b'))])
  const terminated = worker!.terminate()
  const outcomes = (await inFlight).map((result) => (result.status === 'rejected' ? result.reason.name : 'kept'))
  expect(outcomes.every((outcome) => outcome === 'LogUnavailableError' || outcome === 'kept')).toBe(true)
  await terminated
  const gone = new LogUnavailableError("The log's worker thread ended. Restart the process.")
  await expect(log.append(entry('c'))).rejects.toThrow(gone)
  await expect(log.stats()).rejects.toThrow(gone)
  await expect(readAll(log)).rejects.toThrow(gone)
  await log.close()
})

test('close finishes the appends that were made before it; later ones are refused', async () => {
  const path = logPath()
  const log = await openLog({ path })
  const appends = Array.from({ length: 100 }, (_, i) => log.append(entry(`body ${i}`)))
  const closed = log.close()
  await expect(log.append(entry('late'))).rejects.toThrow(new LogUnavailableError('The log is closed.'))
  expect((await Promise.all(appends)).at(-1)).toMatchObject({ seq: 100 })
  await closed
  await log.close()
  expect((await (await openLog({ path })).stats()).entries).toBe(100)
})

test('every entry that was acknowledged is there after kill -9', async () => {
  const path = logPath()
  for (let round = 0; round < 3; round++) {
    const { child, lines } = startChild(path)
    const acknowledged: string[] = []
    await lines.next()
    const killAfter = 60 + round * 170
    for (let i = 0; i < killAfter; i++) acknowledged.push((await lines.next()).value)
    child.kill('SIGKILL')
    for (let rest = await lines.next(); rest.done !== true; rest = await lines.next()) acknowledged.push(rest.value)

    const log = await openSqliteLog({ path })
    const entries = await readAll(log)
    const held = new Set((await texts(log)).map((text) => text.slice(0, text.indexOf(' x'))))
    expect(acknowledged.filter((line) => /^\d+ \d+\/\d+\/\d+$/.test(line) && !held.has(line))).toEqual([])
    expect(acknowledged.length).toBeGreaterThanOrEqual(killAfter)
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1))
    expect(await log.stats()).toMatchObject({
      entries: entries.length,
      bytes: entries.reduce((sum, { body }) => sum + body.byteLength, 0),
    })
    await log.close()
  }
})
