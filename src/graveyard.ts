/** The tombstones in force: asked by the door and by the fold, and kept in the records once nothing before the deletion can be counted again. */
import { TombstoneSet } from './erase/tombstone-set.ts'
import { createSubjectHash } from './erase/subject-hash.ts'
import type { Graves } from './fold/settle.ts'
import type { SubjectHash, Tombstone } from './model/tombstone.ts'
import type { DeletionStore } from './records/deletions.ts'

type TombstoneStore = Pick<DeletionStore, 'salt' | 'tombstones' | 'saveTombstones'>

export class Graveyard implements Graves {
  readonly hash: SubjectHash
  readonly tombstones: TombstoneSet
  readonly #store: TombstoneStore
  #unsaved: Tombstone[] = []

  private constructor(store: TombstoneStore, hash: SubjectHash, tombstones: readonly Tombstone[]) {
    this.#store = store
    this.hash = hash
    this.tombstones = new TombstoneSet(hash, tombstones)
  }

  static async open(store: TombstoneStore): Promise<Graveyard> {
    return new Graveyard(store, createSubjectHash(await store.salt()), await store.tombstones())
  }

  /**
   * In force from now on; kept with the next `save`. Not at once: a start that reads entries from before a deletion again must count them as they were
   * counted, so nothing of it may stand in the records before a checkpoint is beyond it.
   */
  readonly bury = (tombstones: readonly Tombstone[]): void => {
    this.tombstones.add(tombstones)
    this.#unsaved.push(...tombstones)
  }

  async save(): Promise<void> {
    const taken = this.#unsaved
    this.#unsaved = []
    try {
      await this.#store.saveTombstones(taken)
    } catch (error) {
      this.#unsaved.unshift(...taken)
      throw error
    }
  }
}
