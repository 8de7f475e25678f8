/** Whoever takes notes: recognises those that come again, redacts, keeps what people decide, and turns rated ones into feedback. */
import type { FeedbackDesk } from '../model/feedback.ts'
import type { Note, NoteDraft } from '../model/note.ts'
import { UnavailableError } from '../model/unavailable-error.ts'
import type { KnownNotes, NoteChanges, NoteStore } from '../records/notes.ts'
import { feedbackEvents } from './feedback.ts'
import { identityOf, type NoteIdentity } from './identity.ts'
import { type ChangeRefusal, type LinkChange, withLinks } from './link-changes.ts'
import { noteOf } from './merge.ts'
import { redactDraft, type Redaction } from './redact.ts'

export interface NoteDeskOptions {
  readonly store: NoteStore
  readonly feedback: FeedbackDesk
  readonly redaction: Redaction
  /** Unix milliseconds. */
  readonly nowMs: () => number
  /** Whether a user was deleted who had said something by then; 0 = not known when. Default: nobody was. */
  readonly isErased?: ((userId: string, atMs: number) => boolean) | undefined
  /** Gets what kept feedback from being passed on; it is tried again with the next change. */
  readonly onFault: (error: unknown) => void
}

/** `known`: nothing of it is new. `repeated`: the same request had it already. `deleted`: somebody deleted it, or its user, so it stays away. */
export type NoteOutcome = 'new' | 'changed' | 'known' | 'repeated' | 'deleted'

export interface NoteReceipt {
  readonly id: string
  readonly outcome: NoteOutcome
}

export interface TakeOptions {
  /** Name of whoever adds them; null = not known by name. */
  readonly by: string | null
  /** True = also those that somebody has deleted. */
  readonly restores?: boolean | undefined
  /** When it was said, where a note does not say, to tell what a deleted user said from what they say anew. Default: not known. */
  readonly assumedAtMs?: number | undefined
  /** True = a program asks for nothing but what would happen. */
  readonly isTrial?: boolean | undefined
}

/** Notes changed by one transaction: short enough for a checkpoint to wait for. */
const PER_TRANSACTION = 200
const DUE_AT_ONCE = 500

export class NoteDesk {
  readonly #options: NoteDeskOptions
  #passingOn: Promise<void> = Promise.resolve()

  constructor(options: NoteDeskOptions) {
    this.#options = options
  }

  /** False with `FLYWHEEL_CONTENT=off`: only who, when, rating and links are left of a note. */
  get keepsTexts(): boolean {
    return this.#options.redaction.text('text') !== ''
  }

  /** One receipt a note, in their order. */
  async take(drafts: readonly NoteDraft[], options: TakeOptions): Promise<readonly NoteReceipt[]> {
    const receipts: NoteReceipt[] = []
    const seen = new Set<string>()
    for (let start = 0; start < drafts.length; start += PER_TRANSACTION) {
      const part = drafts.slice(start, start + PER_TRANSACTION).map((draft) => ({ draft, identity: identityOf(draft) }))
      await this.#change(
        part.map(({ identity }) => identity.id),
        (known) => {
          const changes: { save: Note[]; feedback: NoteChanges['feedback'] } = { save: [], feedback: [] }
          for (const { draft, identity } of part) {
            const taken = this.#takeOne(draft, identity, known, seen, options)
            receipts.push({ id: identity.id, outcome: taken.outcome })
            if (taken.note === null || options.isTrial === true) continue
            changes.save.push(taken.note)
            changes.feedback = [...(changes.feedback ?? []), ...feedbackEvents(known.notes.get(identity.id) ?? null, taken.note)]
          }
          return changes
        },
      )
    }
    return receipts
  }

  /** Null = there is no such note. */
  async changeLinks(id: string, changes: readonly LinkChange[], by: string | null): Promise<Note | ChangeRefusal | null> {
    let result: Note | ChangeRefusal | null = null
    await this.#change([id], ({ notes }) => {
      const note = notes.get(id)
      if (note === undefined) return {}
      result = withLinks(note, changes, { by, nowMs: this.#options.nowMs() })
      return 'expected' in result ? {} : { save: [result], feedback: feedbackEvents(note, result) }
    })
    return result
  }

  /** False = there is no such note. */
  async remove(id: string): Promise<boolean> {
    return (await this.#remove([id])) === 1
  }

  /** Deletes what a user said; answers how many notes. */
  async removeOfUser(userId: string): Promise<number> {
    return this.#remove(await this.#options.store.idsOfUser(userId))
  }

  /** Passes on feedback that an earlier process, or a ledger that was not available, left behind. */
  passOn(): Promise<void> {
    this.#passingOn = this.#passingOn.then(() => this.#passOnDue())
    return this.#passingOn
  }

  #takeOne(
    draft: NoteDraft,
    identity: NoteIdentity,
    known: KnownNotes,
    seen: Set<string>,
    { by, restores = false, assumedAtMs = 0 }: TakeOptions,
  ): { readonly outcome: NoteOutcome; readonly note: Note | null } {
    const { id, digest } = identity
    const stored = known.notes.get(id) ?? null
    if (seen.has(id)) return { outcome: 'repeated', note: null }
    seen.add(id)
    if (known.deleted.has(id) && !restores) return { outcome: 'deleted', note: null }
    const isErased = draft.userId !== null && this.#options.isErased?.(draft.userId, draft.atMs ?? assumedAtMs)
    if (isErased === true) return { outcome: 'deleted', note: null }
    if (stored?.digest === digest) return { outcome: 'known', note: null }
    const { redaction, nowMs } = this.#options
    const note = noteOf(redactDraft(draft, redaction), { known: stored, id, digest, by, nowMs: nowMs() })
    return { outcome: stored === null ? 'new' : 'changed', note }
  }

  async #remove(ids: readonly string[]): Promise<number> {
    let removed = 0
    for (let start = 0; start < ids.length; start += PER_TRANSACTION) {
      const part = ids.slice(start, start + PER_TRANSACTION)
      await this.#change(part, ({ notes }) => {
        removed += notes.size
        return { remove: [...notes.keys()], feedback: [...notes.values()].flatMap((note) => feedbackEvents(note, null)) }
      })
    }
    return removed
  }

  async #change(ids: readonly string[], decide: (known: KnownNotes) => NoteChanges): Promise<void> {
    const { store, nowMs } = this.#options
    let hasFeedback = false
    await store.change(ids, nowMs(), (known) => {
      const changes = decide(known)
      hasFeedback = (changes.feedback ?? []).length > 0
      return changes
    })
    if (hasFeedback) await this.passOn()
  }

  async #passOnDue(): Promise<void> {
    const { store, feedback, onFault } = this.#options
    try {
      while (true) {
        const due = await store.dueFeedback(DUE_AT_ONCE)
        if (due.length === 0) return
        await feedback.take(due.map(({ event }) => event))
        await store.settleFeedback(due.map(({ number }) => number))
        if (due.length < DUE_AT_ONCE) return
      }
    } catch (error) {
      // The note itself is kept; its feedback waits.
      if (!(error instanceof UnavailableError)) onFault(error)
    }
  }
}
