/** The key that signs sessions: made once, kept beside the data, so that a restart logs nobody out. */
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const KEY_BYTES = 32
/** Of its owner alone. */
const PRIVATE_MODE = 0o600

/** Reads `session.key` of the data folder, or makes it. A file that holds no key is replaced: all that ends are logins. */
export function sessionKeyIn(dataDir: string): Buffer {
  const path = join(dataDir, 'session.key')
  const kept = readIfExists(path)
  if (kept?.length === KEY_BYTES) return kept
  const key = randomBytes(KEY_BYTES)
  // Under another name first: a process that is killed in between leaves no half of a key.
  const fresh = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(fresh, key, { flag: 'wx', mode: PRIVATE_MODE })
  renameSync(fresh, path)
  return key
}

function readIfExists(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
