/** One mistake to plant: a mechanism that keeps the numbers true, broken once. */
export interface Fault {
  readonly mechanism: string
  readonly file: string
  readonly code: string
  readonly broken: string
  /** Tests that have to notice. */
  readonly tests: readonly string[]
}
