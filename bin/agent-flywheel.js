#!/usr/bin/env node
/**
 * Starts the command line: its source in a clone, its built files in a published package (Node strips no types under node_modules).
 * Plain JavaScript, because it has to say something useful in any Node that a user may have.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = new URL('../src/cli.ts', import.meta.url)
const built = new URL('../dist/cli.js', import.meta.url)

if (!existsSync(source)) {
  await import(built.href)
} else if (process.features.typescript) {
  await import(source.href)
} else {
  process.exitCode = inProjectNode()
}

/** npx puts the Node that the project brings first into the PATH; a direct call of this file does not. */
function inProjectNode() {
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url))
  if (!existsSync(node)) {
    process.stderr.write(`Node.js ${process.versions.node}: expected 22.18 or newer. Run "npm ci" first: it brings one.\n`)
    return 1
  }
  const args = [fileURLToPath(source), ...process.argv.slice(2)]
  return spawnSync(node, args, { stdio: 'inherit' }).status ?? 1
}
