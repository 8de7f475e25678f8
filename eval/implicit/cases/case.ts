/** Hand-written cases: what the user said before, and then. Written by the project, so they measure what it thought of; the traps are the point. */
export type Exchange = readonly [before: string, now: string]

export interface Cases {
  /** The second turn shows the signal. */
  readonly yes: readonly Exchange[]
  /** It does not, though it may look like it. */
  readonly no: readonly Exchange[]
}
