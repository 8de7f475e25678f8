/**
 * The traffic as an endless list of runs with the time at which each ends. Pure: options in, runs out, and the same options give the same runs.
 * `failureRate` is the share of runs that fail; one and a half times as many have a failure that they get over.
 */
import { playRun } from './agent.ts'
import { castServices, type Service } from './cast.ts'
import { Conversations } from './conversations.ts'
import { fatalIncident, type Incident, nothingWrong, outageIncident, recoveredIncident, spikeIncident } from './incidents.ts'
import { providers } from './models.ts'
import type { PlannedRun } from './plan.ts'
import { Random } from '../random.ts'
import { releaseAt } from './releases.ts'

export interface TrafficOptions {
  readonly services: number
  readonly ratePerSecond: number
  readonly seed: number
  readonly failureRate: number
  readonly spike: Spike | null
}

/** A time in which one service fails more often than not. */
interface Spike {
  readonly service: string
  readonly afterMs: number
  readonly forMs: number
}

export interface TimedRun {
  /** Milliseconds after the traffic began. */
  readonly atMs: number
  readonly run: PlannedRun
}

export function* traffic(options: TrafficOptions): Generator<TimedRun, never> {
  const seed = new Random(options.seed)
  const services = castServices(options.services, options.seed)
  const conversations = new Map(services.map((service) => [service, new Conversations(`${service.agent}-${options.seed}`)]))
  const arrivals = seed.fork('arrivals')
  let atMs = 0
  for (let number = 0; ; number++) {
    atMs += arrivals.exponential(1_000 / options.ratePerSecond)
    // A stream for each run: what fails in one changes no other.
    const random = seed.fork(`run ${number}`)
    const service = random.weighted(services, ({ weight }) => weight)
    const talk = conversations.get(service)
    if (talk === undefined) throw new Error(`expected conversations for ${service.name}`)
    const incident = incidentAt(atMs, service, options, random.fork('incident'))
    const run = playRun(
      {
        ...talk.next(random),
        service,
        release: releaseAt(atMs, seed.fork(`releases of ${service.name}`), random),
        incident,
        triesUnpriced: incident.type === 'none' && random.chance(UNPRICED_SHARE),
      },
      random,
    )
    yield { atMs, run }
  }
}

const UNPRICED_SHARE = 0.02
const RECOVERED_PER_FAILED = 1.5
/** Of a service's runs during its spike. */
const SPIKE_FAILURE_RATE = 0.6

function incidentAt(atMs: number, service: Service, options: TrafficOptions, random: Random): Incident {
  const { failureRate, spike } = options
  const isInSpike =
    spike !== null && spike.service === service.name && atMs >= spike.afterMs && atMs < spike.afterMs + spike.forMs
  if (isInSpike && random.chance(SPIKE_FAILURE_RATE)) return spikeIncident(service, random)
  const provider = failureRate === 0 ? null : providerDownAt(atMs, new Random(options.seed))
  const outage = provider === null ? null : struckBy(provider, service, failureRate, random)
  if (outage !== null) return outage
  const luck = random.next()
  if (luck < failureRate) return fatalIncident(service, random)
  return luck < failureRate * (1 + RECOVERED_PER_FAILED) ? recoveredIncident(service, random) : nothingWrong
}

/** In an outage most runs that need the provider take another one, a few fail: more than usual, but not enough to change the share of all runs. */
function struckBy(provider: string, service: Service, failureRate: number, random: Random): Incident | null {
  if (!random.chance(Math.min(1, failureRate * 15))) return null
  return outageIncident(service, provider, random.chance(OUTAGE_FATAL_SHARE))
}

const OUTAGE_FATAL_SHARE = 0.1
const OUTAGE_EVERY_MS = 20 * 60_000
const OUTAGE_MS = 90_000

/** The provider that is down, if any: one outage in each stretch of twenty minutes, never in its first three. */
export function providerDownAt(atMs: number, seed: Random): string | null {
  const stretch = Math.floor(atMs / OUTAGE_EVERY_MS)
  const random = seed.fork(`outage ${stretch}`)
  const beganMs = stretch * OUTAGE_EVERY_MS + random.between(3 * 60_000, OUTAGE_EVERY_MS - OUTAGE_MS)
  return atMs >= beganMs && atMs < beganMs + OUTAGE_MS ? random.pick(providers) : null
}
