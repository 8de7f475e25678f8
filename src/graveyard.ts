/** The tombstones in force: what the door refuses and the fold forgets, kept in the records once nothing before the deletion can be counted again. */
import { TombstoneSet } from './erase/tombstone-set.ts'
import { createSubjectHash } from './erase/subject-hash.ts'
import type { DoorGraves } from './acceptance.ts'
import type { Graves } from './fold/settle.ts'
import type { SubjectHash, Tombstone } from './model/tombstone.ts'
import type { DeletionStore } from './records/deletions.ts'

type TombstoneStore = Pick<DeletionStore, 'salt' | 'tombstones' | 'saveTombstones'>

export class Graveyard implements Graves, DoorGraves {
  readonly hash: SubjectHash
  /** The fold's: they change with entries of the log only, so that what is read again is counted the same way. */
  readonly tombstones: TombstoneSet
  /** With what is to go there next. */
  readonly atDoor: TombstoneSet
  readonly #store: TombstoneStore
  #unsaved: Tombstone[] = []

  private constructor(store: TombstoneStore, hash: SubjectHash, tombstones: readonly Tombstone[]) {
    this.#store = store
    this.hash = hash
    this.tombstones = new TombstoneSet(hash, tombstones)
    this.atDoor = new TombstoneSet(hash, tombstones)
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
    this.atDoor.add(tombstones)
    // One by one: of tens of thousands no call has room for as many arguments.
    for (const tombstone of tombstones) this.#unsaved.push(tombstone)
  }

  readonly refuse = (tombstones: readonly Tombstone[]): void => {
    this.atDoor.add(tombstones)
  }

  async save(): Promise<void> {
    const taken = this.#unsaved
    this.#unsaved = []
    try {
      await this.#store.saveTombstones(taken)
    } catch (error) {
      this.#unsaved = [...taken, ...this.#unsaved]
      throw error
    }
  }
}
