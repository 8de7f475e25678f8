/** What the stand-in models say to the agent: each call is known by its user, and its run's story decides. */
import type { ReplyPlan, Script } from '../model-server/plan.ts'
import type { ModelRequest } from '../model-server/wire.ts'
import { Random } from '../random.ts'
import { JUDGE } from '../support/release.ts'
import type { PlannedRun } from './plan.ts'
import { type StepName, stories } from './stories.ts'
import type { Turn } from './topics.ts'
import { verdictOn } from './verdict.ts'

/** Runs under way, one a user. */
export class Stage {
  readonly #runs = new Map<string, OnStage>()
  readonly #latency: number
  /** Versions that models have by now, by the name asked for. */
  readonly modelVersions: Map<string, string> = new Map()

  constructor(latency: number) {
    this.#latency = latency
  }

  enter(run: PlannedRun, leave: () => void): void {
    this.#runs.set(run.userId, { run, leave, calls: new Map(), random: new Random(run.number) })
  }

  exit(run: PlannedRun): void {
    this.#runs.delete(run.userId)
  }

  get script(): Script {
    return (request) => {
      const user = request.body['safety_identifier'] ?? request.body['user']
      const on = typeof user === 'string' ? this.#runs.get(user) : undefined
      const plan = on === undefined ? (user === JUDGE ? verdictOn(request) : {}) : planFor(on, request)
      const version = this.modelVersions.get(request.model)
      const pace = paceOf(request.model, this.#latency, on?.random ?? null)
      return {
        ...pace,
        ...(version === undefined ? {} : { model: version }),
        ...plan,
        label: on === undefined ? '' : String(on.run.number),
      }
    }
  }
}

interface OnStage {
  readonly run: PlannedRun
  readonly leave: () => void
  readonly calls: Map<StepName, { all: number; answered: number }>
  readonly random: Random
}

function planFor(on: OnStage, request: ModelRequest): ReplyPlan {
  if (request.api === 'openai.embeddings') return {}
  const step = stepOf(request)
  const seen = on.calls.get(step) ?? { all: 0, answered: 0 }
  const { turn, story } = on.run
  const plan = stories[story].reply({
    step,
    model: request.model,
    earlier: seen.all,
    answered: seen.answered,
    turn,
    isTold: request.messages.at(-1)?.text.startsWith('You have asked this before') === true,
    good: goodReply(step, turn, seen.answered),
    goodAt: (answered) => goodReply(step, turn, answered),
    leave: on.leave,
  })
  on.calls.set(step, { all: seen.all + 1, answered: seen.answered + (leavesWithoutAnswer(plan) ? 0 : 1) })
  return plan
}

const unanswered: ReadonlySet<string> = new Set([
  'rate_limit',
  'server_error',
  'unavailable',
  'overloaded',
  'auth_error',
  'context_length',
  'content_filter_error',
  'timeout',
  'reset',
  'stream_break',
])

function leavesWithoutAnswer(plan: ReplyPlan): boolean {
  return plan.fault !== undefined && unanswered.has(plan.fault)
}

/** The steps ask in ways that differ: for JSON, with tools, the small model, and the plan. */
function stepOf(request: ModelRequest): StepName {
  if (request.format.kind === 'json') return 'classify'
  if (request.tools.length > 0) return 'resolve'
  return request.model.startsWith('tone-check') ? 'review' : 'plan'
}

function goodReply(step: StepName, turn: Turn, answered: number): ReplyPlan {
  switch (step) {
    case 'classify': {
      const intent = {
        intent: turn.intent,
        language: turn.language,
        isUrgent: turn.intent === 'refund' || turn.intent === 'complaint',
      }
      return { text: JSON.stringify(intent) }
    }
    case 'plan':
      return { text: '<plan><decision>refund</decision><reason>The order was charged twice.</reason></plan>' }
    case 'review':
      return { text: 'ok' }
    case 'resolve': {
      const next = turn.tools[answered]
      return next === undefined ? { text: turn.answer } : { toolCalls: [next] }
    }
    default:
      return step satisfies never
  }
}

/** About what the providers take: time to the first token, then tokens in a second. */
const paces: Readonly<Record<string, readonly [firstTokenMs: number, tokensPerSecond: number]>> = {
  'gpt-4o-mini': [380, 90],
  'gpt-4o': [520, 80],
  'gpt-4.1': [620, 70],
  'gpt-4.1-mini': [430, 90],
  'o4-mini': [900, 120],
  'tone-check-2': [70, 200],
  'text-embedding-3-small': [90, 1_000],
}

function paceOf(model: string, latency: number, random: Random | null): ReplyPlan {
  if (latency === 0) return {}
  const [firstTokenMs, tokensPerSecond] = paces[model] ?? [400, 80]
  const factor = latency * (random === null ? 1 : random.skewed(1, 0.3))
  return { firstTokenMs: firstTokenMs * factor, tokensPerSecond: tokensPerSecond / factor }
}
