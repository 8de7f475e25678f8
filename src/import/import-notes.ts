/** The command `import`: sends files of notes to a running processor and says, file by file, what became of them. */
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { parseArgs } from 'node:util'
import { formatOfFile, noteFormats } from '../notes/formats.ts'
import { type Answer, answerOf, linesOf } from './answer.ts'

const EXIT_LEFT_OUT = 1
const EXIT_MISUSED = 2
/** As the processor takes it. */
const MAX_BYTES = 16_777_216
const TIMEOUT_MS = 120_000

export interface Terminal {
  say(line: string): void
  complain(line: string): void
}

export type Environment = Readonly<Record<string, string | undefined>>

const texts = ['format', 'system', 'kind', 'role', 'weight', 'at', 'title', 'scale', 'dates', 'charset'] as const
const lists = ['map', 'roles'] as const
const flags = ['strict', 'restore', 'try'] as const

/** Returns the exit code: 0 when all of all files was taken or known, 1 when something was left out. */
export async function importNotes(args: readonly string[], terminal: Terminal, env: Environment): Promise<number> {
  const wanted = wantedOf(args, env)
  if ('mistake' in wanted) {
    terminal.complain(`import: ${wanted.mistake} "npx agent-flywheel --help" lists what there is.`)
    return EXIT_MISUSED
  }
  let code = 0
  for (const path of wanted.files) {
    const answer = await importFile(path, wanted)
    const isWhole = answer.isTaken && answer.leftOut === 0
    if (!isWhole) code = EXIT_LEFT_OUT
    if (wanted.isJson) terminal.say(JSON.stringify({ file: path, ...answer.json }))
    else if (answer.isTaken) for (const line of linesOf(path, answer)) terminal.say(line)
    else for (const line of linesOf(path, answer)) terminal.complain(line)
  }
  return code
}

interface Wanted {
  readonly files: readonly string[]
  readonly url: URL
  readonly token: string | null
  readonly query: URLSearchParams
  readonly isJson: boolean
}

function wantedOf(args: readonly string[], env: Environment): Wanted | { readonly mistake: string } {
  const parsed = parse(args)
  if ('mistake' in parsed) return parsed
  const { values, positionals } = parsed
  if (positionals.length === 0) return { mistake: 'expected at least one file.' }
  const address = textOf(values['url']) ?? filled(env['FLYWHEEL_PUBLIC_URL']) ?? 'http://127.0.0.1:4318'
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address))
    return { mistake: `--url: expected http://HOST:PORT, got ${JSON.stringify(address)}.` }
  const format = textOf(values['format'])
  if (format !== null && !noteFormats.some((known) => known === format))
    return { mistake: `--format: expected one of ${noteFormats.join(', ')}, got ${JSON.stringify(format)}.` }
  const query = new URLSearchParams()
  for (const name of [...texts, ...lists])
    for (const value of [values[name] ?? []].flat()) if (typeof value === 'string') query.append(name, value)
  for (const name of flags) if (values[name] === true) query.append(name, '1')
  const token = tokenIn(env)
  if (typeof token === 'object' && token !== null) return token
  return { files: positionals, url: new URL(address), token, query, isJson: values['json'] === true }
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>

function parse(args: readonly string[]): { values: Values; positionals: readonly string[] } | { mistake: string } {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        json: { type: 'boolean' },
        ...Object.fromEntries(texts.map((name) => [name, { type: 'string' } as const])),
        ...Object.fromEntries(lists.map((name) => [name, { type: 'string', multiple: true } as const])),
        ...Object.fromEntries(flags.map((name) => [name, { type: 'boolean' } as const])),
      },
      allowPositionals: true,
    })
    return { values, positionals }
  } catch (error) {
    if (error instanceof TypeError) return { mistake: `${error.message.split('. ')[0] ?? ''}.` }
    throw error
  }
}

function textOf(value: Values[string]): string | null {
  return typeof value === 'string' ? value : null
}

function filled(text: string | undefined): string | null {
  return text === undefined || text.trim() === '' ? null : text.trim()
}

/** Not an option: whoever lists the processes of a machine sees their arguments. */
function tokenIn(env: Environment): string | null | { readonly mistake: string } {
  const token = filled(env['FLYWHEEL_API_TOKEN'])
  const path = filled(env['FLYWHEEL_API_TOKEN_FILE'])
  if (token !== null || path === null) return token
  try {
    return filled(readFileSync(path, 'utf8'))
  } catch {
    return { mistake: `FLYWHEEL_API_TOKEN_FILE: expected a file that can be read, got ${JSON.stringify(path)}.` }
  }
}

async function importFile(path: string, { url, token, query }: Wanted): Promise<Answer> {
  const refused = (reason: string): Answer => ({ isTaken: false, leftOut: 0, reason, json: { error: reason } })
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return refused('expected a file that exists.')
  if (stat.size > MAX_BYTES) return refused(`expected at most ${MAX_BYTES} bytes, got ${stat.size}. Split it.`)
  const format = query.get('format') ?? formatOfFile(path)
  if (format === null)
    return refused(`expected a name that ends in .csv, .jsonl, .md, .vtt or .srt; or say --format ${noteFormats.join('|')}.`)
  const target = new URL('api/notes/import', url.href.endsWith('/') ? url : `${url.href}/`)
  for (const [name, value] of query) target.searchParams.append(name, value)
  target.searchParams.set('format', format)
  target.searchParams.set('file', basename(path).slice(-256))
  try {
    const response = await fetch(target, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...(token !== null && { authorization: `Bearer ${token}` }) },
      body: readFileSync(path),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    return answerOf(response.status, await response.text())
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return refused(
      `nobody answers at ${url.href} (${cause instanceof Error ? cause.message : String(cause)}). Is the processor running?`,
    )
  }
}
