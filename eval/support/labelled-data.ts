/**
 * Labelled runs that stand beside the project and are never copied into it: OTLP/JSON requests, one a line, and the labels, joined by trace and span
 * id. `FLYWHEEL_EVAL_DATA` names another folder. Labels go by, spans are read as the processor reads them.
 */
import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'

const folder = process.env['FLYWHEEL_EVAL_DATA'] ?? fileURLToPath(new URL('../../../shared/data/', import.meta.url))

/** A place in the folder of the data, whether there is something or not. */
export function dataPath(name: string): string {
  return join(folder, name)
}

/** A line to print where the data of that name is not here; null = it is. */
export function missingData(name: string): string | null {
  const place = join(folder, name)
  const isHere = existsSync(join(place, 'otlp.ndjson.gz')) && existsSync(join(place, 'labels.jsonl.gz'))
  return isHere ? null : `skipped: no labelled data at ${place} (FLYWHEEL_EVAL_DATA names another folder)`
}

/** Bodies of OTLP/JSON trace requests. */
export async function* bodiesOf(name: string): AsyncGenerator<Uint8Array> {
  for await (const line of linesOf(name, 'otlp.ndjson.gz')) yield Buffer.from(line)
}

export async function labelsOf<T>(name: string): Promise<readonly T[]> {
  const labels: T[] = []
  for await (const line of linesOf(name, 'labels.jsonl.gz')) labels.push(JSON.parse(line) as T)
  return labels
}

async function* linesOf(name: string, file: string): AsyncGenerator<string> {
  const input = createReadStream(join(folder, name, file)).pipe(createGunzip())
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) if (line.trim() !== '') yield line
}
