/** What goes wrong in a run: drawn before the run is played, so that it is known what an observer should find. */
import type { Service, Step } from './cast.ts'
import type { CallFailureKind, PlannedFailure } from './plan.ts'
import type { Random } from '../random.ts'

export type Incident =
  | { readonly type: 'none' }
  | {
      readonly type: 'call'
      readonly kind: CallFailureKind
      /** Name of the step whose first call is struck. */
      readonly step: string
      readonly failedAttempts: number
      readonly ending: 'retry' | 'fall_back' | 'give_up'
    }
  | { readonly type: 'tool'; readonly failedAttempts: number; readonly isFatal: boolean }
  | { readonly type: 'loop'; readonly repeats: number; readonly isFatal: boolean }
  | { readonly type: 'truncated'; readonly isFatal: boolean }
  | { readonly type: 'blocked' }
  | { readonly type: 'crash' }

export const nothingWrong: Incident = { type: 'none' }

type Choice = readonly [weight: number, stage: (service: Service, random: Random) => Incident]

const fatal: readonly Choice[] = [
  [3, (service, random) => callFailure('server_error', stepFor(service, random), 3, 'give_up')],
  [3, (service, random) => callFailure('timeout', stepFor(service, random), 2, 'give_up')],
  [2, (service, random) => callFailure('rate_limit', stepFor(service, random), 3, 'give_up')],
  [1, (service, random) => callFailure('context_length', stepFor(service, random), 1, 'give_up')],
  [0.8, (service, random) => callFailure('stream_aborted', stepFor(service, random), 1, 'give_up')],
  [0.7, (service, random) => callFailure('content_filter', stepFor(service, random), 1, 'give_up')],
  [0.3, (service, random) => callFailure('auth_error', stepFor(service, random), 1, 'give_up')],
  [4, () => ({ type: 'tool', failedAttempts: 2, isFatal: true })],
  [2, () => ({ type: 'loop', repeats: 9, isFatal: true })],
  [1.5, () => ({ type: 'truncated', isFatal: true })],
  [0.7, () => ({ type: 'crash' })],
]

const recovered: readonly Choice[] = [
  [5, (service, random) => callFailure('rate_limit', stepFor(service, random), random.whole(1, 2), 'retry')],
  [1.5, (service, random) => callFailure('server_error', stepFor(service, random), 1, 'retry')],
  [1.5, (service, random) => callFailure('timeout', stepFor(service, random), 1, 'retry')],
  [0.5, (service, random) => callFailure('stream_aborted', stepFor(service, random), 1, 'retry')],
  [1, (service) => callFailure('aborted_by_client', service.steps.at(-1), 1, 'give_up')],
  [3, () => ({ type: 'tool', failedAttempts: 1, isFatal: false })],
  [0.7, (_service, random) => ({ type: 'loop', repeats: random.whole(3, 4), isFatal: false })],
  [2, () => ({ type: 'truncated', isFatal: false })],
  [1, () => ({ type: 'blocked' })],
]

/** A release that went wrong: its tool breaks, it hangs, it goes in circles. */
const spike: readonly Choice[] = [
  [6, () => ({ type: 'tool', failedAttempts: 2, isFatal: true })],
  [2, (service, random) => callFailure('timeout', stepFor(service, random), 2, 'give_up')],
  [2, () => ({ type: 'loop', repeats: 9, isFatal: true })],
]

/** A failure that the run dies of. */
export function fatalIncident(service: Service, random: Random): Incident {
  return choose(fatal, service, random)
}

/** A failure that the run gets over. */
export function recoveredIncident(service: Service, random: Random): Incident {
  return choose(recovered, service, random)
}

export function spikeIncident(service: Service, random: Random): Incident {
  return choose(spike, service, random)
}

/** A provider is down; null when the service does not call it. */
export function outageIncident(service: Service, provider: string, isFatal: boolean): Incident | null {
  const step = service.steps.find(({ does, model }) => does !== 'retrieve' && model.provider === provider)
  if (step === undefined) return null
  return isFatal ? callFailure('server_error', step, 3, 'give_up') : callFailure('server_error', step, 2, 'fall_back')
}

/** What an observer should find: one failure an error, of which the last is fatal when the agent gave up on it. */
export function failuresOf(incident: Incident): readonly PlannedFailure[] {
  switch (incident.type) {
    case 'none':
      return []
    case 'call': {
      const { kind, failedAttempts, ending } = incident
      // Who pressed stop got what he wanted.
      return attempts(kind, failedAttempts, ending === 'give_up' && kind !== 'aborted_by_client')
    }
    case 'tool':
      return attempts('tool_error', incident.failedAttempts, incident.isFatal)
    case 'loop':
      return attempts('recursion_loop', 1, incident.isFatal)
    case 'truncated':
      return attempts('truncated', 1, incident.isFatal)
    case 'blocked':
      return attempts('content_filter', 1, false)
    default:
      return attempts('incomplete', 1, true)
  }
}

function attempts(kind: PlannedFailure['kind'], count: number, isFatal: boolean): readonly PlannedFailure[] {
  return Array.from({ length: count }, (_, index) => ({ kind, impact: isFatal && index === count - 1 ? 'fatal' : 'recovered' }))
}

function callFailure(
  kind: CallFailureKind,
  step: Step | undefined,
  failedAttempts: number,
  ending: 'retry' | 'fall_back' | 'give_up',
): Incident {
  return step === undefined ? nothingWrong : { type: 'call', kind, step: step.name, failedAttempts, ending }
}

function choose(choices: readonly Choice[], service: Service, random: Random): Incident {
  const [, stage] = random.weighted(choices, ([weight]) => weight)
  return stage(service, random)
}

/** A step that calls a model. */
function stepFor(service: Service, random: Random): Step {
  return random.pick(service.steps.filter(({ does }) => does !== 'retrieve'))
}
