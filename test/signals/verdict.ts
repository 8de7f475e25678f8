/** What tests ask of a planned run, as short lines instead of large objects. */
import type { TreeInput } from '../../src/assemble/tree.ts'
import type { PriceCall } from '../../src/signals/cost/price.ts'
import { type Derived, deriveRun } from '../../src/signals/derive.ts'
import { type Plan, treeOf } from '../helpers/steps.ts'

export const noPrices: PriceCall = () => ({ unpriced: 'unknown_model' })
/** A nano-USD a token. */
export const tokenPrices: PriceCall = ({ usage }) =>
  usage.input === null ? { unpriced: 'no_usage' } : { costNanoUsd: usage.input + (usage.output ?? 0) }

export function derive(plans: Plan | readonly Plan[], over: Partial<TreeInput> = {}, prices: PriceCall = noPrices): Derived {
  const derived = deriveRun(treeOf(plans, over), prices, 0)
  if (derived === null) throw new Error('the planned trace holds no run')
  return derived
}

/** Outcome first, then a line a failure: `failed: rate_limit fatal at chat`. */
export function verdict(plans: Plan | readonly Plan[], over: Partial<TreeInput> = {}): string {
  const { outcome, failures } = derive(plans, over).record
  return [outcome, failures.map(({ kind, impact, stepName }) => `${kind} ${impact} at ${stepName}`).join(', ')]
    .filter((part) => part !== '')
    .join(': ')
}

/** Names of the spans that count as model calls. */
export function countedCalls(plans: Plan | readonly Plan[], over: Partial<TreeInput> = {}): readonly string[] {
  return derive(plans, over)
    .record.steps.filter((step) => step.isCounted && step.kind !== 'embedding')
    .map((step) => step.name)
}
