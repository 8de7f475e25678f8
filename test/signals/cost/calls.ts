/** Calls to be priced. */
import type { PricedCall } from '../../../src/signals/cost/price.ts'
import { runStartUs, usage } from '../../helpers/steps.ts'

type Counts = Parameters<typeof usage>[0]

export function pricedCall(
  model: string | null,
  counts: Counts = { input: 1_000, output: 100 },
  over: Partial<PricedCall> = {},
): PricedCall {
  return {
    provider: null,
    responseModel: model,
    requestModel: null,
    usage: usage(counts),
    startUs: runStartUs,
    failed: false,
    ...over,
  }
}

export function usd(amount: number): { readonly costNanoUsd: number } {
  return { costNanoUsd: Math.round(amount * 1e9) }
}
