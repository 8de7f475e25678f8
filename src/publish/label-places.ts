/** The places of one open label: at most so many distinct values at a time, so that hostile or careless values cannot grow the metrics. */
import type { LabelState } from '../model/checkpoint.ts'
import { OTHER, UNKNOWN_TOOL, cleanLabelValue } from './label-value.ts'

interface Place {
  readonly value: string
  usedAtMs: number
  isChanged: boolean
}

/** Values that need no place: unset, overflow, and the tool nobody defined. */
const free: ReadonlySet<string> = new Set(['', OTHER, UNKNOWN_TOOL])

export class LabelPlaces {
  readonly #label: string
  readonly #places = new Map<string, Place>()
  #changed: Place[] = []
  readonly #removed = new Set<string>()
  /** No place becomes free before this time: saves a search on every overflowing value. */
  #searchAtMs = 0

  constructor(label: string) {
    this.#label = label
  }

  /** The value to count under: the cleaned value when it has or gets a place, else `__other__`. */
  resolve(raw: string, nowMs: number, limits: { readonly maxLabelValues: number; readonly retireAfterMs: number }): string {
    const known = this.#places.get(raw)
    if (known !== undefined) {
      this.#use(known, nowMs)
      return raw
    }
    const value = cleanLabelValue(raw)
    if (free.has(value)) return value
    const place = this.#places.get(value) ?? this.#take(value, nowMs, limits)
    if (place === null) return OTHER
    this.#use(place, nowMs)
    return value
  }

  /** To be called when the limits change. */
  forgetSearch(): void {
    this.#searchAtMs = 0
  }

  takeChanges(): { used: LabelState[]; removed: { label: string; value: string }[] } {
    const changed = this.#changed.filter((place) => this.#places.get(place.value) === place)
    for (const place of changed) place.isChanged = false
    const changes = {
      used: changed.map((place) => this.#stateOf(place)),
      removed: [...this.#removed].map((value) => ({ label: this.#label, value })),
    }
    this.#changed = []
    this.#removed.clear()
    return changes
  }

  restore(value: string, usedAtMs: number): void {
    this.#places.set(value, { value, usedAtMs, isChanged: false })
  }

  states(): LabelState[] {
    return [...this.#places.values()].map((place) => this.#stateOf(place))
  }

  #stateOf(place: Place): LabelState {
    return { label: this.#label, value: place.value, usedAtMs: place.usedAtMs }
  }

  #use(place: Place, nowMs: number): void {
    place.usedAtMs = nowMs
    if (place.isChanged) return
    place.isChanged = true
    this.#changed.push(place)
  }

  #take(value: string, nowMs: number, limits: { readonly maxLabelValues: number; readonly retireAfterMs: number }): Place | null {
    while (this.#places.size >= limits.maxLabelValues) if (!this.#freeOne(nowMs, limits.retireAfterMs)) return null
    const place: Place = { value, usedAtMs: nowMs, isChanged: false }
    this.#places.set(value, place)
    this.#removed.delete(value)
    return place
  }

  /** Gives up the place that was not used for longest, the smaller value first, so that the order of restoring does not matter. */
  #freeOne(nowMs: number, retireAfterMs: number): boolean {
    if (nowMs < this.#searchAtMs) return false
    let oldest: Place | null = null
    for (const place of this.#places.values()) {
      if (
        oldest === null ||
        place.usedAtMs < oldest.usedAtMs ||
        (place.usedAtMs === oldest.usedAtMs && place.value < oldest.value)
      ) {
        oldest = place
      }
    }
    if (oldest === null) return false
    this.#searchAtMs = oldest.usedAtMs + retireAfterMs
    if (nowMs < this.#searchAtMs) return false
    this.#places.delete(oldest.value)
    this.#removed.add(oldest.value)
    return true
  }
}
