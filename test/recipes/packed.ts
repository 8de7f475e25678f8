/** This repository as the package that a reader installs: built and packed, since what a page names may not be published yet. */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Substitutes } from './install.ts'
import { shell } from './shell.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const stage = join(root, '.cache', 'recipes', 'packed')

/** Puts the packed repository in the place of its published version. */
export async function packedRepository(): Promise<Substitutes> {
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })
  for (const name of ['package.json', 'README.md', 'LICENSE', 'bin', 'docs'])
    cpSync(join(root, name), join(stage, name), { recursive: true })
  const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
  const { exitCode, output } = await shell(
    `"${join(root, 'node_modules', '.bin', 'tsc')}" -p tsconfig.build.json --outDir "${join(stage, 'dist')}"
     cd "${stage}" && npm pack --ignore-scripts --silent`,
    { cwd: root, env, timeoutMs: 120_000 },
  )
  if (exitCode !== 0) throw new Error(`the repository could not be built and packed:\n${output}`)
  const { name, version } = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8')) as { name: string; version: string }
  const packed = join(stage, `${name}-${version}.tgz`)
  // Named by its content: what was installed from other content is installed anew.
  const named = join(stage, `${createHash('sha256').update(readFileSync(packed)).digest('hex').slice(0, 12)}.tgz`)
  renameSync(packed, named)
  return { [`${name}@${version}`]: named }
}
