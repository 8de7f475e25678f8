import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

/** Files that the declarations in `file` import from, found from the entry so that only what users can see is compared. */
function reachable(entry: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(entry)) return seen
  seen.add(entry)
  for (const [, path = ''] of readFileSync(entry, 'utf8').matchAll(/from '(\.[^']+)'/g)) {
    reachable(resolve(dirname(entry), path.replace(/\.(?:ts|js)$/, '.d.ts')), seen)
  }
  return seen
}

test('the public types are the ones that were last agreed on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-types-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'tsconfig.json')
  writeFileSync(
    config,
    JSON.stringify({
      extends: resolve('tsconfig.build.json'),
      compilerOptions: {
        emitDeclarationOnly: true,
        rootDir: resolve('src'),
        outDir: folder,
        sourceMap: false,
        typeRoots: [resolve('node_modules/@types')],
      },
      include: [resolve('src/sdk')],
    }),
  )
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', config])
  const files = [...reachable(join(folder, 'sdk/index.d.ts'))].sort()
  const text = files.map((file) => `// ${relative(folder, file)}\n${readFileSync(file, 'utf8').trim()}\n`).join('\n')
  await expect(text).toMatchFileSnapshot('../api/sdk.d.ts')
})
