/** What the main thread and a database worker say to each other. Questions are answered in the order they were sent. */

/** `application_id` of files in which nothing was ever deleted without being overwritten ("FLYW"). Earlier ones have none. */
export const WIPED_FROM_THE_START = 0x464c_5957

export interface WorkerOptions {
  readonly path: string
  readonly mode: 'write' | 'read'
}

export type Question =
  | { readonly id: number; readonly type: 'query'; readonly sql: string; readonly parameters: readonly unknown[] }
  | { readonly id: number; readonly type: 'rollback' }
  | { readonly id: number; readonly type: 'close' }

/** Rows of a query; changes and the last inserted row id of a statement without rows. */
export interface Result<Row = unknown> {
  readonly rows: Row[]
  readonly changes: number | bigint | null
  readonly lastInsertRowid: number | bigint | null
}

export type WorkerMessage =
  | { readonly type: 'opened' }
  | { readonly type: 'refused'; readonly message: string }
  | { readonly type: 'result'; readonly id: number; readonly result: Result }
  | { readonly type: 'failure'; readonly id: number; readonly message: string }
