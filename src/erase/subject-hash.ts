/**
 * Ids of persons and conversations as salted hashes. They keep ids out of files and pages; whoever has the salt and a list of all ids can still find out
 * which of them were deleted, as they could from any record of it.
 */
import { createHmac } from 'node:crypto'

import type { SubjectHash } from '../model/tombstone.ts'

/** 128 bits: two of a billion ids are the same with a chance of one in 10^20. */
const CHARACTERS = 22

/** Ids whose hashes are remembered, since spans of one run name the same person again and again. */
const REMEMBERED = 4_096

export function createSubjectHash(salt: string): SubjectHash {
  const remembered = new Map<string, string>()
  return (kind, id) => {
    const text = `${kind} ${id}`
    const known = remembered.get(text)
    if (known !== undefined) return known
    const hash = createHmac('sha256', salt).update(text).digest('base64url').slice(0, CHARACTERS)
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(text, hash)
    return hash
  }
}
