/** Loops of a planned run as short lines. */
import type { TreeInput } from '../../../src/assemble/tree.ts'
import type { RequestedTool, Step } from '../../../src/model/step.ts'
import { fingerprint } from '../../../src/model/fingerprint.ts'
import { agentRun, llmCall, type Plan, treeOf, usage } from '../../helpers/steps.ts'
import { findLoops } from '../../../src/signals/loops.ts'

/** The evidence, then the names of the steps it began with and wasted; empty = no loop. */
export function loopIn(plan: Plan | readonly Plan[], over: Partial<TreeInput> = {}): string {
  const loop = findLoops(treeOf(plan, over))
  return loop === null ? '' : loop.evidence
}

export function wasteOf(plan: Plan | readonly Plan[]): readonly string[] {
  return (findLoops(treeOf(plan))?.wasted ?? []).map(({ step }) => step.name)
}

export function times(count: number, plan: (index: number) => Plan | readonly Plan[]): readonly Plan[] {
  return Array.from({ length: count }, (_, index) => plan(index)).flat()
}

export function support(...children: readonly (Plan | readonly Plan[])[]): Plan {
  return agentRun('support', children.flat())
}

/** A model call that asks for a tool; `input` tokens say how long its prompt was. */
export function asks(input = 100, over: Partial<Step> = {}): Plan {
  return llmCall({ finishReasons: ['tool_call'], usage: usage({ input, output: 10 }), ...over })
}

/** The same where its answer is on the wire. */
export function asksFor(name: string, args: string, over: Partial<RequestedTool> = {}): Plan {
  const tool: RequestedTool = {
    callId: null,
    name,
    argumentsFingerprint: fingerprint(args),
    hasReadableArguments: true,
    isOffered: null,
    ...over,
  }
  return asks(100, { answer: answerWith([tool]) })
}

function answerWith(toolCalls: readonly RequestedTool[]): NonNullable<Step['answer']> {
  return { form: 'tool_calls', format: null, isReadable: null, schemaProblem: null, toolCalls }
}

export const answers: Plan = llmCall()
