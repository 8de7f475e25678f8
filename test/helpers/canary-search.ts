/** Looks for planted words wherever somebody could: the files as bytes, bodies of the log inflated, every address that can be asked. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'

/** Surface -> words found there. */
export type Found = Readonly<Record<string, readonly string[]>>

/** Words of this person in a text; also where it is percent-encoded or cut off. */
export function wordsOf(name: string, text: string): readonly string[] {
  return [...new Set(text.match(new RegExp(`canary-${name}(-[a-z]*X?)?`, 'g')))].toSorted()
}

/** Surfaces on which somebody is found. */
export function traceOf(name: string, surfaces: Readonly<Record<string, string>>): Found {
  const found = Object.entries(surfaces).map(([surface, text]) => [surface, wordsOf(name, text)] as const)
  return Object.fromEntries(found.filter(([, words]) => words.length > 0))
}

/** The files as they are. Read by another process: closing a file that SQLite has open in this one would give up its locks. */
export function filesIn(dataDir: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readdirSync(dataDir).map((name) => [
      name,
      execFileSync('cat', [join(dataDir, name)], { maxBuffer: 1 << 30 }).toString('latin1'),
    ]),
  )
}

interface EntryRow {
  readonly seq: number
  readonly kind: string
  readonly encoding: string
  readonly body: Uint8Array
}

/** The bodies of the log, inflated; of a processor that has stopped or writes nothing at the moment. */
export function bodiesIn(dataDir: string): Readonly<Record<string, string>> {
  const copy = mkdtempSync(join(tmpdir(), 'flywheel-copy-'))
  cpSync(dataDir, copy, { recursive: true })
  const db = new DatabaseSync(join(copy, 'log.db'))
  const rows = db.prepare('SELECT seq, kind, encoding, body FROM entries').all() as unknown as readonly EntryRow[]
  db.close()
  rmSync(copy, { recursive: true })
  return Object.fromEntries(
    rows.map(({ seq, kind, encoding, body }) => {
      const plain = encoding === 'gzip' ? gunzipSync(body) : encoding === 'zstd' ? zstdDecompressSync(body) : body
      return [`${kind} ${seq}`, Buffer.from(plain).toString('latin1')]
    }),
  )
}

export interface Asked {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** What stands for the parameters of paths. */
  readonly ids: Readonly<Record<'traceId' | 'conversationId' | 'noteId' | 'deletionId', readonly string[]>>
}

interface Description {
  readonly paths: Readonly<Record<string, { readonly get?: object }>>
}

/** Every GET of openapi.json, lists page by page, with what each answers; and the metrics in both formats. */
export async function answersOf({ url, headers = {}, ids }: Asked): Promise<Readonly<Record<string, string>>> {
  const answers: Record<string, string> = {}
  const { paths }: Description = JSON.parse(await textOf(`${url}/openapi.json`, headers))
  for (const [path, { get }] of Object.entries(paths))
    if (get !== undefined) for (const address of addressesOf(path, ids)) await ask(url, address, headers, answers)
  answers['/metrics as OpenMetrics'] = await textOf(`${url}/metrics`, { ...headers, accept: 'application/openmetrics-text' })
  return answers
}

/** Follows `next`, so that nothing hides on a second page. */
async function ask(url: string, address: string, headers: Asked['headers'], answers: Record<string, string>): Promise<void> {
  const text = await textOf(url + address, headers)
  answers[address] = text
  if (!address.startsWith('/api/') || !text.includes('"next":"')) return
  const [, next = ''] = /"next":"([^"]+)"/.exec(text) ?? []
  const base = address.split('?')[0] ?? address
  await ask(url, `${base}?cursor=${encodeURIComponent(next)}`, headers, answers)
}

function addressesOf(path: string, ids: Asked['ids']): readonly string[] {
  const fill = (parameter: string, values: readonly string[]): readonly string[] =>
    values.map((value) => path.replace(parameter, encodeURIComponent(value)))
  if (path.includes('{traceId}')) return fill('{traceId}', ids.traceId)
  if (path.includes('/conversations/{id}')) return fill('{id}', ids.conversationId)
  if (path.includes('/notes/{id}')) return fill('{id}', ids.noteId)
  if (path.includes('/deletions/{id}')) return fill('{id}', ids.deletionId)
  return path.includes('{') ? [] : [path]
}

/** A stream of events is read for a moment. */
async function textOf(address: string, headers: Asked['headers']): Promise<string> {
  const response = await fetch(address, { headers: { ...headers }, redirect: 'manual' })
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) return response.text()
  const reader = response.body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return Buffer.from(first?.value ?? []).toString()
}
