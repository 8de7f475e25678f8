/** The audit log: who deleted, approved, exported or kept something, and how much of it. What was deleted stands in it as a hash. */

export const auditActions = [
  'delete_user',
  'delete_conversation',
  'delete_late',
  'keep_transcript',
  'delete_note',
  'import_notes',
] as const
export type AuditAction = (typeof auditActions)[number]

/** Who did it where nobody is known by name: a program with the API token, and anybody at an instance without a lock. */
export const OPEN_INSTANCE = 'open instance'

export interface AuditEvent {
  /** Unique, so that what is told again after a kill stands there once. */
  readonly id: string
  /** Unix milliseconds. */
  readonly atMs: number
  /** A person's name, `api-token`, or OPEN_INSTANCE. */
  readonly who: string
  readonly action: AuditAction
  /** What it was done to: a trace id, a note's id, a file's hash; of somebody who was deleted the salted hash. */
  readonly object: string
  readonly counts: Readonly<Record<string, number>>
}

export interface AuditPage {
  /** Newest first. */
  readonly events: readonly AuditEvent[]
  readonly next: string | null
}
