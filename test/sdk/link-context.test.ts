import { type Context, ROOT_CONTEXT } from '@opentelemetry/api'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { linked } from '../../src/sdk/link-context.ts'

const keys = ['span', 'baggage', 'stamps', 'own'].map((name) => Symbol(name))
const change = fc.record({
  key: fc.constantFrom(...keys),
  /** null = deleted. */
  value: fc.option(fc.integer(), { nil: null }),
})

function changed(context: Context, changes: readonly { readonly key: symbol; readonly value: number | null }[]): Context {
  return changes.reduce(
    (outer, { key, value }) => (value === null ? outer.deleteValue(key) : outer.setValue(key, value)),
    context,
  )
}

function valuesOf(context: Context): unknown[] {
  return keys.map((key) => context.getValue(key))
}

test("holds what OpenTelemetry's own context would hold, and what was made before stays as it was", () => {
  fc.assert(
    fc.property(fc.array(change), fc.array(change), fc.array(change), (before, first, second) => {
      const own = changed(ROOT_CONTEXT, before)
      const outer = changed(linked(own), first)
      const inner = changed(linked(outer), second)
      expect(valuesOf(inner)).toEqual(valuesOf(changed(changed(own, first), second)))
      expect(valuesOf(outer)).toEqual(valuesOf(changed(own, first)))
    }),
  )
})

test('contexts that nest for ever hold no more than the newest values', () => {
  let context = linked(ROOT_CONTEXT)
  for (let depth = 0; depth < 100_000; depth += 1) context = context.setValue(keys[depth % 3]!, depth)
  // With a link for each level this would run out of stack.
  expect(valuesOf(context)).toEqual([99_999, 99_997, 99_998, undefined])
})
