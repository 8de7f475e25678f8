/** Builders of what a checkpoint holds, and a folder of its own for each test of the store. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { onTestFinished } from 'vitest'

import { openSqliteStore } from '../../src/records/sqlite-store.ts'
import type { Store } from '../../src/records/store.ts'

export function storePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-records-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'state.db')
}

export async function openStore(path: string = storePath()): Promise<Store> {
  const store = await openSqliteStore({ path })
  onTestFinished(() => store.close())
  return store
}
