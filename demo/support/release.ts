/** What differs between the releases of the agent: models, prompts, and two mistakes that a release made or mended. */

export interface Release {
  readonly version: string
  readonly models: {
    readonly classify: string
    readonly plan: string
    readonly resolve: string
    /** Our own small model on our own machine: nobody publishes a price for it. */
    readonly review: string
    readonly embed: string
    /** Says of some answers whether they help. */
    readonly judge: string
    /** Takes over when the model of a step fails. */
    readonly fallback: string
  }
  readonly classifyPromptVersion: string
  /** Reads JSON also from within a Markdown fence. Release 1.5.0 lost that. */
  readonly mendsFencedJson: boolean
  /** Notices when the model asks for what it has been told already. */
  readonly stopsRepeats: boolean
}

/** Whose calls those of the judge are, where a user is named. */
export const JUDGE = 'judge'

const first: Release = {
  version: '1.4.0',
  models: {
    classify: 'gpt-4o-mini',
    plan: 'o4-mini',
    resolve: 'gpt-4.1',
    review: 'tone-check-2',
    embed: 'text-embedding-3-small',
    judge: 'gpt-4.1-mini',
    fallback: 'gpt-4o',
  },
  classifyPromptVersion: '7',
  mendsFencedJson: true,
  stopsRepeats: false,
}

const cheaper: Release = {
  ...first,
  version: '1.5.0',
  models: { ...first.models, resolve: 'gpt-4.1-mini' },
  classifyPromptVersion: '8',
  mendsFencedJson: false,
}

const mended: Release = { ...cheaper, version: '1.6.0', classifyPromptVersion: '9', mendsFencedJson: true, stopsRepeats: true }

export const releases: readonly Release[] = [first, cheaper, mended]

export function releaseOf(version: string): Release {
  const release = releases.find((known) => known.version === version)
  if (release === undefined) {
    const known = releases.map((entry) => entry.version).join(', ')
    throw new Error(`SUPPORT_RELEASE: expected one of ${known}, got "${version}".`)
  }
  return release
}
