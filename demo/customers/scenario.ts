/**
 * A scenario: who comes when, to which release, and what goes wrong. Read from a YAML file; times are the scenario's own, of which `speed` pass in a
 * second. Each complaint names the field, what was expected and what came.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { z } from 'zod'
import { releases } from '../support/release.ts'
import { type StoryName, storyNames } from './stories.ts'
import { type Language, languages } from './topics.ts'

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
}

const unitMs: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export interface Phase {
  readonly name: string
  /** Infinity: the scenario never ends. */
  readonly forMs: number
  readonly runsPerMs: number
  /** Shares of the releases, relative to each other. */
  readonly releases: Readonly<Partial<Record<string, number>>>
  readonly failures: Failures
}

/** Share of the runs that each story has; what is left is fine. */
type Failures = Readonly<Partial<Record<StoryName, number>>>

interface Incident {
  readonly name: string
  readonly atMs: number
  /** Comes back so often; null: once only. */
  readonly everyMs: number | null
  readonly forMs: number
  /** On top of the phase's. */
  readonly failures: Failures
}

export interface Scenario {
  readonly name: string
  /** The same seed gives the same runs. */
  readonly seed: number
  /** Seconds of the scenario in one second. */
  readonly speed: number
  /** How long models take: 1 as they do, 0 at once. */
  readonly latency: number
  /** `week`: more by day than by night, less at the weekend. The scenario begins on a Monday at midnight. */
  readonly rhythm: 'flat' | 'week'
  readonly users: number
  readonly languages: Readonly<Partial<Record<Language, number>>>
  /** Share of the runs that go on with a conversation. */
  readonly returning: number
  readonly phases: readonly Phase[]
  readonly incidents: readonly Incident[]
  /** Single runs that go as told. */
  readonly planted: readonly { readonly atMs: number; readonly story: StoryName }[]
  readonly modelVersions: readonly { readonly atMs: number; readonly model: string; readonly becomes: string }[]
}

const Duration: z.ZodType<number> = z
  .string()
  .regex(/^\d+(\.\d+)?(s|min|h|d)$/, 'expected a time such as 20s, 5min, 3h or 2d')
  .transform((text) => Number.parseFloat(text) * (unitMs[text.replace(/^[\d.]+/, '')] ?? 0))

const Length: z.ZodType<number> = z
  .string()
  .regex(/^(forever|\d+(\.\d+)?(s|min|h|d))$/, 'expected a time such as 20s, 5min, 3h, 2d or forever')
  .transform((text) => (text === 'forever' ? Infinity : Duration.parse(text)))

const Rate: z.ZodType<number> = z
  .string()
  .regex(/^\d+(\.\d+)?\/(s|min|h|d)$/, 'expected a rate such as 2/s or 40/h')
  .transform((text) => Number.parseFloat(text) / (unitMs[text.replace(/^.*\//, '')] ?? 1))

const Share: z.ZodType<number> = z.number().min(0).max(1)

/** Numbers by name, where only some names are known. */
function byName<Name extends string>(
  names: readonly Name[],
  number: z.ZodType<number>,
): z.ZodType<Readonly<Partial<Record<Name, number>>>> {
  return z
    .record(z.string(), number)
    .superRefine((numbers, context) => {
      for (const name of Object.keys(numbers)) {
        if (names.some((known) => known === name)) continue
        context.addIssue({ code: 'custom', path: [name], message: `expected one of ${names.join(', ')}`, input: name })
      }
    })
    .transform((numbers) => {
      const known: Partial<Record<Name, number>> = {}
      for (const name of names) if (numbers[name] !== undefined) known[name] = numbers[name]
      return known
    })
}

const Failures: z.ZodType<Failures> = byName(storyNames, Share).refine(
  (shares) => total(Object.values(shares)) <= 1,
  'expected shares that add up to 1 at most',
)

const Releases: z.ZodType<Phase['releases']> = byName(
  releases.map((release) => release.version),
  z.number().positive(),
).refine((shares) => Object.keys(shares).length > 0, 'expected a release')

const Phase: z.ZodType<Phase> = z
  .strictObject({ name: z.string(), for: Length, rate: Rate, releases: Releases, failures: Failures.default({}) })
  .transform((phase) => ({
    name: phase.name,
    forMs: phase.for,
    runsPerMs: phase.rate,
    releases: phase.releases,
    failures: phase.failures,
  }))

const Incident: z.ZodType<Incident> = z
  .strictObject({ name: z.string(), at: Duration, every: Duration.optional(), for: Duration, failures: Failures })
  .transform((incident) => ({
    name: incident.name,
    atMs: incident.at,
    everyMs: incident.every ?? null,
    forMs: incident.for,
    failures: incident.failures,
  }))

const Planted: z.ZodType<Scenario['planted'][number]> = z
  .strictObject({ at: Duration, story: z.enum(storyNames) })
  .transform(({ at, story }) => ({ atMs: at, story }))

const ModelVersion: z.ZodType<Scenario['modelVersions'][number]> = z
  .strictObject({ at: Duration, model: z.string(), becomes: z.string() })
  .transform(({ at, model, becomes }) => ({ atMs: at, model, becomes }))

const ScenarioFile: z.ZodType<Scenario> = z.strictObject({
  name: z.string(),
  seed: z.int().min(0),
  speed: z.number().positive().default(1),
  latency: z.number().min(0).default(1),
  rhythm: z.enum(['flat', 'week']).default('flat'),
  users: z.int().positive(),
  languages: byName(languages, z.number().positive()).default({ en: 1 }),
  returning: Share.default(0.5),
  phases: z.array(Phase).min(1),
  incidents: z.array(Incident).default([]),
  planted: z.array(Planted).default([]),
  modelVersions: z.array(ModelVersion).default([]),
})

export function readScenario(file: string): Scenario {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new ScenarioError(`${file}: expected a scenario file that can be read. demo/scenarios has examples.`, { cause })
  }
  return parseScenario(content, file)
}

export function parseScenario(content: string, file: string): Scenario {
  let value: unknown
  try {
    value = parse(content)
  } catch (cause) {
    throw new ScenarioError(`${file}: expected YAML: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
  const result = ScenarioFile.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  const complaints = result.error.issues.flatMap(complaintsOf)
  throw new ScenarioError(`${file}:\n${complaints.join('\n')}`)
}

function complaintsOf(issue: z.core.$ZodIssue): readonly string[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `  ${[...path, key].join('.')}: expected no such field`)
  const got = issue.input === undefined ? '' : `, got ${JSON.stringify(issue.input).slice(0, 80)}`
  return [`  ${path.length === 0 ? 'the file' : path.join('.')}: ${issue.message}${got}`]
}

function total(shares: readonly number[]): number {
  return shares.reduce((sum, share) => sum + share, 0)
}
