/**
 * One page of docs/instrument as a test: its own blocks are installed, written to files and run against a real processor and a model server that
 * knows the truth. Code and command are the reader's; only the environment tells the clients where to go.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import type { ServedCall } from '../../demo/model-server/served-calls.ts'
import { startModelServer } from '../../demo/model-server/server.ts'
import { Processor } from '../helpers/processor.ts'
import { environmentOf } from './environment.ts'
import { install, type Installed, type Substitutes } from './install.ts'
import { readPage, type RecipePage } from './page.ts'
import { seenRuns, type SeenRun } from './seen.ts'
import { shell } from './shell.ts'
import { expectedRun, type Recipe } from './truth.ts'

const RUN_TIMEOUT_MS = 90_000
const INSTALL_TIMEOUT_MS = 420_000

/** Without these in every answer a lost cache read or thinking token would go unseen. */
const usual = 'none; cache-read=64; reasoning=16'
const refused = 'rate_limit; retry-after=0'

export interface RecipeOptions extends Recipe {
  /** What every answer says of its usage, in the words of the model server; a provider that tells cache writes wants them here too. */
  readonly answers?: string
  /** Texts of the install line that stand for something else here. */
  readonly substitutes?: () => Promise<Substitutes>
}

interface Played {
  readonly runs: readonly SeenRun[]
  readonly calls: readonly ServedCall[]
  readonly exitCode: number | null
  /** What the agent printed. */
  readonly output: string
}

/** Registers the tests of a page. They mostly wait, so they run beside each other; nothing but the installed packages is shared. */
export function testRecipe(name: string, recipe: RecipeOptions): void {
  const page = readPage(name)
  let installed: Installed

  beforeAll(async () => {
    installed = await install(page, await recipe.substitutes?.())
    for (const { name: file, text } of page.files) {
      mkdirSync(dirname(join(installed.folder, file)), { recursive: true })
      writeFileSync(join(installed.folder, file), text)
    }
  }, INSTALL_TIMEOUT_MS)

  test.concurrent(`${name}: a run arrives as it was`, async () => {
    const { runs, calls, exitCode, output } = await play(page, installed, recipe.answers ?? usual)
    expect({ exitCode, runs }, output).toEqual({ exitCode: 0, runs: [expectedRun(recipe, calls)] })
  })

  test.concurrent(`${name}: a provider that refuses for its rate limit is a failed run`, async () => {
    const { runs, output } = await play(page, installed, refused)
    const seen = runs.map(({ outcome, failures, conversationId, userId }) => ({ outcome, failures, conversationId, userId }))
    const { conversationId, userId } = recipe
    expect(seen, output).toEqual([{ outcome: 'failed', failures: ['rate_limit'], conversationId, userId }])
  })
}

/** Runs a page against a model server that answers as said and a processor that knows nothing yet. */
async function play(page: RecipePage, installed: Installed, answers: string): Promise<Played> {
  const data = mkdtempSync(join(tmpdir(), 'recipe-'))
  const modelServer = await startModelServer({ fault: answers })
  const processor = await Processor.create({ FLYWHEEL_DATA_DIR: data, FLYWHEEL_SETTLE_MS: '300' })
  try {
    await processor.start()
    const env = environmentOf(installed, { processor: processor.url, modelServer: modelServer.url })
    const { exitCode, output } = await shell(page.run, { cwd: installed.folder, env, timeoutMs: RUN_TIMEOUT_MS })
    const runs = await seenRuns(processor.url).catch((error: unknown) => {
      throw new Error(`${String(error)}. The agent said (exit code ${exitCode}):\n${output}`)
    })
    return { runs, calls: modelServer.calls(), exitCode, output }
  } finally {
    await processor.end('SIGTERM')
    await modelServer.close()
    rmSync(data, { recursive: true, force: true })
  }
}
