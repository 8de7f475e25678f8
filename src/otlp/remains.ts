/** What is left of a body, or of a part of it, when some of its items were taken out. */

export interface Filtered {
  /** The body itself where nothing was removed. */
  readonly body: Uint8Array
  /** Spans or log records that were taken out. */
  readonly removed: number
}

export interface Remains {
  /** Null = it stays as it was. */
  readonly parts: readonly Uint8Array[] | null
  /** Items that are still in it. */
  readonly items: number
  readonly removed: number
}

export function whole(items: number): Remains {
  return { parts: null, items, removed: 0 }
}

export function withoutSome(
  parts: readonly Uint8Array[],
  { items, removed }: { readonly items: number; readonly removed: number },
): Remains {
  return { parts, items, removed }
}
