/** The command `import` against the real routes: what it says, and with what it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { importNotes } from '../../src/import/import-notes.ts'
import { notesApp } from '../web/notes-app.ts'

interface Outcome {
  readonly code: number
  readonly said: readonly string[]
  readonly complained: readonly string[]
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'flywheel-import-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Paths of the folder are cut out of what was said. */
async function run(dir: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<Outcome> {
  const said: string[] = []
  const complained: string[] = []
  const short = (line: string): string => line.replaceAll(`${dir}/`, '')
  const terminal = {
    say: (line: string) => void said.push(short(line)),
    complain: (line: string) => void complained.push(short(line)),
  }
  const code = await importNotes(
    args.map((arg) => (/^[\w.-]+\.\w+$/.test(arg) ? join(dir, arg) : arg)),
    terminal,
    env,
  )
  return { code, said, complained }
}

test('says file by file what became of it; the second time nothing is new', async () => {
  const { listener, notes } = await notesApp()
  const env = { FLYWHEEL_PUBLIC_URL: await served(listener) }
  const dir = folder()
  writeFileSync(join(dir, 'a.csv'), 'id,comment,date,shop\n1,One,2026-01-30,x\n2,Two,someday,x\n')
  writeFileSync(join(dir, 'call.vtt'), 'WEBVTT\n\n00:01.000 --> 00:02.000\n<v Speaker 1>Hello\n')
  const args = ['a.csv', 'call.vtt', '--system', 'survey', '--roles', 'Speaker 1:customer']
  const first = await run(dir, args, env)
  expect(first).toEqual({
    code: 1,
    said: [
      'a.csv: 1 new; 1 row was left out',
      '  line 3, date: expected a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 31.01.2026 12:00, got "someday"',
      '  columns not read: shop',
      'call.vtt: 1 new',
    ],
    complained: [],
  })
  const { said } = await run(dir, args, env)
  expect([said[0], said[3]]).toEqual(['a.csv: 0 new, 1 known; 1 row was left out', 'call.vtt: 0 new, 1 known'])
  expect(await notes.count({})).toBe(2)
  expect((await run(dir, ['call.vtt', '--system', 'survey', '--roles', 'Speaker 1:customer'], env)).code).toBe(0)
})

test('answers as JSON, and a trial changes nothing', async () => {
  const { listener, notes } = await notesApp()
  const dir = folder()
  writeFileSync(join(dir, 'a.csv'), 'Was\nEins\n')
  const { code, said } = await run(dir, ['a.csv', '--json', '--try', '--map', 'text:Was', '--url', await served(listener)], {})
  expect([code, said.length, JSON.parse(said[0] ?? '')]).toMatchObject([
    0,
    1,
    { file: 'a.csv', new: 1, columns: { text: ['Was'] } },
  ])
  expect(await notes.count({})).toBe(0)
})

test('all or nothing', async () => {
  const { listener, notes } = await notesApp()
  const dir = folder()
  writeFileSync(join(dir, 'a.csv'), 'comment,date\nOne,\nTwo,someday\n')
  expect(await run(dir, ['a.csv', '--strict', '--url', await served(listener)], {})).toEqual({
    code: 1,
    said: [],
    complained: [
      'a.csv: Nothing was taken: 1 of the rows are wrong.',
      '  line 3, date: expected a time such as 2026-01-31T12:00:00Z, 2026-01-31 or 31.01.2026 12:00, got "someday"',
    ],
  })
  expect(await notes.count({})).toBe(0)
})

test('the token is sent along, out of a variable or a file', async () => {
  const { listener } = await notesApp({ apiToken: 'secret' })
  const dir = folder()
  writeFileSync(join(dir, 'a.csv'), 'text\nOne\n')
  writeFileSync(join(dir, 'token'), 'secret\n')
  const url = await served(listener)
  const said = async (env: Readonly<Record<string, string>>): Promise<unknown> => {
    const outcome = await run(dir, ['a.csv', '--url', url], env)
    return [outcome.code, ...outcome.said, ...outcome.complained]
  }
  expect(await said({})).toEqual([1, 'a.csv: This route needs a token: send "Authorization: Bearer <FLYWHEEL_API_TOKEN>".'])
  expect(await said({ FLYWHEEL_API_TOKEN: 'secret' })).toEqual([0, 'a.csv: 1 new'])
  expect(await said({ FLYWHEEL_API_TOKEN_FILE: join(dir, 'token') })).toEqual([0, 'a.csv: 0 new, 1 known'])
})

test('what cannot be sent is said, and the other files are taken', async () => {
  const { listener } = await notesApp()
  const dir = folder()
  writeFileSync(join(dir, 'a.txt'), 'x')
  writeFileSync(join(dir, 'b.csv'), 'text\nOne\n')
  const outcome = await run(dir, ['none.csv', 'a.txt', 'b.csv', '--url', `${await served(listener)}/`], {})
  expect(outcome).toEqual({
    code: 1,
    said: ['b.csv: 1 new'],
    complained: [
      'none.csv: expected a file that exists.',
      'a.txt: expected a name that ends in .csv, .jsonl, .md, .vtt or .srt; or say --format csv|jsonl|markdown|vtt|srt.',
    ],
  })
})

test('whoever answers otherwise, or not at all, is named', async () => {
  const dir = folder()
  writeFileSync(join(dir, 'a.csv'), 'text\nOne\n')
  const other = await served((_request, response) => response.end('<html>'))
  expect((await run(dir, ['a.csv', '--url', other], {})).complained).toEqual(['a.csv: the answer is none of ours (status 200).'])
  const elsewhere = await served((_request, response) => response.writeHead(302, { location: other }).end())
  expect((await run(dir, ['a.csv', '--url', elsewhere], {})).complained[0]).toContain('a.csv: nobody answers at')
  expect((await run(dir, ['a.csv', '--url', 'http://127.0.0.1:9'], {})).complained[0]).toContain('Is the processor running?')
})

test('what stands in a file moves no cursor', async () => {
  const { listener } = await notesApp()
  const dir = folder()
  writeFileSync(join(dir, 'a.csv'), 'text,\u001b[2Jx,date\na,,\u001b[2J\n')
  const { said } = await run(dir, ['a.csv', '--url', await served(listener)], {})
  expect(said.join('')).not.toContain('\u001b')
  expect(said.length).toBe(3)
})

test.each([
  [[], 'import: expected at least one file.'],
  [['a.csv', '--speed', 'x'], "import: Unknown option '--speed'."],
  [['a.csv', '--format', 'pdf'], 'import: --format: expected one of csv, jsonl, markdown, vtt, srt, got "pdf".'],
  [['a.csv', '--url', 'here'], 'import: --url: expected http://HOST:PORT, got "here".'],
])('%j is refused', async (args, message) => {
  const outcome = await run(folder(), args, {})
  expect([outcome.code, outcome.said, outcome.complained]).toEqual([
    2,
    [],
    [`${message} "npx agent-flywheel --help" lists what there is.`],
  ])
})
