/** Plays one run of a service: its steps, model calls and tools with plausible sizes and times, and the incident that is to happen in it. */
import type { Service, Step, Tool } from './cast.ts'
import { failureMs, providerError } from './errors.ts'
import { failuresOf, type Incident } from './incidents.ts'
import { type Model, unpricedModel } from './models.ts'
import { opinionsOn } from './opinions.ts'
import type { Answer, FinishReason, PlannedRun, Tokens } from './plan.ts'
import type { Random } from '../random.ts'
import { Recorder, StagedCrash, StagedError } from './recorder.ts'

/** Somebody asks the service for something. */
export interface Request {
  readonly service: Service
  readonly release: string
  readonly conversationId: string
  readonly userId: string
  /** How often the conversation has been answered before: prompts grow with it. */
  readonly earlierTurns: number
  readonly incident: Incident
  /** The small steps try a model that has no price. */
  readonly triesUnpriced: boolean
}

export function playRun(request: Request, random: Random): PlannedRun {
  const { service, release, conversationId, userId, incident } = request
  const recorder = new Recorder()
  try {
    new Play(request, random, recorder).whole()
  } catch (error) {
    if (!(error instanceof StagedError) && !(error instanceof StagedCrash)) throw error
  }
  return {
    service: service.name,
    agent: service.agent,
    release,
    conversationId,
    userId,
    root: recorder.root,
    failures: failuresOf(incident),
    opinions: opinionsOn(failuresOf(incident), random.fork('opinions')),
  }
}

/** Longest answer that the agents ask for. */
const MAX_OUTPUT_TOKENS = 2_048

const parserError = { type: 'OutputParserException', message: 'the answer ends inside an object', httpStatus: null }
const loopError = { type: 'GraphRecursionError', message: 'Recursion limit of 20 reached without an answer', httpStatus: null }

class Play {
  readonly #request: Request
  readonly #random: Random
  readonly #recorder: Recorder
  /** Attempts that are still to fail. */
  #toFail: number
  #calls = 0
  #toolRuns = 0

  constructor(request: Request, random: Random, recorder: Recorder) {
    this.#request = request
    this.#random = random
    this.#recorder = recorder
    this.#toFail = 'failedAttempts' in request.incident ? request.incident.failedAttempts : 0
  }

  whole(): void {
    const { service } = this.#request
    const agent = (): void => this.#recorder.within({ type: 'agent', name: service.agent }, () => this.#steps())
    if (service.route === null) return agent()
    this.#recorder.within({ type: 'request', route: service.route }, () => {
      this.#recorder.pass(this.#random.between(3, 15))
      agent()
    })
  }

  #steps(): void {
    const { service } = this.#request
    for (const step of service.steps) {
      if (service.namesSteps === 'prompt') this.#perform(step)
      else this.#recorder.within({ type: 'workflow', name: step.name }, () => this.#perform(step))
    }
  }

  #perform(step: Step): void {
    switch (step.does) {
      case 'ask':
        return this.#answer(step)
      case 'retrieve':
        return this.#retrieve(step)
      case 'act': {
        const { helper } = this.#request.service
        if (helper === null) return this.#act(step)
        return this.#recorder.within({ type: 'agent', name: helper }, () => this.#act(step))
      }
    }
  }

  #retrieve(step: Step): void {
    const inputTokens = Math.max(1, Math.round(this.#random.skewed(step.inputTokens, 0.4)))
    this.#recorder.within({ type: 'retrieval', source: 'articles' }, () => {
      this.#recorder.leaf(
        { type: 'embedding', model: step.model, inputTokens },
        this.#random.skewed(step.model.firstTokenMs, 0.3),
      )
      this.#recorder.pass(this.#random.skewed(60, 0.5))
    })
  }

  #act(step: Step): void {
    const { incident, service } = this.#request
    const rounds = this.#random.weighted([1, 2, 3], (count) => 4 - count)
    for (let round = 0; round < rounds; round++) {
      this.#call(step, 'tool_call')
      const tool = this.#random.pick(service.tools)
      this.#useTool(tool)
      if (incident.type === 'crash') throw new StagedCrash()
      if (this.#random.chance(0.25)) this.#useTool(this.#random.pick(service.tools))
    }
    if (incident.type === 'loop') this.#goInCircles(step, incident.repeats, incident.isFatal)
    this.#answer(step)
  }

  /** The model asks for the same again and again and learns nothing from it. */
  #goInCircles(step: Step, repeats: number, isFatal: boolean): void {
    const tool = this.#random.pick(this.#request.service.tools)
    const args = JSON.stringify({ ref: `L-${this.#random.whole(1_000, 9_999)}` })
    for (let repeat = 0; repeat < repeats; repeat++) {
      this.#call(step, 'tool_call')
      this.#runTool(tool, args, '{"status":"not_found"}')
    }
    if (isFatal) throw new StagedError(loopError)
  }

  #useTool(tool: Tool): void {
    const { incident } = this.#request
    // The number of the run makes each call a call for something else: what is the same three times would be a loop.
    const ref = `${this.#random.pick(['A', 'B', 'K'])}-${this.#random.whole(1_000, 9_999)}-${++this.#toolRuns}`
    const args = JSON.stringify({ ref })
    while (incident.type === 'tool' && this.#toFail > 0) {
      const isLast = --this.#toFail === 0
      try {
        const error = { type: 'ToolError', message: `${tool.name}: the service behind it does not answer`, httpStatus: null }
        this.#recorder.leaf({ type: 'tool', name: tool.name, arguments: args, result: null }, 2_500, error)
      } catch (error) {
        if (isLast && incident.isFatal) throw error
        this.#recorder.pass(200)
      }
    }
    this.#runTool(tool, args, JSON.stringify({ status: 'found', ref, rows: this.#random.whole(1, 40) }))
  }

  #runTool(tool: Tool, args: string, result: string): void {
    this.#recorder.leaf({ type: 'tool', name: tool.name, arguments: args, result }, this.#random.skewed(tool.medianMs, 0.6))
  }

  /** The call that ends a step; the one of the last step is what the user gets to see. */
  #answer(step: Step): void {
    const { service, incident } = this.#request
    if (service.steps.at(-1) !== step) return this.#call(step, 'stop')
    switch (incident.type) {
      case 'truncated':
        this.#call(step, 'length')
        if (incident.isFatal) throw new StagedError(parserError)
        return
      case 'blocked':
        return this.#call(step, 'content_filter')
      case 'none':
      case 'call':
      case 'tool':
      case 'loop':
      case 'crash':
        return this.#call(step, 'stop')
    }
  }

  #call(step: Step, finish: FinishReason): void {
    const { incident, service, triesUnpriced } = this.#request
    let model = triesUnpriced && step.does === 'ask' ? unpricedModel : step.model
    while (incident.type === 'call' && incident.step === step.name && this.#toFail > 0) {
      const isLast = --this.#toFail === 0
      try {
        this.#failCall(step, model, incident.kind)
      } catch (error) {
        if (isLast && incident.ending === 'give_up') throw error
        this.#recorder.pass(this.#random.between(400, 1_500))
        if (isLast && incident.ending === 'fall_back') model = service.fallback
      }
    }
    const isStreamed = finish === 'stop' && service.steps.at(-1) === step
    const tokens = this.#tokens(step, model, finish)
    const firstTokenMs = Math.round(this.#random.skewed(model.firstTokenMs, 0.35)) + thinkingMs(model, tokens)
    const answer: Answer = { id: this.#responseId(), finish, tokens, firstTokenMs: isStreamed ? firstTokenMs : null }
    const writingMs = ((tokens.output - tokens.reasoning) / model.outputTokensPerSecond) * 1_000
    this.#calls++
    this.#recorder.leaf({ type: 'chat', model, promptName: this.#promptName(step), answer }, firstTokenMs + writingMs)
  }

  #failCall(step: Step, model: Model, kind: Parameters<typeof providerError>[0]): void {
    const work = { type: 'chat', model, promptName: this.#promptName(step), answer: null } as const
    this.#recorder.leaf(work, this.#random.between(0.9, 1.1) * failureMs(kind), providerError(kind, model))
  }

  #promptName(step: Step): string | null {
    return this.#request.service.namesSteps === 'prompt' ? step.name : null
  }

  #tokens(step: Step, model: Model, finish: FinishReason): Tokens {
    const random = this.#random
    // The talk so far, and what the tools of this run have brought.
    const growth = 1 + 0.25 * Math.min(8, this.#request.earlierTurns) + 0.12 * this.#calls
    const input = Math.max(20, Math.round(random.skewed(step.inputTokens, 0.25) * growth))
    const reads = model.promptCache !== 'none' && random.chance(0.65)
    const cacheRead = reads ? Math.floor(input * random.between(0.4, 0.85)) : 0
    const writes = model.promptCache === 'read_and_write' && random.chance(reads ? 0.3 : 0.8)
    const cacheWrite = writes ? Math.floor((input - cacheRead) * random.between(0.3, 0.9)) : 0
    const said = this.#outputTokens(step, finish)
    const reasoning = model.thinks ? Math.round(random.skewed(said * 0.8, 0.6)) : 0
    return { input, output: said + reasoning, cacheRead, cacheWrite, reasoning }
  }

  #outputTokens(step: Step, finish: FinishReason): number {
    if (finish === 'length') return MAX_OUTPUT_TOKENS
    const median = finish === 'tool_call' ? 45 : finish === 'content_filter' ? 12 : step.outputTokens
    return Math.max(3, Math.min(MAX_OUTPUT_TOKENS - 1, Math.round(this.#random.skewed(median, 0.4))))
  }

  #responseId(): string {
    const digits = Array.from({ length: 4 }, () => this.#random.whole(0, 0xffff).toString(16).padStart(4, '0'))
    return `resp_${digits.join('')}`
  }
}

function thinkingMs(model: Model, tokens: Tokens): number {
  return Math.round((tokens.reasoning / model.outputTokensPerSecond) * 1_000)
}
