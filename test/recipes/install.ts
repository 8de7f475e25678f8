/** Installs what a page needs into .cache/recipes, once for each install line: a second run of the suite starts no package manager. */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RecipePage } from './page.ts'
import { shell } from './shell.ts'

const cache = fileURLToPath(new URL('../../.cache/recipes/', import.meta.url))

const INSTALL_TIMEOUT_MS = 400_000

/** Where a page is installed and the programs its commands find first. */
export interface Installed {
  readonly folder: string
  readonly path: string
}

/** Scripts of packages are not run: no page needs one, and a test should not run what it does not need. */
const npmSettings = {
  npm_config_ignore_scripts: 'true',
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
}
const pipSettings = { PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PIP_QUIET: '1' }

export async function install({ name, install: line }: RecipePage, substitutes: Substitutes = {}): Promise<Installed> {
  if (line === null) throw new Error(`docs/instrument/${name}.md: there is nothing to install`)
  const isPython = /^\s*(?:python\S* -m )?pip /m.test(line)
  const script = substituted(name, line, substitutes)
  const key = createHash('sha256')
    .update(JSON.stringify([script, process.version, process.arch]))
    .digest('hex')
    .slice(0, 12)
  const folder = join(cache, `${name}-${key}`)
  const path = [isPython ? join(folder, '.venv', 'bin') : '', dirname(process.execPath), process.env['PATH']]
    .filter(Boolean)
    .join(':')
  const done = join(folder, '.installed')
  if (existsSync(done)) return { folder, path }
  forget(name)
  mkdirSync(folder, { recursive: true })
  // npm looks for a package.json in the folders above when there is none, and would install into this repository.
  if (!isPython) writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
  if (isPython) await makeVenv(folder)
  const env = { ...withoutNpm(process.env), ...npmSettings, ...pipSettings, PATH: path }
  const { exitCode, output } = await shell(script, { cwd: folder, env, timeoutMs: INSTALL_TIMEOUT_MS })
  if (exitCode !== 0) throw new Error(`docs/instrument/${name}.md: the install block failed (exit code ${exitCode}):\n${output}`)
  writeFileSync(done, `${script}\n`)
  return { folder, path }
}

/** Texts of an install line that stand for something else here: what is not published yet comes as a file. */
export type Substitutes = Readonly<Record<string, string>>

function substituted(name: string, line: string, substitutes: Substitutes): string {
  return Object.entries(substitutes).reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`docs/instrument/${name}.md: expected ${from} in the install block, got: ${line}`)
    return text.replaceAll(from, to)
  }, line)
}

/** Versions of a page that were installed before: nothing would ever use them again. */
function forget(name: string): void {
  if (!existsSync(cache)) return
  for (const entry of readdirSync(cache))
    if (entry.startsWith(`${name}-`) && /^[0-9a-f]{12}$/.test(entry.slice(name.length + 1)))
      rmSync(join(cache, entry), { recursive: true, force: true })
}

async function makeVenv(folder: string): Promise<void> {
  const { exitCode, output } = await shell('python3 -m venv .venv', { cwd: folder, env: process.env, timeoutMs: 120_000 })
  if (exitCode !== 0)
    throw new Error(`the Python recipes need python3 with its venv module (Debian: apt-get install python3-venv):\n${output}`)
}

/** Under `npm run` the environment holds npm's own settings for this repository; a reader's shell has none of them. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([key]) =>
      !/^npm_(?:package|lifecycle|command|execpath|node_execpath)/.test(key) && !/^npm_config_(?:local_prefix|prefix)$/.test(key),
  )
  return Object.fromEntries(kept)
}
